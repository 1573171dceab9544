"""Painting in whole device pixels: the mapping from a panel's units, and many rectangles at once.

``painter.worldTransform()`` leaves the device pixel ratio out, so it is multiplied in and the painter is
scaled by its inverse. ``PrimitiveArray`` is pyqtgraph's own and may go away; then a list is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from engine.market.bars import FloatArray
from gui.chart.pixel_columns import PixelMapping

try:
    from pyqtgraph.Qt.internals import PrimitiveArray
except ImportError:
    PrimitiveArray = None


@contextmanager
def device_pixels(painter: QPainter) -> Iterator[PixelMapping]:
    """Let the block paint in device pixels, without antialiasing; yield where the panel's units are."""
    ratio = painter.device().devicePixelRatioF()
    world = painter.worldTransform()
    painter.save()
    painter.resetTransform()
    painter.scale(1 / ratio, 1 / ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    try:
        yield PixelMapping(
            world.m11() * ratio, world.dx() * ratio, world.m22() * ratio, world.dy() * ratio, ratio
        )
    finally:
        painter.restore()


class RectangleBatch:
    """Fills rectangles, given as rows of left, top, width, height, in one call."""

    def __init__(self) -> None:
        self._array = PrimitiveArray(QRectF, 4) if PrimitiveArray is not None else None

    def fill(self, painter: QPainter, boxes: FloatArray, colour: QColor) -> None:
        """Fill all boxes with one colour."""
        if not len(boxes):
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        if self._array is None:
            painter.drawRects([QRectF(*box) for box in boxes.tolist()])
            return
        self._array.resize(len(boxes))
        self._array.ndarray()[:] = boxes
        painter.drawRects(*self._array.drawargs())
