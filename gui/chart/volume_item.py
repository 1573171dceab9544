"""Bars that stand on a base line: the volume, and indicators drawn as a histogram."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QPainter

from engine.market.bars import BoolArray, FloatArray
from gui.chart.device_pixels import RectangleBatch
from gui.chart.panel_item import PanelItem
from gui.chart.pixel_columns import PixelMapping, histogram_rectangles
from gui.chart.style import ChartStyle


class VolumeItem(PanelItem):
    """Draws values as bars from zero, in the quiet form of the price colours."""

    def __init__(self, style: ChartStyle) -> None:
        super().__init__(style, level=5)
        self._values: FloatArray = np.empty(0)
        self._rising: BoolArray = np.empty(0, dtype=np.bool_)
        self._batch = RectangleBatch()

    def set_values(self, values: FloatArray, rising: BoolArray) -> None:
        """Replace the values; ``rising`` chooses the colour of each."""
        self._values, self._rising = values, rising

    def draw(self, painter: QPainter, mapping: PixelMapping) -> None:
        """Draw the visible bars, all of one colour at once."""
        part = slice(self.first, self.last)
        boxes = histogram_rectangles(mapping, self.first, self._values[part], self._rising[part])
        self._batch.fill(painter, boxes.up, QColor(self.style.colours.up_volume))
        self._batch.fill(painter, boxes.down, QColor(self.style.colours.down_volume))
