"""What lies behind a panel's data: the grid, an indicator's levels and the band of the focused bar."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.chart.panel_item import PanelItem
from gui.chart.pixel_columns import PixelMapping
from gui.chart.style import ChartStyle

BAND_OPACITY = 0.17
LEVEL_ROOM_OPACITY = 0.05


class BackdropItem(PanelItem):
    """Draws thin lines at the axes' ticks, dashed ones at levels, and the focused bar's column."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__(style, level=-10)
        self._bars: tuple[int, ...] = ()
        self._values: tuple[float, ...] = ()
        self._levels: tuple[float, ...] = ()
        self._level_colour = 0
        self._focus: int | None = None

    def set_grid(self, bars: tuple[int, ...], values: tuple[float, ...]) -> None:
        """Take the ticks of both axes."""
        self._bars, self._values = bars, values

    def set_levels(self, levels: tuple[float, ...], colour: int) -> None:
        """Take the levels of the panel's indicators, ascending, and the number of the first one's colour."""
        self._levels, self._level_colour = levels, colour

    def set_focus(self, bar: int | None) -> None:
        """Tell which bar is the shown row's."""
        self._focus = bar

    def draw(self, painter: QPainter, mapping: PixelMapping) -> None:
        """Draw from back to front: room between levels, grid, levels, band."""
        left, right = mapping.scale_x * self._bounds.left(), mapping.scale_x * self._bounds.right()
        left, right = left + mapping.offset_x, right + mapping.offset_x
        edges = (self._bounds.top(), self._bounds.bottom())
        top, bottom = sorted(value * mapping.scale_y + mapping.offset_y for value in edges)
        room = QRectF(left, top, right - left, bottom - top)
        if len(self._levels) > 1:
            self._draw_level_room(painter, mapping, room)
        self._draw_grid(painter, mapping, room)
        self._draw_levels(painter, mapping, room)
        if self._focus is not None:
            self._draw_band(painter, mapping, room, self._focus)

    def _draw_grid(self, painter: QPainter, mapping: PixelMapping, room: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.style.colours.grid))
        for x in mapping.wick_left(np.array(self._bars, dtype=np.float64)).tolist():
            painter.drawRect(QRectF(x, room.top(), mapping.line, room.height()))
        for value in self._values:
            if value not in self._levels:
                y = round(value * mapping.scale_y + mapping.offset_y)
                painter.drawRect(QRectF(room.left(), y, room.width(), mapping.line))

    def _draw_level_room(self, painter: QPainter, mapping: PixelMapping, room: QRectF) -> None:
        top = self._levels[-1] * mapping.scale_y + mapping.offset_y
        bottom = self._levels[0] * mapping.scale_y + mapping.offset_y
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.style.tint(self.style.colours.line(self._level_colour), LEVEL_ROOM_OPACITY))
        painter.drawRect(QRectF(room.left(), round(top), room.width(), round(bottom) - round(top)))

    def _draw_levels(self, painter: QPainter, mapping: PixelMapping, room: QRectF) -> None:
        pen = QPen(QColor(self.style.colours.level), mapping.line)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        for level in self._levels:
            # Through the middle of a pixel: an even width would fall between two.
            y = round(level * mapping.scale_y + mapping.offset_y) + mapping.line / 2
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))

    def _draw_band(self, painter: QPainter, mapping: PixelMapping, room: QRectF, bar: int) -> None:
        wick = float(mapping.wick_left(np.array([float(bar)]))[0])
        # Wider than a body by a clear margin on both sides, with the parity of the wick.
        width = max(mapping.body + 4 * mapping.line, 7 * mapping.line)
        left = wick - (width - mapping.line) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.style.tint(self.style.colours.focus, BAND_OPACITY))
        painter.drawRect(QRectF(round(left), room.top(), width, room.height()))
