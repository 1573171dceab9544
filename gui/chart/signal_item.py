"""Marks under the bars where the formula is true; several formulas or events have each a shape of its own.

Marks have a fixed size; once more than ``CROWD`` are in view they shrink to ticks that hide no prices. Several on one
bar stand below each other. The focused row's own are larger, in the colour of its vertical band.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.market.bars import FloatArray
from gui.chart.data import IndexArray, SignalKind
from gui.chart.device_pixels import RectangleBatch
from gui.chart.mark_shapes import Shape, shape_of
from gui.chart.panel_item import PanelItem
from gui.chart.pixel_columns import PixelMapping
from gui.chart.style import ChartStyle

CROWD = 60
TRIANGLE = (9, 8)
FOCUSED = (13, 11)
TICK = (1, 5)
GAP = 4
BETWEEN = 2


class SignalItem(PanelItem):
    """Draws one mark for each signal in view."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__(style, level=30)
        self._bars: IndexArray = np.empty(0, dtype=np.intp)
        self._lows: FloatArray = np.empty(0)
        self._kinds: tuple[SignalKind, ...] = ()
        self._focus: int | None = None
        self._batch = RectangleBatch()

    def set_signals(self, bars: IndexArray, lows: FloatArray, kinds: Sequence[SignalKind] = ()) -> None:
        """Replace the signals' bars, the lows of all bars (in the panel's unit) and which signal is of which kind."""
        self._bars, self._lows = bars, lows
        self._kinds = tuple(kinds) or (SignalKind("", bars),)

    def set_focus(self, bar: int | None) -> None:
        """Tell which bar is the shown row's."""
        self._focus = bar

    def draw(self, painter: QPainter, mapping: PixelMapping) -> None:
        """Draw the visible marks, the focused one last."""
        first, last = np.searchsorted(self._bars, (self.first, self.last))
        bars = self._bars[first:last]
        bars = bars[np.isfinite(self._lows[bars])]
        others = bars[bars != self._focus] if self._focus is not None else bars
        if len(bars) > CROWD:
            self._draw_ticks(painter, mapping, others)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.style.colours.signal))
            for bar in others.tolist():
                self._draw_marks(painter, mapping, bar, TRIANGLE)
        if len(others) < len(bars) and self._focus is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
            # The rim keeps it apart from candles that it may cover.
            painter.setPen(QPen(QColor(self.style.colours.background), 1.5 * mapping.ratio))
            painter.setBrush(QColor(self.style.colours.focus))
            self._draw_marks(painter, mapping, self._focus, FOCUSED)

    def _draw_ticks(self, painter: QPainter, mapping: PixelMapping, bars: IndexArray) -> None:
        boxes = np.empty((len(bars), 4))
        boxes[:, 0] = mapping.wick_left(bars.astype(np.float64))
        boxes[:, 1] = np.round(mapping.y(self._lows[bars]) + GAP * mapping.ratio)
        boxes[:, 2] = TICK[0] * mapping.line
        boxes[:, 3] = round(TICK[1] * mapping.ratio)
        self._batch.fill(painter, boxes, QColor(self.style.colours.signal))

    def _draw_marks(self, painter: QPainter, mapping: PixelMapping, bar: int, size: tuple[int, int]) -> None:
        left = float(mapping.wick_left(np.array([float(bar)]))[0])
        tip = float(mapping.y(self._lows[bar : bar + 1])[0]) + GAP * mapping.ratio
        for number, kind in enumerate(self._kinds):
            place = int(np.searchsorted(kind.bars, bar))
            if place < len(kind.bars) and kind.bars[place] == bar:
                painter.drawPolygon(_outline(shape_of(number), mapping, QPointF(left, tip), size))
                tip += (size[1] + BETWEEN) * mapping.ratio


def _outline(shape: Shape, mapping: PixelMapping, tip: QPointF, size: tuple[int, int]) -> QPolygonF:
    middle, top = tip.x() + mapping.line / 2, round(tip.y())
    width, height = size[0] * mapping.ratio, size[1] * mapping.ratio
    return QPolygonF([QPointF(middle + x * width, top + y * height) for x, y in shape.corners])
