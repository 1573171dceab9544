"""The table widget: keys, and a place that stays put when the rows are put in another order.

1. ``_remember`` notes the ids of the selected rows, of the current row and of the top row before a rebuild.
2. ``_restore`` finds them again: the current row keeps its distance from the top where it was on screen,
   otherwise the top row stays; at the very top, or after the user's own sort, the table stays at its top.
3. The current row is announced once per row, however often the order changes.

Not here: filter, chips and summary (``panel``), cells (``results_model``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.results.column_data import RowIds
from gui.results.results_model import ResultsModel
from gui.theme.tables import select_only

MOST_RANGES = 20_000
_ROW_PADDING = 8
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate
_SELECT_ROWS = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


@dataclass(frozen=True, slots=True)
class _Place:
    selected: RowIds
    current: int
    column: int
    offset: int
    top: int
    at_top: bool


class ResultsView(QTableView):
    """A table of fixed row height over a ``ResultsModel``."""

    current_changed = Signal(int)
    activated_row = Signal(int)
    seen_toggled = Signal()
    watch_toggled = Signal()
    copy_requested = Signal(bool)
    user_moved = Signal()
    selection_dropped = Signal(int)
    menu_requested = Signal(int, QPoint)

    def __init__(self, model: ResultsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._announced = -1
        self._place: _Place | None = None
        self._restoring = False
        self.setModel(model)
        self._set_look()
        model.reorder_starts.connect(self._remember)
        model.reorder_ended.connect(self._restore)
        self.selectionModel().currentRowChanged.connect(self._announce)
        self.doubleClicked.connect(self._activate)
        self.verticalScrollBar().actionTriggered.connect(self._moved)

    def _set_look(self) -> None:
        self.setAccessibleName(self.tr("Results"))
        self.setAccessibleDescription(self.tr("Matches of the scan; the current row is shown in the chart."))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setAccessibleName(self.tr("Column headers"))
        self._set_heights()

    def _set_heights(self) -> None:
        height = self.fontMetrics().height() + _ROW_PADDING
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setMinimumHeight(height)

    @property
    def current_id(self) -> int:
        """The id of the current row, -1 when there is none."""
        index = self.currentIndex()
        return self._model.row_id(index.row()) if index.isValid() else -1

    @property
    def selected_ids(self) -> RowIds:
        """The ids of the selected rows, top to bottom."""
        chosen = np.zeros(self._model.rowCount(), np.bool_)
        selection = self.selectionModel().selection()
        for part in (selection.at(place) for place in range(selection.count())):
            chosen[part.top() : part.bottom() + 1] = True
        return self._model.order.rows[chosen]

    def forget(self) -> None:
        """Start afresh: the next current row is announced whatever its id."""
        self._announced = -1

    def go_to(self, row: int) -> None:
        """Make a shown row the current and only selected one, and bring it into sight."""
        column = max(0, self.currentIndex().column())
        if self.isColumnHidden(column):
            header = self.horizontalHeader()
            places = (header.logicalIndex(place) for place in range(header.count()))
            column = next((place for place in places if not self.isColumnHidden(place)), 0)
        index = self._model.index(row, column)
        if index.isValid():
            select_only(self, index)
            self.scrollTo(index)

    def stay_on(self, row: int, scrolled: int) -> None:
        """Make a shown row current without a word: it is the row that was current in the table before this one."""
        self._announced = self._model.row_id(row)
        self._restoring = True
        try:
            self.verticalScrollBar().setValue(scrolled)
            self.go_to(row)
        finally:
            self._restoring = False

    @Slot(QModelIndex, QModelIndex)
    def _announce(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not current.isValid():
            return
        row_id = self._model.row_id(current.row())
        if row_id != self._announced:
            self._announced = row_id
            self.current_changed.emit(row_id)
        if not self._restoring:
            self.user_moved.emit()

    @Slot(QModelIndex)
    def _activate(self, index: QModelIndex) -> None:
        if index.isValid():
            self.activated_row.emit(self._model.row_id(index.row()))

    @Slot(int)
    def _moved(self, _action: int) -> None:
        self.user_moved.emit()

    @Slot(bool)
    def _remember(self, _by_user: bool) -> None:
        top = max(0, self.rowAt(0))
        current = self.currentIndex()
        on_screen = current.isValid() and self.viewport().rect().intersects(self.visualRect(current))
        rows = self._model.order.rows
        self._place = _Place(
            selected=self.selected_ids,
            current=self.current_id if current.isValid() else self._announced,
            column=max(0, current.column()),
            offset=current.row() - top if on_screen else -1,
            top=int(rows[top]) if len(rows) else -1,
            at_top=self.verticalScrollBar().value() == 0,
        )

    @Slot(bool)
    def _restore(self, by_user: bool) -> None:
        place, self._place = self._place, None
        if place is None or not self._model.rowCount():
            return
        self._restoring = True
        try:
            current = self._model.order.position(place.current)
            if current >= 0:
                index = self._model.index(current, place.column)
                self.selectionModel().setCurrentIndex(index, _NO_UPDATE)
            self._select_again(place.selected)
            # Row heights are only known after the pending layout.
            self.executeDelayedItemsLayout()
            self.verticalScrollBar().setValue(self._first_row(place, current, by_user=by_user))
        finally:
            self._restoring = False

    def _first_row(self, place: _Place, current: int, *, by_user: bool) -> int:
        if current >= 0 and place.offset >= 0:
            return max(0, current - place.offset)
        if by_user or place.at_top:
            return 0
        return max(0, self._model.order.position(place.top))

    def _select_again(self, ids: RowIds) -> None:
        rows = self._model.order.positions(ids)
        rows = np.sort(rows[rows >= 0])
        if not len(rows):
            return
        edges = np.flatnonzero(np.diff(rows) != 1)
        starts, ends = rows[np.append(0, edges + 1)], rows[np.append(edges, len(rows) - 1)]
        if len(starts) > MOST_RANGES:
            self.selection_dropped.emit(len(rows))
            return
        selection = QItemSelection()
        last = self._model.columnCount() - 1
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            selection.select(self._model.index(start, 0), self._model.index(end, last))
        self.selectionModel().select(selection, _SELECT_ROWS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter activates, Space marks, W watches, Ctrl+C copies; everything else moves as usual."""
        copy_with_headers = event.key() == Qt.Key.Key_C and event.modifiers() == _CTRL_SHIFT
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activate(self.currentIndex())
        elif event.key() == Qt.Key.Key_Space:
            self.seen_toggled.emit()
        elif event.key() == Qt.Key.Key_W and not event.modifiers():
            self.watch_toggled.emit()
        elif copy_with_headers or event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit(copy_with_headers)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: letters are shortcuts here, and Qt's search asks every row of the model."""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the cell under the pointer, or by key for the current one's."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            below = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
            self.menu_requested.emit(index.column(), below if by_key else event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, and tell that the user did."""
        self.user_moved.emit()
        super().wheelEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._set_heights()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Coming in by key without a current row makes the first row current."""
        super().focusInEvent(event)
        by_mouse = event.reason() == Qt.FocusReason.MouseFocusReason
        if not by_mouse and not self.currentIndex().isValid() and self._model.rowCount():
            self.go_to(0)
