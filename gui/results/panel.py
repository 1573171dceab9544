"""The results panel: filter bar, table, summary line, and the rule when a streaming table is sorted again.

1. ``begin`` empties the table and keeps sort and filter by column name; ``append`` adds a batch; ``finish``
   chooses the digits for good.
2. New rows stand at the end until ``StreamOrder`` sorts; while the user moves, a chip offers it instead.
3. ``match_selected`` follows the current row, ``match_activated`` Enter and double click; ``seen_changed`` carries the
   symbols that are marked as seen, ``watch_toggled`` one to put on the watch list or to take off.

Not here: files (the exporters), the chart, and where the batches come from (the bridge).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from PySide6.QtCore import QEvent, QLocale, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from gui.empty_state import EmptyState
from gui.results.cell_looks import CellLooks
from gui.results.column_bar import ColumnBar
from gui.results.column_layout import ColumnLayout
from gui.results.column_menu import ColumnMenu
from gui.results.columns import SPARKLINE, planned_columns
from gui.results.copying import as_tsv
from gui.results.filter_bar import FilterBar
from gui.results.footer import Counts, Footer, number_text
from gui.results.formats import NumberStyle
from gui.results.problem_line import ProblemLine
from gui.results.results_model import ResultsModel
from gui.results.row_order import SortKey, clicked
from gui.results.sparkline_watch import SparklineWatch
from gui.results.stream_order import StreamOrder
from gui.results.view import ResultsView
from gui.results.watch_button import WatchListButton


class ResultsPanel(QWidget):
    """The table of matches with everything around it."""

    match_selected = Signal(str, object, int)
    match_activated = Signal(str, object, int)
    summary_changed = Signal(str)
    seen_changed = Signal(object)
    watch_toggled = Signal(str)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        problem_colour: QColor | None = None,
        usual_order: Sequence[tuple[str, bool]] = (),
        sparklines: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        # Column names with "descending"; in force until the user sorts, and again when their own sort is taken off.
        self._usual_order = tuple(usual_order)
        self._is_usual = True
        self._total_symbols = 0
        self._empty_text = self.tr("Press Run (F5) to scan: matches appear here.")
        self.model = ResultsModel(self, style=_number_style(self.locale()), sparklines=sparklines)
        self.view = ResultsView(self.model, self)
        self.layout_of_columns = ColumnLayout(self.view, self.model)
        self.looks = CellLooks(self.model, self.view)
        self.menu_of_columns = ColumnMenu(self.model, self.view, self.layout_of_columns, self.looks)
        self.sparklines = SparklineWatch(self.model, self.view)
        self.filter_bar = FilterBar(self)
        self.watch_lists = WatchListButton(self)
        self.column_bar = ColumnBar(problem_colour or QColor("#c2541b"), self)
        self._empty = EmptyState(self.view)
        self._problems = ProblemLine(problem_colour or QColor("#c2541b"), self)
        self.footer = Footer(self)
        self._stream = StreamOrder(self.model, self.view, clock)
        self._build()
        self._connect()
        self._dim_from_palette()
        self._refresh()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 4)
        layout.setSpacing(4)
        top = QHBoxLayout()
        top.addWidget(self.filter_bar, 1)
        top.addWidget(self.watch_lists)
        add = _button(self, self.tr("+ Column"), self.tr("Add a column by formula"))
        add.clicked.connect(self.add_column)
        top.addWidget(add)
        columns = _button(self, self.tr("Columns ▾"), self.tr("Columns: show, hide, move, bars and marks"))
        columns.clicked.connect(self.menu_of_columns.open_for_current)
        top.addWidget(columns)
        layout.addLayout(top)
        layout.addWidget(self._problems)
        layout.addWidget(self.column_bar)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.footer)
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        self.filter_bar.filter_changed.connect(self._apply_filter)
        self.filter_bar.left_downwards.connect(self._enter_table)
        self._empty.pressed.connect(self.filter_bar.clear)
        self._empty.pressed.connect(self._enter_table)
        self.view.horizontalHeader().sectionClicked.connect(self._header_clicked)
        self.view.current_changed.connect(self._select)
        self.view.activated_row.connect(self._activate)
        self.view.seen_toggled.connect(self._toggle_seen)
        self.view.watch_toggled.connect(self.toggle_watched)
        self.view.copy_requested.connect(self._copy)
        self.view.selection_dropped.connect(self._tell_dropped)
        self.column_bar.left.connect(self._enter_table)
        self.menu_of_columns.order_requested.connect(self.set_order)
        self.menu_of_columns.add_requested.connect(self.open_column_bar)
        self.menu_of_columns.copy_requested.connect(self._copy)
        self.footer.sort_requested.connect(self._stream.sort_now)
        self.footer.summary_changed.connect(self.summary_changed)
        self._stream.resorted.connect(self._refresh)

    # ------------------------------------------------------------------------------------ the scan
    def begin(self, columns: Sequence[str], total_symbols: int = 0) -> None:
        """Empty the table for a scan with these result columns over so many symbols."""
        self._total_symbols = total_symbols
        self._stream.stop()
        self.sparklines.forget()
        self.view.forget()
        keys = self._named_keys()
        titles = {"symbol": self.tr("Symbol"), "timestamp": self.tr("Date"), "close": self.tr("Close")}
        self.model.begin(planned_columns(columns, titles))
        self._columns_changed(keys)
        self._refresh()

    @Slot(object)
    def append(self, table: pa.Table) -> None:
        """Add a batch of matches at the end."""
        if not table.num_rows:
            return
        first = not self.model.store.row_count
        if first:
            keys = self._named_keys()
            if self.model.adopt(table.schema):
                self._columns_changed(keys)
        self.model.append(table)
        if first:
            self.layout_of_columns.fit()
        self._stream.plan()
        self._refresh()

    @Slot()
    def finish(self) -> None:
        """Take the table as complete; rows still unsorted find their places, at once unless the user moves."""
        self.model.settle()
        self._stream.finish()
        self._refresh()

    def add_columns(self, table: pa.Table) -> None:
        """Add columns at the right, a value for every match in the order of :meth:`all_matches`."""
        self.model.add_columns(table)
        self.filter_bar.set_columns(self.model.store.columns)
        # The filter may have named such a column before it was there.
        if tuple(self.filter_bar.state.terms) != self.model.order.terms:
            self.model.set_filter(self.filter_bar.state.terms)
        # The others keep their widths; the pictures, which stand last, have got another place.
        self.layout_of_columns.apply({*table.column_names, SPARKLINE.name})
        self._refresh()

    def remove_column(self, name: str) -> None:
        """Take a column off the table; a sort or a filter that needs it goes with it."""
        if self.model.store.index(name) is not None:
            keys = self._named_keys()
            self.model.remove_column(name)
            self._columns_changed(keys)
            self._refresh()

    def add_by_symbol(self, name: str, texts: Mapping[str, str]) -> None:
        """Add a column with a text for each symbol; nothing happens where no symbol of the table has one."""
        table = self.model.store.by_symbol(name, texts)
        if table.column(name).null_count < table.num_rows:
            self.add_columns(table)

    def all_matches(self) -> pa.Table:
        """Return all rows in the order in which they came, those hidden by the filter too."""
        return self.reader()()

    def reader(
        self, names: Sequence[str] | None = None, *, only_visible: bool = False
    ) -> Callable[[], pa.Table]:
        """Return what gathers all rows, or the visible ones in their order, in whichever thread it is called.

        ``names`` are the columns that are wanted, None all of them.
        """
        return self.model.store.reader(self.model.order.rows if only_visible else None, names)

    def set_empty_state(self, text: str) -> None:
        """Say in the middle of the empty table what to do."""
        self._empty_text = text
        self._refresh()

    def _named_keys(self) -> Sequence[tuple[str, bool]]:
        if self._is_usual:
            return self._usual_order
        columns = self.model.store.columns
        return [(columns[key.column].name, key.descending) for key in self.model.order.keys]

    def _columns_changed(self, named_keys: Sequence[tuple[str, bool]]) -> None:
        self.filter_bar.set_columns(self.model.store.columns)
        self.model.set_filter(self.filter_bar.state.terms)
        self.model.set_sort(self._placed(named_keys))
        self.layout_of_columns.apply()

    # ------------------------------------------------------------------------------------ order
    @Slot(int)
    def _header_clicked(self, section: int) -> None:
        modifiers = QApplication.keyboardModifiers()
        self.sort_by(section, extend=bool(modifiers & Qt.KeyboardModifier.ShiftModifier))

    def sort_by(self, column: int, *, extend: bool = False) -> None:
        """Do what a click on that header does: ascending, descending, usual order."""
        if column >= len(self.model.store.columns):
            return
        # The usual order is nobody's choice: a click on one of its headers starts anew.
        keys = clicked(() if self._is_usual and not extend else self.model.order.keys, column, extend=extend)
        self._is_usual = not keys
        self._sort(keys or self._placed(self._usual_order))

    @Slot(int, bool, bool)
    def set_order(self, column: int, descending: bool, extend: bool) -> None:
        """Sort by a column, or by it where those before are equal."""
        before = () if self._is_usual or not extend else self.model.order.keys
        others = tuple(key for key in before if key.column != column)
        self._is_usual = False
        self._sort((*others, SortKey(column, descending=descending)))

    @Slot()
    def restore_scan_order(self) -> None:
        """Show the rows as they came."""
        self._is_usual = False
        self._sort(())

    def _placed(self, named_keys: Sequence[tuple[str, bool]]) -> tuple[SortKey, ...]:
        places = ((self.model.store.index(name), descending) for name, descending in named_keys)
        return tuple(
            SortKey(place, descending=descending) for place, descending in places if place is not None
        )

    def _sort(self, keys: Sequence[SortKey]) -> None:
        self._stream.timed(lambda: self.model.set_sort(keys))
        self._refresh()

    # ------------------------------------------------------------------------------------ filter
    @Slot()
    def focus_filter(self) -> None:
        """Put the cursor into the filter box."""
        self.filter_bar.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter_bar.box.selectAll()

    def set_filter(self, text: str) -> None:
        """Put a filter into the box and apply it."""
        self.filter_bar.set_text(text)

    @Slot()
    def _apply_filter(self) -> None:
        self._stream.timed(lambda: self.model.set_filter(self.filter_bar.state.terms))
        self._refresh()

    @Slot()
    def _enter_table(self) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------------------------ rows
    @Slot()
    def select_first(self) -> None:
        """Make the first shown row current."""
        self.view.go_to(0)

    def step(self, by: int) -> None:
        """Move the current row down (or up, for negative numbers), staying inside the table."""
        last = self.model.rowCount() - 1
        if last < 0:
            return
        current = self.view.currentIndex()
        self.view.go_to(min(last, max(0, current.row() + by)) if current.isValid() else 0)

    def go_to_symbol(self, symbol: str) -> bool:
        """Make the first shown row of the symbol current, and announce it again if it is; False without one."""
        row = self.model.first_row_of(symbol)
        if row is None:
            return False
        before = self.view.current_id
        self.view.go_to(row)
        if self.view.current_id == before:
            self._select(before)
        return True

    def visible_table(self) -> pa.Table:
        """Return the rows that pass the filter, in the shown order, with all columns."""
        return self.model.store.to_arrow(self.model.order.rows)

    @Slot(int)
    def _select(self, row_id: int) -> None:
        self.match_selected.emit(*self.model.match_of(row_id), row_id)

    @Slot(int)
    def _activate(self, row_id: int) -> None:
        self.match_activated.emit(*self.model.match_of(row_id), row_id)

    @Slot()
    def _toggle_seen(self) -> None:
        ids = self.view.selected_ids
        if len(ids):
            self.model.mark_seen(ids, seen=not all(self.model.is_seen(row_id) for row_id in ids.tolist()))
            self._refresh_counts()
            self.seen_changed.emit(self.model.seen)

    def set_seen(self, symbols: Iterable[str]) -> None:
        """Mark these symbols as seen and no other, as an earlier session left them."""
        self.model.set_seen(symbols)
        self._refresh_counts()

    @property
    def watched(self) -> tuple[str, ...]:
        """The symbols of the watch list, which have a star."""
        return self.model.watched

    def set_watched(self, symbols: Iterable[str]) -> None:
        """Give these symbols a star and no other."""
        self.model.set_watched(symbols)

    @Slot()
    def toggle_watched(self) -> None:
        """Ask to put the current row's symbol on the watch list, or to take it off."""
        row_id = self.view.current_id
        if row_id >= 0:
            self.watch_toggled.emit(self.model.match_of(row_id)[0])

    @Slot(bool)
    def _copy(self, headers: bool) -> None:
        ids = self.view.selected_ids
        if len(ids):
            every = len(self.model.store.columns)
            places = [place for place in self.layout_of_columns.visible() if place < every]
            text = as_tsv(self.model.store, ids, places, headers=headers)
            QGuiApplication.clipboard().setText(text)

    # ------------------------------------------------------------------------------------ columns
    def column_menu(self) -> QMenu:
        """Return a fresh menu to show and hide columns."""
        return self.layout_of_columns.menu(self.view)

    def set_own_columns(self, formulas: Mapping[str, str]) -> None:
        """Take the columns that the user has added, by name: they can be changed and removed."""
        self.menu_of_columns.own = dict(formulas)
        self.model.formulas = dict(formulas)

    @Slot()
    def add_column(self) -> None:
        """Show the empty line in which a column is typed."""
        self.open_column_bar("")

    @Slot(str)
    def open_column_bar(self, text: str) -> None:
        """Show the line in which a column is typed, with this text in it."""
        self.column_bar.open(text)

    def layout_state(self) -> dict[str, Any]:
        """Return widths, order, hidden columns and looks as plain values for the settings."""
        return {**self.layout_of_columns.state(), "looks": self.model.looks.state()}

    def restore_layout(self, state: Mapping[str, Any]) -> None:
        """Take what ``layout_state`` returned in an earlier session."""
        self.layout_of_columns.restore(state)
        self.model.looks.restore(state.get("looks"))
        self.looks.refresh()

    # ------------------------------------------------------------------------------------ texts
    @Slot()
    def _refresh(self) -> None:
        self._refresh_counts()
        self._refresh_empty()
        self.footer.show_held_back(self._stream.held_back)
        self._problems.tell(self.filter_bar.state.problems)

    def _refresh_counts(self) -> None:
        store = self.model.store
        counts = Counts(
            store.row_count,
            store.symbol_count(),
            self._total_symbols,
            self.model.order.hidden,
            self.model.seen_count,
        )
        self.footer.show_counts(counts if store.columns else None)

    def _refresh_empty(self) -> None:
        if self.model.rowCount():
            self._empty.show_text("")
        elif self.model.store.row_count:
            count = number_text(self.locale(), self.model.store.row_count)
            text = self.tr("The filter hides all {n} matches.").format(n=count)
            self._empty.show_text(text, self.tr("Clear the filter"))
        else:
            self._empty.show_text(self._empty_text)

    @Slot(int)
    def _tell_dropped(self, count: int) -> None:
        sentence = self.tr("{n} rows are scattered too widely to stay selected; the current row stays.")
        self._problems.note(sentence.format(n=number_text(self.locale(), count)))

    # ------------------------------------------------------------------------------------ looks
    def set_problem_colour(self, colour: QColor) -> None:
        """Take the colour of the sentences under the filter box."""
        self._problems.set_colour(colour)
        self.column_bar.set_problem_colour(colour)

    def _dim_from_palette(self) -> None:
        # Between text and ground: dimmer than the rest, yet readable, which the disabled colour is not.
        palette = self.palette()
        text, ground = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base)
        pairs = (
            (text.red(), ground.red()),
            (text.green(), ground.green()),
            (text.blue(), ground.blue()),
        )
        self.model.set_dim_colour(QColor(*(round(0.6 * near + 0.4 * far) for near, far in pairs)))

    def changeEvent(self, event: QEvent) -> None:
        """Follow palette, font and language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dim_from_palette()
        elif event.type() == QEvent.Type.LocaleChange:
            self.model.set_number_style(_number_style(self.locale()))
            self._refresh()


def _number_style(locale: QLocale) -> NumberStyle:
    if locale.language() == QLocale.Language.C:
        return NumberStyle()
    return NumberStyle(locale.decimalPoint(), locale.groupSeparator())


def _button(parent: QWidget, text: str, tip: str) -> QToolButton:
    button = QToolButton(parent)
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setAutoRaise(True)
    return button
