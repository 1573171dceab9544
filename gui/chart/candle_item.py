"""All candles of a chart as one item: only the visible ones are drawn, in whole device pixels."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QPainter

from gui.chart.device_pixels import RectangleBatch
from gui.chart.panel_item import PanelItem
from gui.chart.pixel_columns import PixelMapping, Prices, candle_rectangles
from gui.chart.style import ChartStyle

_NONE = np.empty(0)


class CandleItem(PanelItem):
    """Draws the prices that it was given last."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__(style, level=10)
        self._prices = Prices(_NONE, _NONE, _NONE, _NONE)
        self._batch = RectangleBatch()

    def set_prices(self, prices: Prices) -> None:
        """Replace the prices; they are in the unit of the panel (logarithms on a log scale)."""
        self._prices = prices

    def draw(self, painter: QPainter, mapping: PixelMapping) -> None:
        """Draw wicks and bodies, all of one colour at once."""
        boxes = candle_rectangles(mapping, self.first, self._prices.cut(self.first, self.last))
        self._batch.fill(painter, boxes.up, QColor(self.style.colours.up))
        self._batch.fill(painter, boxes.down, QColor(self.style.colours.down))
