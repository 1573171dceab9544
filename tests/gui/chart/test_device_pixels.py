"""Rectangles are filled exactly, with and without pyqtgraph's fast array."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from gui.chart import device_pixels
from gui.chart.device_pixels import RectangleBatch

BOXES = np.array([[1.0, 2.0, 3.0, 4.0], [8.0, 0.0, 1.0, 10.0]])


@pytest.fixture(params=["fast", "fallback"])
def batch(request, monkeypatch, qapp):
    if request.param == "fallback":
        monkeypatch.setattr(device_pixels, "PrimitiveArray", None)
    elif device_pixels.PrimitiveArray is None:
        pytest.fail("this version of pyqtgraph has no PrimitiveArray: charts are slow")
    return RectangleBatch()


def painted(batch, boxes):
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("#000000"))
    painter = QPainter(image)
    batch.fill(painter, boxes, QColor("#ff0000"))
    painter.end()
    return {(x, y) for x in range(10) for y in range(10) if image.pixelColor(x, y) == QColor("#ff0000")}


def test_exactly_the_pixels_of_the_boxes_are_filled(batch):
    expected = {(x, y) for x in (1, 2, 3) for y in (2, 3, 4, 5)} | {(8, y) for y in range(10)}
    assert painted(batch, BOXES) == expected


def test_a_smaller_batch_after_a_larger_one_draws_only_its_own(batch):
    painted(batch, BOXES)
    assert painted(batch, BOXES[1:]) == {(8, y) for y in range(10)}
    assert painted(batch, BOXES[:0]) == set()
