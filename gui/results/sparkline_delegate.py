"""Paints the last closes up to a match as a small line with a dot at the match; nothing until they are there.

The line has the colour of its whole change, and the dot stands where it ends, so that colour never says it alone. Not
here: where the closes come from (``sparklines``).
"""

from __future__ import annotations

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF
from PySide6.QtGui import QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from gui.results.signed_delegate import SignedDelegate
from gui.results.sparklines import Closes, change_of

_MARGIN = 5.0
_DOT = 1.8
# A wider line takes five times as long to draw.
_WIDTH = 1.0


class SparklineDelegate(SignedDelegate):
    """Draws what the model has of the row's closes."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the ground and the line."""
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        widget = cell.widget
        style = widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, widget)
        closes = self._model.closes.get(self._model.row_id(index.row()))
        if closes is None:
            return
        room = QRectF(cell.rect).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        points = points_of(closes, room)
        if not points:
            return
        colour = self._down if (change_of(closes) or 0.0) < 0 else self._up
        if cell.state & QStyle.StateFlag.State_Selected:
            colour = cell.palette.color(cell.palette.currentColorGroup(), QPalette.ColorRole.HighlightedText)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, _WIDTH))
        painter.drawPolyline(QPolygonF(points))
        painter.setBrush(colour)
        painter.drawEllipse(points[-1], _DOT, _DOT)
        painter.restore()


def points_of(closes: Closes, room: QRectF) -> list[QPointF]:
    """Return where the known closes stand: evenly spaced, the last one at the right, lowest to highest."""
    known = [(place, value) for place, value in enumerate(closes.tolist()) if math.isfinite(value)]
    if len(known) < 2 or room.width() <= 0 or room.height() <= 0:
        return []
    low, high = min(value for _, value in known), max(value for _, value in known)
    left, bottom = room.left(), room.bottom()
    step = room.width() / (len(closes) - 1)
    if low == high:
        return [QPointF(left + place * step, room.center().y()) for place, _ in known]
    rise = room.height() / (high - low)
    return [QPointF(left + place * step, bottom - (value - low) * rise) for place, value in known]
