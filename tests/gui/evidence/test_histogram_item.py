"""The histogram: losses left of zero, gains right of it, and the median where it belongs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from engine.outcomes.histogram import histogram_of
from engine.scan.evaluation.evidence import WindowEvidence
from gui.evidence.histogram_item import HistogramColours, paint_histogram

COLOURS = HistogramColours(QColor("#0000ff"), QColor("#ff0000"), QColor("#888888"), QColor("#00ff00"))


def drawn(evidence, values: np.ndarray, scale: float = 1.0) -> QImage:
    picture = QImage(int(280 * scale), int(40 * scale), QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(scale)
    picture.fill(QColor("#ffffff"))
    painter = QPainter(picture)
    window = WindowEvidence(evidence.windows[0].statistics, histogram_of(values, 0.1))
    paint_histogram(painter, QRectF(0, 0, 280, 40), window, COLOURS)
    painter.end()
    return picture


def columns_of(picture: QImage, colour: QColor) -> list[int]:
    return [
        x
        for x in range(picture.width())
        if any(picture.pixelColor(x, y) == colour for y in range(picture.height()))
    ]


def test_losses_are_left_of_zero_and_gains_right(evidence):
    picture = drawn(evidence, np.array([-0.09, -0.05, 0.05, 0.09]))
    assert max(columns_of(picture, COLOURS.loss)) < 140 <= min(columns_of(picture, COLOURS.gain))


def test_the_median_stands_at_its_place(evidence):
    (median, *_) = columns_of(drawn(evidence, np.array([-0.09])), COLOURS.median)
    expected = (evidence.windows[0].statistics.median / 0.1 + 1) / 2 * 280
    assert abs(median - expected) <= 2


def test_the_tallest_bar_fills_the_height_at_any_scale(evidence):
    for scale in (1.0, 2.0):
        picture = drawn(evidence, np.full(9, -0.05), scale)
        place = columns_of(picture, COLOURS.loss)[2]
        reds = [y for y in range(picture.height()) if picture.pixelColor(place, y) == COLOURS.loss]
        assert len(reds) >= picture.height() - 2


def test_an_empty_histogram_is_only_its_lines(evidence):
    picture = drawn(evidence, np.empty(0))
    assert columns_of(picture, COLOURS.gain) == columns_of(picture, COLOURS.loss) == []
