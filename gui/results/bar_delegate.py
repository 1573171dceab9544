"""Paints a cell with a bar behind its text: from zero to the number, to the left where numbers are negative.

Only cells in sight are painted, and nothing is kept per row. Not here: which columns have bars (``looks``).
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from gui.results.signed_delegate import SignedDelegate

_GAP = 2.0
_OPACITY = 0.4
_OPACITY_SELECTED = 0.25


class BarDelegate(SignedDelegate):
    """Draws the bars of a ``ResultsModel``'s columns."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint ground, bar and text, in this order."""
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        widget = cell.widget
        style = widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, cell, painter, widget)
        self._paint_bar(painter, cell, index)
        if self._model.looks.marks(index.column()) and not self._model.is_seen(
            self._model.row_id(index.row())
        ):
            # The bar has the colour: a text of the same one would not be readable on it.
            cell.palette.setColor(QPalette.ColorRole.Text, option.palette.color(QPalette.ColorRole.Text))
        # The ground is there already: a second one would hide the bar.
        if cell.state & QStyle.StateFlag.State_Selected:
            group = cell.palette.currentColorGroup()
            lit = cell.palette.color(group, QPalette.ColorRole.HighlightedText)
            cell.palette.setColor(QPalette.ColorRole.Text, lit)
        cell.state &= ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver)
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, widget)

    def _paint_bar(
        self, painter: QPainter, cell: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        value = self._model.number_at(index.row(), index.column())
        if value is None:
            return
        reach = self._model.looks.reach(index.column())
        begin, end = reach.bar(value)
        room = QRectF(cell.rect).adjusted(_GAP, _GAP, -_GAP, -_GAP)
        bar = QRectF(
            room.left() + begin * room.width(), room.top(), (end - begin) * room.width(), room.height()
        )
        is_selected = bool(cell.state & QStyle.StateFlag.State_Selected)
        colour = QColor(self._down if value < 0 else self._up)
        if is_selected:
            colour = cell.palette.color(QPalette.ColorRole.HighlightedText)
        colour.setAlphaF(_OPACITY_SELECTED if is_selected else _OPACITY)
        painter.fillRect(bar, colour)
        if reach.below and reach.above:
            zero = round(room.left() + room.width() * reach.below / (reach.below + reach.above))
            painter.setPen(cell.palette.color(QPalette.ColorRole.Mid))
            painter.drawLine(zero, cell.rect.top(), zero, cell.rect.bottom())
