"""Bars in a table of a database, SQLite or PostgreSQL: :class:`SqlCandleRepository`.

Here: which symbols there are, one symbol's rows, and their state. What is read comes by column and passes the same
conversions as a file's. Queries have parameters, names are quoted. Not here: connections and what may be wrong with
them (``sql_connection``), the table's columns (``sql_layout``), writing (``sql_writing``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from engine.data.hive import version_of
from engine.data.normalise import ColumnError
from engine.data.series import RangeReading
from engine.data.sql_address import SQLITE, SqlAddress
from engine.data.sql_connection import SqlConnection
from engine.data.sql_layout import Layout, find_layout
from engine.data.sql_state import SymbolStates
from engine.data.sql_values import Part, moments, numbers, taken
from engine.errors import DataError, UnknownNameError
from engine.market.bars import FIELDS, Bars

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Rows that are Python objects at one time.
_ROWS_AT_ONCE = 10_000
_FIELDS = ("timestamp", *FIELDS)


class SqlCandleRepository(RangeReading):
    """A table of bars. The list of symbols is read once, when first needed; rows are, each time.

    Its address holds the password that it was given, for workers to connect with; its ``repr``, its messages and
    :attr:`shown` never do. DataErrors say what is wrong with server, table or rows.
    """

    def __init__(self, address: str | SqlAddress) -> None:
        self._at = SqlAddress.parse(address) if isinstance(address, str) else address
        self._connection = SqlConnection(self._at)

    def __repr__(self) -> str:
        return f"SqlCandleRepository({self._at.shown!r})"

    def __getstate__(self) -> object:
        message = "a repository hands workers its address, never itself"
        raise TypeError(message)

    @property
    def address(self) -> str:
        """The whole address, with absolute path and password."""
        return str(self._at)

    @property
    def shown(self) -> str:
        """The address without a password."""
        return self._at.shown

    def close(self) -> None:
        """Close all connections; may be called twice, and reading goes on with new ones."""
        self._connection.close()

    def symbols(self) -> tuple[str, ...]:
        """All symbols, sorted."""
        return self._symbols

    def read_raw(self, symbol: str) -> Bars:
        """Return the symbol's rows as stored; raises UnknownNameError or DataError."""
        return self._read(symbol, with_state=False)[0]

    def read_with_identity(self, symbol: str) -> tuple[Bars, str]:
        """Return the same and the identity of these rows, both from one state of the database."""
        return self._read(symbol, with_state=True)

    def data_version(self, symbols: tuple[str, ...] | None = None) -> str:
        """Return a hash of what :meth:`identities` tells of these symbols."""
        wanted = sorted(self.symbols() if symbols is None else symbols)
        known = self.identities(wanted)
        return version_of(known[symbol] for symbol in wanted)

    def identities(self, symbols: Iterable[str]) -> Mapping[str, str]:
        """Return for each symbol a text that changes when its rows may have changed; see ``sql_state``."""
        wanted = list(symbols)
        found = self._connection.run(lambda connection: self._states.identities(connection, wanted))
        return {symbol: found.get(symbol, f"{symbol}\0none\n") for symbol in wanted}

    @property
    def tells_changes(self) -> bool:
        """Whether any change of a symbol's rows changes its identity."""
        return self._states.are_exact

    @cached_property
    def _layout(self) -> Layout:
        return self._connection.run(lambda connection: find_layout(connection, self._at))

    @cached_property
    def _states(self) -> SymbolStates:
        return self._connection.run(lambda connection: SymbolStates.of(connection, self._at, self._layout))

    @cached_property
    def _symbols(self) -> tuple[str, ...]:
        names = self._connection.run(self._list)
        if not names:
            sentence = (
                f"The table '{self._at.whole_table}' of {self._at.server} holds no bars: "
                f"fill it with 'candlewick ingest SOURCE --into {self._at.shown}'."
            )
            raise DataError(self._at.shown, sentence)
        return tuple(sorted(names))

    def _list(self, connection: Connection) -> list[str]:
        import sqlalchemy as sa  # noqa: PLC0415  an extra

        layout = self._layout
        symbol = layout.table.c[layout.columns["symbol"]]
        if not layout.indexed:
            found = connection.scalars(sa.select(symbol).distinct().where(symbol.is_not(None)))
            return list(found)
        # From each symbol a step to the next in the index: thousands of looks in place of millions of rows.
        first = sa.select(sa.func.min(symbol).label("name")).cte("names", recursive=True)
        following = sa.select(sa.func.min(symbol)).where(symbol > first.c.name).scalar_subquery()
        names = first.union_all(sa.select(following).where(first.c.name.is_not(None)))
        return list(connection.scalars(sa.select(names.c.name).where(names.c.name.is_not(None))))

    def _read(self, symbol: str, *, with_state: bool) -> tuple[Bars, str]:
        layout, states = self._layout, self._states if with_state else None
        import sqlalchemy as sa  # noqa: PLC0415  an extra

        def work(connection: Connection) -> tuple[dict[str, list[Part]], str]:
            told = states.identities(connection, [symbol]).get(symbol, "") if states is not None else ""
            try:
                return self._fetch(connection, layout, symbol), told
            except sa.exc.DataError as error:  # a value that Python has none for, such as the date 'infinity'
                raise ColumnError(str(error.orig).split("\n", 1)[0]) from error

        try:
            parts, identity = self._connection.run(work)
            if not parts["timestamp"] and symbol not in self.symbols():
                raise UnknownNameError("symbol", symbol, self.symbols())
            return _bars(symbol, parts, layout), identity
        except (ColumnError, pa.ArrowException) as error:
            place = f"'{self._at.whole_table}' of {self._at.server}"
            sentence = f"The bars of {symbol} cannot be read from {place}: {error}."
            raise DataError(self._at.shown, sentence) from error

    def _fetch(self, connection: Connection, layout: Layout, symbol: str) -> dict[str, list[Part]]:
        """Return the symbol's rows by field, in parts."""
        import sqlalchemy as sa  # noqa: PLC0415  an extra

        def chosen(field: str) -> Any:
            column = columns[layout.columns[field]]
            return sa.cast(column, sa.Double()) if field in layout.decimal else column

        columns = layout.table.c
        fields = [field for field in _FIELDS if field in layout.columns]
        query = sa.select(*map(chosen, fields)).where(columns[layout.columns["symbol"]] == symbol)
        if layout.order is not None:
            query = query.order_by(columns[layout.order])
        streamed = self._at.database != SQLITE
        result = connection.execution_options(stream_results=streamed).execute(query)
        parts: dict[str, list[Part]] = {field: [] for field in fields}
        for rows in result.partitions(_ROWS_AT_ONCE):
            for field, values in zip(fields, zip(*rows, strict=True), strict=True):
                parts[field].append(taken(field, values))
        return parts


def _bars(symbol: str, parts: Mapping[str, Sequence[Part]], layout: Layout) -> Bars:
    names = layout.columns
    times = moments(parts["timestamp"], names["timestamp"])
    fields = [
        numbers(parts[field], names[field]) if field in parts else np.full(len(times), np.nan)
        for field in FIELDS
    ]
    bars = Bars(symbol, times, *fields)
    if layout.order is not None:
        return bars
    # Without a column of order any order could come; this one depends on the rows alone.
    keys = [bars.field(name) for name in reversed(FIELDS)]
    return bars.take(np.lexsort((*keys, bars.timestamp)))
