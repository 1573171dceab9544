"""The base of what lies over the price panel: lines between bars and prices, and labels that do not touch.

Labels are painted in the pixels of the layout, lines in those of the device.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.chart.label_places import Box, spread
from gui.chart.panel_item import PanelItem
from gui.chart.pixel_columns import PixelMapping

PADDING = 4.0
GROUND_OPACITY = 0.82
DASHES = (5.0, 4.0)
DOTS = (1.5, 3.0)

ToUnit: TypeAlias = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Label:
    """A text that wants to stand right of a point, or left of it; its middle is at the point's height."""

    text: str
    at: QPointF
    colour: QColor
    is_left: bool = False


class OverlayItem(PanelItem):
    """Knows the pixel of a bar and a price; ``to_unit`` brings prices to the panel's unit."""

    to_unit: ToUnit

    def point(self, mapping: PixelMapping, bar: float, price: float) -> QPointF:
        """Return the middle of the bar's wick at the price, in device pixels."""
        x = float(mapping.wick_left(np.array([float(bar)]))[0]) + mapping.line / 2
        return QPointF(x, round(self.to_unit(price) * mapping.scale_y + mapping.offset_y) + mapping.line / 2)

    def view_room(self, mapping: PixelMapping) -> QRectF:
        """Return the panel in device pixels."""
        x = [
            edge * mapping.scale_x + mapping.offset_x for edge in (self._bounds.left(), self._bounds.right())
        ]
        y = [
            edge * mapping.scale_y + mapping.offset_y for edge in (self._bounds.top(), self._bounds.bottom())
        ]
        return QRectF(QPointF(x[0], min(y)), QPointF(x[1], max(y)))

    def pen(
        self, colour: QColor, mapping: PixelMapping, dashes: Sequence[float] = (), width: float = 1.0
    ) -> QPen:
        """Return a pen as wide as a thin line, or a multiple of it."""
        pen = QPen(colour, width * mapping.line)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dashes:
            pen.setDashPattern(list(dashes))
        return pen

    def label_width(self, label: Label) -> float:
        """Return how wide a label is, in the pixels of the layout."""
        return self.style.axis_metrics.horizontalAdvance(label.text) + 2 * PADDING

    def paint_labels(self, painter: QPainter, mapping: PixelMapping, labels: Sequence[Label]) -> None:
        """Paint the texts on a ground that keeps them readable, none over another."""
        metrics, ratio = self.style.axis_metrics, mapping.ratio
        height = metrics.height() + 2
        wanted = []
        for label in labels:
            width = self.label_width(label)
            left = label.at.x() / ratio - (width + PADDING if label.is_left else -PADDING)
            wanted.append(Box(left, label.at.y() / ratio - height / 2, width, height))
        room = self.view_room(mapping)
        inner = Box(room.left() / ratio, room.top() / ratio, room.width() / ratio, room.height() / ratio)
        painter.save()
        painter.scale(ratio, ratio)
        painter.setFont(self.style.axis_font)
        for label, box in zip(labels, spread(wanted, inner), strict=True):
            rect = QRectF(box.left, round(box.top), box.width, box.height)
            painter.fillRect(rect, self.style.tint(self.style.colours.background, GROUND_OPACITY))
            painter.setPen(label.colour)
            painter.drawText(QPointF(rect.left() + PADDING, rect.top() + 1 + metrics.ascent()), label.text)
        painter.restore()
