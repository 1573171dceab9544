"""The results as a Qt model: cells of the shown rows, in the order of ``RowOrder``.

1. ``begin`` takes the columns, ``append`` puts a batch at the end, ``set_sort``, ``set_filter`` and
   ``resort`` rebuild the order. A rebuild is announced before and after, so that the view can keep its place.
2. ``data`` answers from a cache of whole rows and leaves early for the roles nobody uses here.

Not here: deciding when to sort (``panel``) and keeping selection and scroll place (``view``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont

from gui.results.column_data import RowIds
from gui.results.columns import SPARKLINE, Kind, ResultColumn
from gui.results.filter_terms import Term
from gui.results.formats import FALSE_MARK, TRUE_MARK, UNKNOWN, CellFormats, NumberStyle
from gui.results.looks import DOWN, UP, ColumnLooks
from gui.results.row_order import RowOrder, SortKey
from gui.results.sparklines import Sparklines, change_of
from gui.results.store import ResultStore

Index = QModelIndex | QPersistentModelIndex
_CACHED_ROWS = 4096
STAR, SEEN = "★", "✓"
# What became of a symbol since the run before: a mark beside the word.
CHANGE = "change"
CHANGE_MARKS = {"entered": "+ entered", "persisting": "= persisting", "left": "− left"}
_SUPERSCRIPTS = "¹²³⁴⁵⁶⁷⁸⁹"
_CELL_ALIGNMENTS = {
    Kind.TEXT: Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    Kind.TIME: Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    Kind.NUMBER: Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    Kind.TRUTH: Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter,
}
_DISPLAY, _ALIGNMENT = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.TextAlignmentRole
_COLOUR, _FONT = Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.FontRole
_SPOKEN = Qt.ItemDataRole.AccessibleTextRole
_ANSWERED = frozenset((_DISPLAY, _ALIGNMENT, _COLOUR, _FONT, _SPOKEN))


class ResultsModel(QAbstractTableModel):
    """Rows of matches; a row's id is its arrival number."""

    reorder_starts = Signal(bool)
    reorder_ended = Signal(bool)

    def __init__(
        self, parent: QObject | None = None, *, style: NumberStyle | None = None, sparklines: bool = False
    ) -> None:
        super().__init__(parent)
        self._has_sparklines = sparklines
        self.closes = Sparklines()
        self.looks = ColumnLooks()
        # Of the columns that the user has added, for the tips of their headers.
        self.formulas: Mapping[str, str] = {}
        self._up, self._down = QColor("#2e9fd0"), QColor("#e07b39")
        self._style = style or NumberStyle()
        self._dim = QColor(Qt.GlobalColor.gray)
        self._seen_font = QFont()
        self._seen_font.setItalic(True)
        self.store = ResultStore()
        self.order = RowOrder(self.store)
        self._formats = CellFormats(self.store, self._style)
        self._cells: dict[int, tuple[str, ...]] = {}
        self._seen: dict[str, None] = {}
        self._watched: dict[str, None] = {}

    def begin(self, columns: Sequence[ResultColumn]) -> None:
        """Empty the table for a new scan; sort keys and filter have to be set again."""
        self.beginResetModel()
        self._take(ResultStore(columns))
        self._seen.clear()
        self.endResetModel()

    def _take(self, store: ResultStore) -> None:
        self.store = store
        self.order = RowOrder(store)
        self._formats = CellFormats(store, self._style)
        self._cells.clear()
        self.closes.clear()
        self.looks.use(store)

    @property
    def columns(self) -> tuple[ResultColumn, ...]:
        """The columns of the store and, where there is one, that of small pictures as the last."""
        extra = (SPARKLINE,) if self.sparkline_place >= 0 else ()
        return (*self.store.columns, *extra)

    @property
    def sparkline_place(self) -> int:
        """Where the column of small pictures is, -1 without one."""
        return len(self.store.columns) if self._has_sparklines and self.store.columns else -1

    def number_at(self, row: int, column: int) -> float | None:
        """Return the number of a shown row; None where it is unknown or none."""
        if not self.looks.can_have(column):
            return None
        return self.store.numbers(column).item(self.row_id(row))

    def adopt(self, schema: pa.Schema) -> bool:
        """Let the first batch tell the kinds of the columns; True when they changed."""
        fresh = ResultStore(self.store.columns)
        if self.store.row_count or not fresh.adopt(schema):
            return False
        self.beginResetModel()
        self._take(fresh)
        self.endResetModel()
        return True

    @Slot(object)
    def append(self, table: pa.Table) -> None:
        """Add a batch; rows that pass the filter appear at the end."""
        rows = self.order.passing(self.store.append(table))
        if self._formats.refresh():
            self._redraw()
        if not len(rows):
            return
        first = len(self.order.rows)
        self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
        self.order.append(rows)
        self.endInsertRows()

    def add_columns(self, table: pa.Table) -> None:
        """Add columns at the right, a value for every row id; sort keys and filter stay."""

        def add() -> None:
            self.store.add(table)
            self._look_again()
            if self.order.asks_for(table.column_names):
                self.order.rebuild()

        self._reorder(add, by_user=False)

    def remove_column(self, name: str) -> None:
        """Take a column off; sort keys and filter have to be set again."""

        def remove() -> None:
            self.store.remove(name)
            self._look_again()
            self.order.keys, self.order.terms = (), ()

        self._reorder(remove, by_user=False)

    def _look_again(self) -> None:
        self._formats = CellFormats(self.store, self._style)
        self._formats.refresh(final=True)
        self._cells.clear()
        self.looks.use(self.store)

    def set_sort(self, keys: Sequence[SortKey]) -> None:
        """Sort by these keys at once; none means scan order."""
        self.order.keys = tuple(keys)
        self._reorder(self.order.rebuild, by_user=True)
        if self.store.columns:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.store.columns) - 1)

    def set_filter(self, terms: Sequence[Term]) -> None:
        """Show only the rows that pass all terms."""
        self.order.terms = tuple(terms)
        self._reorder(self.order.rebuild, by_user=True)

    def resort(self) -> None:
        """Bring rows that came in at the end to their places."""
        self._reorder(self.order.rebuild, by_user=False)

    def _reorder(self, change: Callable[[], None], *, by_user: bool) -> None:
        """Reset around the change: saving thousands of persistent indexes costs ten times the sort."""
        self.reorder_starts.emit(by_user)
        self.beginResetModel()
        try:
            change()
        finally:
            self.endResetModel()
            self.reorder_ended.emit(by_user)

    def settle(self) -> None:
        """Choose the digits for the complete table."""
        if self._formats.refresh(final=True):
            self._redraw()

    def set_number_style(self, style: NumberStyle) -> None:
        """Write numbers in another language's way."""
        self._style = style
        self._formats = CellFormats(self.store, style)
        self._formats.refresh(final=True)
        self._redraw()

    def set_sign_colours(self, up: QColor, down: QColor) -> None:
        """Take the colours of numbers above and below zero."""
        self._up, self._down = QColor(up), QColor(down)
        self._redraw()

    def set_dim_colour(self, colour: QColor) -> None:
        """Take the colour of rows already seen."""
        self._dim = colour
        self._redraw()

    def _redraw(self) -> None:
        self._cells.clear()
        rows, columns = self.rowCount(), self.columnCount()
        if rows and columns:
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, columns - 1))

    def row_id(self, row: int) -> int:
        """Return the id of a shown row."""
        return int(self.order.rows[row])

    def match_of(self, row_id: int) -> tuple[str, np.datetime64]:
        """Return the symbol and the moment of a row; NaT where the table has none."""
        symbol, moment = (self.store.index(name) for name in ("symbol", "timestamp"))
        text = "" if symbol is None else self.store.item(row_id, symbol) or ""
        when = None if moment is None else self.store.item(row_id, moment)
        return text, np.datetime64("NaT") if when is None else when

    def first_row_of(self, symbol: str) -> int | None:
        """Return the first shown row with this symbol."""
        place = self.store.index("symbol")
        if place is None or self.store.columns[place].kind is not Kind.TEXT:
            return None
        texts = self.store.texts(place)
        if symbol not in texts.words:
            return None
        rows = np.flatnonzero(texts.codes[self.order.rows] == texts.words.index(symbol))
        return int(rows[0]) if len(rows) else None

    def is_seen(self, row_id: int) -> bool:
        """Whether the row's symbol was marked as seen."""
        return self._symbol(row_id) in self._seen

    def mark_seen(self, row_ids: RowIds, *, seen: bool) -> None:
        """Mark the rows' symbols as seen, or take the mark away."""
        symbols = dict.fromkeys(self._symbol(row_id) for row_id in row_ids.tolist())
        kept = {symbol: None for symbol in self._seen if symbol not in symbols}
        self._seen = {**self._seen, **symbols} if seen else kept
        self._redraw()

    @property
    def seen_count(self) -> int:
        """How many symbols are marked as seen."""
        return len(self._seen)

    @property
    def seen(self) -> tuple[str, ...]:
        """The symbols that are marked as seen, in the order in which they were."""
        return tuple(self._seen)

    def set_seen(self, symbols: Iterable[str]) -> None:
        """Mark these symbols as seen and no other."""
        self._seen = dict.fromkeys(symbols)
        self._redraw()

    @property
    def watched(self) -> tuple[str, ...]:
        """The symbols with a star."""
        return tuple(self._watched)

    def set_watched(self, symbols: Iterable[str]) -> None:
        """Give these symbols a star and no other."""
        self._watched = dict.fromkeys(symbols)
        self._redraw()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of shown rows."""
        return 0 if parent is not None and parent.isValid() else len(self.order.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns, hidden ones too."""
        if parent is not None and parent.isValid():
            return 0
        return len(self.store.columns) + (self.sparkline_place >= 0)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, alignment, the look of seen rows, or the screen reader's words."""
        # A painted cell asks for seven roles, a screenful of them seven hundred times.
        if role not in _ANSWERED or not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == _DISPLAY:
            return self._text(row, column)
        if role == _ALIGNMENT:
            kind = Kind.TEXT if column == self.sparkline_place else self.store.columns[column].kind
            return _CELL_ALIGNMENTS[kind]
        if role == _SPOKEN:
            return self._spoken(row, column)
        return self._look(row, column, role)

    def _look(self, row: int, column: int, role: int) -> QColor | QFont | None:
        """Return a cell's colour or font, where it has one of its own."""
        if self._seen and self.is_seen(self.row_id(row)):
            return self._dim if role == _COLOUR else self._seen_font
        if role == _COLOUR and self.looks.marks(column):
            return {UP: self._up, DOWN: self._down}.get(self._mark(row, column))
        return None

    def texts_of(self, rows: range, column: int) -> set[str]:
        """Return the texts of a column's cells in these shown rows, each once."""
        return {self._text(row, column) for row in rows}

    def _mark(self, row: int, column: int) -> str:
        """Return what a signed number has before it."""
        value = self.number_at(row, column)
        return "" if not value else UP if value > 0 else DOWN

    def _symbol(self, row_id: int) -> str:
        place = self.store.index("symbol")
        return "" if place is None else str(self.store.item(row_id, place) or "")

    def _text(self, row: int, column: int) -> str:
        """Return a cell's text; the symbol's has its marks behind it, where they push nothing aside."""
        if column == self.sparkline_place:
            return ""
        text = self._row_cells(row)[column]
        if self.looks.marks(column):
            return f"{self._mark(row, column)} {text}".lstrip()
        if self.store.columns[column].name == CHANGE:
            return CHANGE_MARKS.get(text, text)
        if not (self._seen or self._watched) or self.store.columns[column].name != "symbol":
            return text
        symbol = self._symbol(self.row_id(row))
        marks = (STAR if symbol in self._watched else "") + (SEEN if symbol in self._seen else "")
        return f"{text} {marks}" if marks else text

    def _row_cells(self, row: int) -> tuple[str, ...]:
        row_id = self.row_id(row)
        cells = self._cells.get(row_id)
        if cells is None:
            if len(self._cells) >= _CACHED_ROWS:
                self._cells.clear()
            cells = self._cells[row_id] = self._formats.texts(row_id)
        return cells

    def _spoken(self, row: int, column: int) -> str:
        if column == self.sparkline_place:
            return self._spoken_closes(self.row_id(row))
        text = self._row_cells(row)[column]
        words = {UNKNOWN: self.tr("unknown"), TRUE_MARK: self.tr("yes"), FALSE_MARK: self.tr("no")}
        spoken = f"{self.store.columns[column].title} {words.get(text, text)}"
        row_id = self.row_id(row)
        if self._watched and self._symbol(row_id) in self._watched:
            spoken = self.tr("{cell}, on the watch list").format(cell=spoken)
        return self.tr("{cell}, seen").format(cell=spoken) if self.is_seen(row_id) else spoken

    def _spoken_closes(self, row_id: int) -> str:
        closes = self.closes.get(row_id)
        change = None if closes is None else change_of(closes)
        if closes is None or change is None:
            return self.tr("closes before the match unknown")
        sentence = self.tr("{n} closes up to the match: {way} {percent} percent")
        way = self.tr("down") if change < 0 else self.tr("up")
        return sentence.format(n=len(closes), way=way, percent=self._style.write(abs(100 * change), 1))

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title with the sort's arrow, numbered when there are several keys."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < self.columnCount():
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.tr("60 bars") if column is SPARKLINE else f"{column.title}{self._arrow(section)}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _CELL_ALIGNMENTS[column.kind]
        if role == Qt.ItemDataRole.ToolTipRole:
            if column is SPARKLINE:
                return self.tr("The last 60 closes up to the match; right-click for columns.")
            hint = self.tr("Click to sort, Shift+click for a further key, right-click for more.")
            return "\n".join(filter(None, (column.title, self.formulas.get(column.name), hint)))
        return None

    def _arrow(self, section: int) -> str:
        keys = self.order.keys
        for place, key in enumerate(keys):
            if key.column == section:
                number = _SUPERSCRIPTS[min(place, 8)] if len(keys) > 1 else ""
                return f" {'▼' if key.descending else '▲'}{number}"
        return ""
