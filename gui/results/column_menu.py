"""The menu of a column: sort, move, hide, looks, the user's own column, and the list of all columns.

It opens on the header, on a cell, and by the keyboard's menu key for the current cell. Not here: what the choices do.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from gui.results.cell_looks import CellLooks
from gui.results.column_layout import ColumnLayout
from gui.results.results_model import ResultsModel
from gui.results.typed_column import TypedColumn
from gui.results.view import ResultsView


class ColumnMenu(QObject):
    """``order_requested`` carries column, descending and whether it is a further key; ``add_requested`` a text."""

    order_requested = Signal(int, bool, bool)
    add_requested = Signal(str)
    remove_requested = Signal(str)
    copy_requested = Signal(bool)

    def __init__(
        self, model: ResultsModel, view: ResultsView, layout: ColumnLayout, looks: CellLooks
    ) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self._layout = layout
        self._looks = looks
        # The columns that the user has added, and their formulas.
        self.own: Mapping[str, str] = {}
        view.horizontalHeader().customContextMenuRequested.connect(self._open_on_header)
        view.menu_requested.connect(self._open_on_cell)

    @Slot()
    def open_for_current(self) -> None:
        """Open the menu of the current cell's column, or of the first one, at its header."""
        header = self._view.horizontalHeader()
        shown = self._layout.visible()
        current = self._view.currentIndex().column()
        place = current if current in shown else shown[0] if shown else -1
        left = max(0, header.sectionViewportPosition(place)) if place >= 0 else 0
        self.menu(place).popup(header.mapToGlobal(QPoint(left, header.height())))

    @Slot(QPoint)
    def _open_on_header(self, at: QPoint) -> None:
        header = self._view.horizontalHeader()
        self.menu(header.logicalIndexAt(at)).popup(header.mapToGlobal(at))

    @Slot(int, QPoint)
    def _open_on_cell(self, place: int, at: QPoint) -> None:
        self.menu(place, on_cell=True).popup(at)

    def menu(self, place: int, *, on_cell: bool = False) -> QMenu:
        """Return a fresh menu for a column (-1: for none of them); it deletes itself when it closes."""
        menu = QMenu(self.tr("Column"), self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if on_cell:
            menu.addAction(self.tr("&Copy rows"), partial(self._copy, headers=False))
            menu.addAction(self.tr("Copy rows with head&ers"), partial(self._copy, headers=True))
            menu.addSeparator()
        if 0 <= place < len(self._model.columns):
            self._add_order(menu, place)
            self._add_looks(menu, place)
            self._add_own(menu, self._model.columns[place].name)
        columns = self._layout.menu(self._view)
        columns.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        columns.setParent(menu, columns.windowFlags())
        columns.setTitle(self.tr("Colu&mns"))
        menu.addMenu(columns)
        menu.addAction(self.tr("Add a colum&n by formula…"), partial(self.add_requested.emit, ""))
        return menu

    def _add_order(self, menu: QMenu, place: int) -> None:
        if place != self._model.sparkline_place:
            ask = partial(self._sort, place)
            menu.addAction(self.tr("Sort &ascending"), partial(ask, descending=False))
            menu.addAction(self.tr("Sort &descending"), partial(ask, descending=True))
            if any(key.column != place for key in self._model.order.keys):
                further = partial(ask, extend=True)
                menu.addAction(self.tr("&Then by this, ascending"), partial(further, descending=False))
                menu.addAction(self.tr("Then b&y this, descending"), partial(further, descending=True))
            menu.addSeparator()
        shown = self._layout.visible()
        if place in shown:
            left = menu.addAction(self.tr("Move &left"), partial(self._layout.move, place, -1))
            right = menu.addAction(self.tr("Move &right"), partial(self._layout.move, place, 1))
            left.setEnabled(shown[0] != place)
            right.setEnabled(shown[-1] != place)
            hide = menu.addAction(self.tr("&Hide"), partial(self._layout.show_column, place, shown=False))
            hide.setEnabled(len(shown) > 1)
        menu.addSeparator()

    def _sort(self, place: int, *, descending: bool, extend: bool = False) -> None:
        self.order_requested.emit(place, descending, extend)

    def _copy(self, *, headers: bool) -> None:
        self.copy_requested.emit(headers)

    def _add_looks(self, menu: QMenu, place: int) -> None:
        looks = self._model.looks
        if not looks.can_have(place):
            return
        bars = self._tick(menu, self.tr("&Bars in the cells"), on=looks.bars(place))
        bars.toggled.connect(lambda on: self._show_bars(place, on=on))
        marks = self._tick(menu, self.tr("▲▼ and colour by &sign"), on=looks.marks(place))
        marks.toggled.connect(lambda on: self._looks.choose(place, marks=on))
        menu.addSeparator()

    def _show_bars(self, place: int, *, on: bool) -> None:
        self._looks.choose(place, bars=on)
        # Bars need room, unless the user has given the column its width.
        self._layout.fit()

    def _add_own(self, menu: QMenu, name: str) -> None:
        if name in self.own:
            text = TypedColumn(name, self.own[name]).text
            menu.addAction(self.tr("Change the &formula…"), partial(self.add_requested.emit, text))
            menu.addAction(self.tr("Remo&ve the column"), partial(self.remove_requested.emit, name))
            menu.addSeparator()

    def _tick(self, menu: QMenu, text: str, *, on: bool) -> QAction:
        action = QAction(text, menu)
        action.setCheckable(True)
        action.setChecked(on)
        menu.addAction(action)
        return action
