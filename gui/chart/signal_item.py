"""Marks under the bars where the formula is true.

Triangles of a fixed size; once more than ``CROWD`` are in view they shrink to ticks that hide no prices.
The focused row's own signal is larger and has the colour of its vertical band.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.market.bars import FloatArray
from gui.chart.data import IndexArray
from gui.chart.device_pixels import RectangleBatch
from gui.chart.panel_item import PanelItem
from gui.chart.pixel_columns import PixelMapping
from gui.chart.style import ChartStyle

CROWD = 60
TRIANGLE = (9, 8)
FOCUSED = (13, 11)
TICK = (1, 5)
GAP = 4


class SignalItem(PanelItem):
    """Draws one mark for each signal in view."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__(style, level=30)
        self._bars: IndexArray = np.empty(0, dtype=np.intp)
        self._lows: FloatArray = np.empty(0)
        self._focus: int | None = None
        self._batch = RectangleBatch()

    def set_signals(self, bars: IndexArray, lows: FloatArray) -> None:
        """Replace the signals' bars and the lows of all bars (in the panel's unit)."""
        self._bars, self._lows = bars, lows

    def set_focus(self, bar: int | None) -> None:
        """Tell which bar is the shown row's."""
        self._focus = bar

    def draw(self, painter: QPainter, mapping: PixelMapping) -> None:
        """Draw the visible marks, the focused one last."""
        first, last = np.searchsorted(self._bars, (self.first, self.last))
        bars = self._bars[first:last]
        bars = bars[np.isfinite(self._lows[bars])]
        others = bars[bars != self._focus] if self._focus is not None else bars
        tips = mapping.y(self._lows[others]) + GAP * mapping.ratio
        lefts = mapping.wick_left(others.astype(np.float64))
        if len(bars) > CROWD:
            self._draw_ticks(painter, mapping, lefts, tips)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.style.colours.signal))
            for left, tip in zip(lefts.tolist(), tips.tolist(), strict=True):
                painter.drawPolygon(_triangle(mapping, left, tip, TRIANGLE))
        if len(others) < len(bars) and self._focus is not None:
            self._draw_focused(painter, mapping, self._focus)

    def _draw_ticks(
        self, painter: QPainter, mapping: PixelMapping, lefts: FloatArray, tips: FloatArray
    ) -> None:
        boxes = np.empty((len(lefts), 4))
        boxes[:, 0] = lefts
        boxes[:, 1] = np.round(tips)
        boxes[:, 2] = TICK[0] * mapping.line
        boxes[:, 3] = round(TICK[1] * mapping.ratio)
        self._batch.fill(painter, boxes, QColor(self.style.colours.signal))

    def _draw_focused(self, painter: QPainter, mapping: PixelMapping, bar: int) -> None:
        left = float(mapping.wick_left(np.array([float(bar)]))[0])
        tip = float(mapping.y(self._lows[bar : bar + 1])[0]) + GAP * mapping.ratio
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        # The rim keeps it apart from candles that it may cover.
        painter.setPen(QPen(QColor(self.style.colours.background), 1.5 * mapping.ratio))
        painter.setBrush(QColor(self.style.colours.focus))
        painter.drawPolygon(_triangle(mapping, left, tip, FOCUSED))


def _triangle(mapping: PixelMapping, left: float, tip: float, size: tuple[int, int]) -> QPolygonF:
    middle, top = left + mapping.line / 2, round(tip)
    half, height = size[0] / 2 * mapping.ratio, size[1] * mapping.ratio
    return QPolygonF(
        [
            QPointF(middle, top),
            QPointF(middle + half, top + height),
            QPointF(middle - half, top + height),
        ]
    )
