"""The matches of one scan, column by column; a row's id is its arrival number and never changes.

Here: appending batches and handing out columns, values and arrow tables by row id. Not here: the order and
the filter (``row_order``) and how values are written (``formats``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from gui.results.column_data import ColumnData, NumberData, RowIds, TextData, TimeData, TruthData, data_for
from gui.results.columns import Kind, ResultColumn, columns_of, kind_of


class ResultStore:
    """Columns of one length, filled by ``append``."""

    def __init__(self, columns: Sequence[ResultColumn] = ()) -> None:
        self.columns = tuple(columns)
        self.row_count = 0
        self._data: list[ColumnData] = [data_for(column.kind) for column in self.columns]
        self._added: set[str] = set()

    def adopt(self, schema: pa.Schema) -> bool:
        """Take the kinds of the first batch; True when that changed the columns.

        Later batches may not change them: ``append`` fills what they leave out with unknown.
        """
        if self.row_count:
            return False
        columns = columns_of(schema, self.columns)
        if columns == self.columns:
            return False
        self.columns = columns
        self._data = [data_for(column.kind) for column in columns]
        return True

    def append(self, table: pa.Table) -> range:
        """Add a batch and return the new row ids."""
        known = set(table.column_names)
        for column, data in zip(self.columns, self._data, strict=True):
            if column.name in known:
                data.append(table.column(column.name))
            else:
                data.append_unknown(table.num_rows)
        first = self.row_count
        self.row_count += table.num_rows
        return range(first, self.row_count)

    def add(self, table: pa.Table) -> None:
        """Add columns with a value for every row id, at the right; one that was added before is replaced.

        A name that a column of the scan has stays that column's.
        """
        assert table.num_rows == self.row_count
        for field in table.schema:
            place = self.index(field.name)
            if place is not None and field.name not in self._added:
                continue
            column = ResultColumn(field.name, kind_of(field.type), field.name)
            data = data_for(column.kind)
            data.append(table.column(field.name))
            if place is None:
                self._added.add(field.name)
                self.columns = (*self.columns, column)
                self._data.append(data)
            else:
                self._data[place] = data

    def remove(self, name: str) -> None:
        """Take a column off the table; the values of the others stay where they are."""
        place = self.index(name)
        if place is not None:
            self.columns = self.columns[:place] + self.columns[place + 1 :]
            del self._data[place]
            self._added.discard(name)

    def by_symbol(self, name: str, texts: Mapping[str, str]) -> pa.Table:
        """Return a column with its symbol's text for every row id, null where a symbol has none."""
        words = sorted(set(texts.values()))
        number = {word: place for place, word in enumerate(words)}
        place = self.index("symbol")
        symbols = TextData() if place is None else self.texts(place)
        per_symbol = [number.get(texts.get(symbol, ""), -1) for symbol in symbols.words]
        codes = symbols.per_row(np.array(per_symbol, np.int32), unknown=-1, rows=slice(None))
        indices = pa.array(codes, pa.int32(), mask=codes < 0)
        return pa.table({name: pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))})

    def index(self, name: str) -> int | None:
        """Return the place of the column with that name."""
        return next((place for place, column in enumerate(self.columns) if column.name == name), None)

    def data(self, column: int) -> ColumnData:
        """Return a column's values."""
        return self._data[column]

    def numbers(self, column: int) -> NumberData:
        """Return a column that is known to hold numbers."""
        data = self._data[column]
        assert isinstance(data, NumberData)
        return data

    def times(self, column: int) -> TimeData:
        """Return a column that is known to hold moments."""
        data = self._data[column]
        assert isinstance(data, TimeData)
        return data

    def truths(self, column: int) -> TruthData:
        """Return a column that is known to hold truth."""
        data = self._data[column]
        assert isinstance(data, TruthData)
        return data

    def texts(self, column: int) -> TextData:
        """Return a column that is known to hold text."""
        data = self._data[column]
        assert isinstance(data, TextData)
        return data

    def item(self, row: int, column: int) -> Any:
        """Return one value, None where unknown."""
        return self._data[column].item(row)

    def symbol_count(self) -> int:
        """How many different symbols have a row."""
        place = self.index("symbol")
        if place is None or self.columns[place].kind is not Kind.TEXT:
            return 0
        return len(self.texts(place).words)

    def to_arrow(self, rows: RowIds) -> pa.Table:
        """Return all columns of these rows, in this order."""
        return self.reader(rows)()

    def reader(
        self, rows: RowIds | None = None, names: Sequence[str] | None = None
    ) -> Callable[[], pa.Table]:
        """Return what gathers these rows (None: all of now) and columns (None: all), in whichever thread."""
        taken = np.arange(self.row_count, dtype=np.int64) if rows is None else rows
        every = {column.name: data for column, data in zip(self.columns, self._data, strict=True)}
        wanted = {name: every[name] for name in (every if names is None else names)}
        return lambda: pa.table({name: data.to_arrow(taken) for name, data in wanted.items()})
