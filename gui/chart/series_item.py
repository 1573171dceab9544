"""Indicators as lines, dashed lines, dots, and as the tinted room between two lines of a band."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from engine.market.bars import FloatArray
from gui.chart.data import LineStyle
from gui.chart.device_pixels import RectangleBatch
from gui.chart.panel_item import PanelItem
from gui.chart.pixel_columns import PixelMapping, line_points
from gui.chart.style import ChartStyle

LINE_WIDTH = 1.4
BAND_OPACITY = 0.09


class SeriesItem(PanelItem):
    """Draws one series as a line or as dots."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__(style, level=20)
        self._values: FloatArray = np.empty(0)
        self._line_style: LineStyle = "line"
        self._colour = 0
        self._batch = RectangleBatch()

    def set_series(self, values: FloatArray, line_style: LineStyle, colour: int) -> None:
        """Replace the values (in the panel's unit), the way they are drawn and the number of their colour."""
        self._values, self._line_style, self._colour = values, line_style, colour

    def draw(self, painter: QPainter, mapping: PixelMapping) -> None:
        """Draw the visible part, with one bar more on each side so that the line reaches the edges."""
        first, last = max(0, self.first - 1), self.last + 1
        x, y = line_points(mapping, first, self._values[first:last])
        if self._line_style == "dots":
            self._draw_dots(painter, mapping, x, y)
        else:
            self._draw_line(painter, mapping, x, y)

    def _draw_line(self, painter: QPainter, mapping: PixelMapping, x: FloatArray, y: FloatArray) -> None:
        # A line through every pixel column is all verticals: there thinner reads better, and is much cheaper.
        crowded = mapping.scale_x < mapping.line
        pen = QPen(self.style.line(self._colour), (1.0 if crowded else LINE_WIDTH) * mapping.ratio)
        pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin if crowded else Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if self._line_style == "dashed":
            pen.setDashPattern([5, 3.5])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(pg.arrayToQPath(x, y, connect="finite"))

    def _draw_dots(self, painter: QPainter, mapping: PixelMapping, x: FloatArray, y: FloatArray) -> None:
        known = np.isfinite(y)
        size = mapping.line * (2 if mapping.dense else 3)
        boxes = np.full((int(known.sum()), 4), float(size))
        boxes[:, 0] = np.floor(x[known] - size / 2 + 0.5)
        boxes[:, 1] = np.round(y[known] - size / 2)
        self._batch.fill(painter, boxes, self.style.line(self._colour))


class BandItem(PanelItem):
    """Tints the room between the upper and the lower line of a band."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__(style, level=1)
        self._upper: FloatArray = np.empty(0)
        self._lower: FloatArray = np.empty(0)
        self._colour = 0

    def set_band(self, upper: FloatArray, lower: FloatArray, colour: int) -> None:
        """Replace both lines (in the panel's unit) and the number of their colour."""
        self._upper, self._lower, self._colour = upper, lower, colour

    def draw(self, painter: QPainter, mapping: PixelMapping) -> None:
        """Fill each unbroken stretch of the band."""
        first, last = max(0, self.first - 1), self.last + 1
        upper, lower = self._upper[first:last], self._lower[first:last]
        known = np.isfinite(upper) & np.isfinite(lower)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.style.tint(self.style.colours.line(self._colour), BAND_OPACITY))
        edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False]))))
        for start, stop in edges.reshape(-1, 2).tolist():
            if stop - start > 1:
                there = line_points(mapping, first + start, upper[start:stop])
                back = line_points(mapping, first + start, lower[start:stop])
                painter.drawPath(_outline(there, back))


def _outline(there: tuple[FloatArray, FloatArray], back: tuple[FloatArray, FloatArray]) -> QPainterPath:
    # A path, not a polygon: QPolygonF of an array crashes in PySide6 6.11 when it is copied.
    x = np.concatenate((there[0], back[0][::-1]))
    y = np.concatenate((there[1], back[1][::-1]))
    outline: QPainterPath = pg.arrayToQPath(x, y, connect="finite")
    return outline
