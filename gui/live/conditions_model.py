"""The conditions of a live answer as a list model, and how a row of it is painted.

Not here: the texts (``state``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.live.state import ConditionRow, Unit, count_text, spoken

Index: TypeAlias = QModelIndex | QPersistentModelIndex

ROW_ROLE = Qt.ItemDataRole.UserRole
_INDENT, _MARGIN, _GAP = 14, 4, 10


class ConditionsModel(QAbstractListModel):
    """A row for each condition."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ConditionRow, ...] = ()
        self.unit: Unit = "bars"

    def show(self, rows: Sequence[ConditionRow], unit: Unit) -> None:
        """Show these; the current row stays where there are as many as before."""
        is_same = len(rows) == len(self.rows)
        if not is_same:
            self.beginResetModel()
        self.rows, self.unit = tuple(rows), unit
        if not is_same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of conditions."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text, the row itself, or the row in words."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.text
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return spoken(row, self.unit, self.tr)
            case _:
                return row if role == ROW_ROLE else None


class ConditionItem(QStyledItemDelegate):
    """Paints a condition over a bar as long as its share, and its count at the right."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_dimmed = False

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the height of a line; the width is the list's."""
        return QSize(0, option.fontMetrics.height() + 2 * _MARGIN)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row = index.data(ROW_ROLE)
        palette = option.palette
        painter.save()
        self._paint_bar(painter, option, row)
        text = palette.color(QPalette.ColorRole.Text)
        if self.is_dimmed:
            text.setAlphaF(0.6)
        painter.setPen(text)
        inside = option.rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        count = count_text(row)
        width = option.fontMetrics.horizontalAdvance(count)
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        indent = min(row.depth * _INDENT, inside.width() // 3)
        room = QRect(
            inside.left() + indent, inside.top(), inside.width() - indent - width - _GAP, inside.height()
        )
        words = option.fontMetrics.elidedText(row.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(palette.color(QPalette.ColorRole.Highlight))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        painter.restore()

    def _paint_bar(self, painter: QPainter, option: QStyleOptionViewItem, row: ConditionRow) -> None:
        ground = QColor(option.palette.color(QPalette.ColorRole.Highlight))
        ground.setAlphaF(0.16 if self.is_dimmed else 0.4)
        indent = min(row.depth * _INDENT, option.rect.width() // 3)
        place = option.rect.adjusted(indent, 1, 0, -1)
        length = round(place.width() * row.share)
        # What is there can be seen.
        if row.passing:
            painter.fillRect(QRect(place.left(), place.top(), max(2, length), place.height()), ground)
