"""The list of names under the caret: rows, their drawing, the popup. What is offered, ``state`` decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QCompleter,
    QListView,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from gui.formula_editor.state import CompletionEntry

MOST_ROWS = 9
WIDEST = 460
_ENTRY = Qt.ItemDataRole.UserRole
_NO_PARENT = QModelIndex()


class EntriesModel(QAbstractListModel):
    """The entries that are offered at the moment."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._entries: tuple[CompletionEntry, ...] = ()

    def set_entries(self, entries: Sequence[CompletionEntry]) -> None:
        """Offer these."""
        self.beginResetModel()
        self._entries = tuple(entries)
        self.endResetModel()

    def entry(self, row: int) -> CompletionEntry | None:
        """Return the entry of a row, or None outside the list."""
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        """Return how many entries are offered."""
        return 0 if parent.isValid() else len(self._entries)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a row's label, its name, its summary or the entry itself."""
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.label
        if role == Qt.ItemDataRole.EditRole:
            return entry.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.summary or None
        return entry if role == _ENTRY else None


class EntryDelegate(QStyledItemDelegate):
    """Draws the name, then the rest of its signature (or its summary) in the weaker colour."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        entry = index.data(_ENTRY)
        filled = QStyleOptionViewItem(option)
        self.initStyleOption(filled, index)
        filled.text = ""
        filled.state |= (
            QStyle.StateFlag.State_Active
        )  # the keys go to the list although its window is not active
        style = filled.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, filled, painter, filled.widget)
        is_selected = bool(filled.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Text
        strong = filled.palette.color(role)
        weak = QColor(strong)
        weak.setAlphaF(0.72)
        painter.save()
        area = QRect(filled.rect).adjusted(6, 0, -6, 0)
        painter.setFont(filled.font)
        painter.setPen(strong)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, entry.name)
        rest = entry.label.removeprefix(entry.name) or f"  {entry.summary}"
        area.setLeft(area.left() + filled.fontMetrics.horizontalAdvance(entry.name))
        painter.setPen(weak)
        elided = filled.fontMetrics.elidedText(rest, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, elided)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return a row's size, with room to breathe."""
        size = super().sizeHint(option, index)
        return QSize(size.width() + 16, option.fontMetrics.height() + 6)


class EntriesView(QListView):
    """The list on the screen; it tells when it goes, whoever sent it away."""

    gone = Signal()

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell it."""
        super().hideEvent(event)
        self.gone.emit()


class CompletionList(QCompleter):
    """The popup. The text box asks it to show entries and to say which one is current.

    ``highlighted_entry`` tells the entry that is moved to, and None when the list closes.
    """

    highlighted_entry = Signal(object)

    def __init__(self, box: QPlainTextEdit) -> None:
        super().__init__(box)
        self._box = box
        self._entries = EntriesModel(self)
        self.setModel(self._entries)
        self.setWidget(box)
        self.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.setMaxVisibleItems(MOST_ROWS)
        self._view = EntriesView()
        self._view.setObjectName("completions")
        self.setPopup(self._view)  # takes the view as its own
        self._view.setAccessibleName(self.tr("Completions"))
        self._view.setItemDelegate(EntryDelegate(self._view))
        self._view.setUniformItemSizes(True)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.selectionModel().currentChanged.connect(self._tell_current)
        self._view.gone.connect(self._tell_none)

    def is_open(self) -> bool:
        """Tell whether the list is on the screen."""
        return self._view.isVisible()

    def close(self) -> None:
        """Take the list off the screen."""
        self._view.hide()

    def current_entry(self) -> CompletionEntry | None:
        """Return the entry that Return would choose."""
        index = self._view.currentIndex()
        return self._entries.entry(index.row()) if index.isValid() else None

    def show_entries(self, entries: Sequence[CompletionEntry], at: QRect) -> None:
        """Show entries under the rectangle, which is in the text box's viewport; none closes the list."""
        if not entries:
            self.close()
            return
        self._entries.set_entries(entries)
        self._view.setFont(self._box.font())
        widest = max(self._view.sizeHintForColumn(0), 160) + self._view.verticalScrollBar().sizeHint().width()
        at.setWidth(min(widest + 2 * self._view.frameWidth(), WIDEST))
        self.complete(at)
        self._view.setCurrentIndex(self._entries.index(0))

    @Slot(QModelIndex, QModelIndex)
    def _tell_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.highlighted_entry.emit(self._entries.entry(current.row()))

    @Slot()
    def _tell_none(self) -> None:
        self.highlighted_entry.emit(None)
