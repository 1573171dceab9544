"""What the palette has found as a Qt model, and how a row of it is painted."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.palette.state import Found, PaletteState

Index = QModelIndex | QPersistentModelIndex
FOUND_ROLE = Qt.ItemDataRole.UserRole
PADDING = 10
ON, OFF = "✓ ", ""


class PaletteModel(QAbstractListModel):
    """The entries found, in their order."""

    def __init__(self, state: PaletteState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._shown: tuple[Found, ...] = ()

    def refresh(self) -> None:
        """Show what the state has found."""
        self.beginResetModel()
        self._shown = self._state.found
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of entries."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return an entry's text, its words for screen readers, or the entry itself."""
        if not index.isValid():
            return None
        found = self._shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return found.entry.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return found.entry.spoken
            case _ if role == FOUND_ROLE:
                return found
        return None


class PaletteDelegate(QStyledItemDelegate):
    """Paints the text with the typed letters bold, and kind and shortcut at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return one line with room around it."""
        return QSize(100, option.fontMetrics.height() + PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one entry."""
        found = index.data(FOUND_ROLE)
        if not isinstance(found, Found):
            return
        painter.save()
        palette, rect = option.palette, option.rect
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_current:
            painter.fillRect(rect, palette.brush(QPalette.ColorRole.Highlight))
        group = QPalette.ColorGroup.Active if found.entry.is_available else QPalette.ColorGroup.Disabled
        role = QPalette.ColorRole.HighlightedText if is_current else QPalette.ColorRole.Text
        painter.setPen(palette.color(group, role))
        room = rect.adjusted(PADDING, 0, -PADDING, 0)
        muted = palette.color(group, QPalette.ColorRole.PlaceholderText)
        right = self._paint_right(
            painter, option, room, found, painter.pen().color() if is_current else muted
        )
        painter.setPen(palette.color(group, role))
        self._paint_text(
            painter, option, QRect(room.left(), room.top(), right - room.left(), room.height()), found
        )
        painter.restore()

    def _paint_right(
        self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, found: Found, colour: Any
    ) -> int:
        """Paint kind and shortcut; return where they begin."""
        words = "   ".join(part for part in (found.entry.kind, found.entry.keys) if part)
        painter.setFont(option.font)
        painter.setPen(colour)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        return room.right() - option.fontMetrics.horizontalAdvance(words) - PADDING

    def _paint_text(self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, found: Found) -> None:
        bold = QFont(option.font)
        bold.setBold(True)
        fonts = {False: option.font, True: bold}
        x = room.left()
        painter.setClipRect(room)
        lead = ON if found.entry.is_on else OFF
        for number, letter in enumerate(lead + found.entry.text):
            font = fonts[number - len(lead) in found.places]
            painter.setFont(font)
            width = QFontMetrics(font).horizontalAdvance(letter)
            painter.drawText(
                QRect(x, room.top(), width + 1, room.height()), Qt.AlignmentFlag.AlignVCenter, letter
            )
            x += width
