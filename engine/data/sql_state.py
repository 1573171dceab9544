"""In which state each symbol's rows are, asked in one query: what a data version and a snapshot go by.

From the best that a table offers:

1. a column of versions: how many rows there are, and the sum of whole numbers or the latest of other values;
2. PostgreSQL, a table: how many rows, and the sum of the numbers of the transactions that wrote them (``xmin``),
   which differ after every change, whoever makes it;
3. SQLite: the state of the whole file, so that any change of it counts as one of every symbol;
4. else (a view in PostgreSQL): number of rows and latest time, which do not tell every change (``are_exact``).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.data.snapshot_stamp import changed_just_now
from engine.data.sql_address import SQLITE, SqlAddress
from engine.data.sql_layout import Layout

if TYPE_CHECKING:
    from sqlalchemy import Connection

# More symbols than these are not named one by one: the query then asks for all.
_NAMED = 500
_CHANGE_COUNTER = slice(24, 28)


@dataclass(frozen=True, slots=True)
class SymbolStates:
    """How the states of a table's symbols are found out; ``origin`` tells this table from all others."""

    address: SqlAddress
    layout: Layout
    origin: str

    @classmethod
    def of(cls, connection: Connection, address: SqlAddress, layout: Layout) -> SymbolStates:
        """Look at where the table comes from: another server at the same address holds other rows."""
        origin = "" if address.database == SQLITE else _origin(connection, address)
        return cls(address, layout, origin)

    @property
    def are_exact(self) -> bool:
        """Whether every further change of a symbol's rows is a change of its state."""
        if self.layout.version is not None or self.layout.marks_rows:
            return True
        return self.address.database == SQLITE and not any(map(changed_just_now, self._file_times()))

    def identities(self, connection: Connection, symbols: Sequence[str]) -> dict[str, str]:
        """Return the states of those symbols that have rows, as texts."""
        import sqlalchemy as sa  # noqa: PLC0415  an extra

        layout = self.layout
        columns = layout.table.c
        symbol = columns[layout.columns["symbol"]]
        query = sa.select(symbol, sa.func.count(), *self._marks(sa)).group_by(symbol)
        if len(symbols) <= _NAMED:
            query = query.where(symbol.in_(symbols))
        whole = self._file_state() if layout.version is None and self.address.database == SQLITE else ""
        return {
            name: "\0".join((name, self.origin, whole, *map(str, told))) + "\n"
            for name, *told in connection.execute(query)
            if name is not None
        }

    def _marks(self, sa: Any) -> list[Any]:
        columns, layout = self.layout.table.c, self.layout
        if layout.version is not None:
            version = columns[layout.version]
            return [sa.func.sum(version) if layout.counts else sa.func.max(version)]
        if layout.marks_rows:
            number = sa.cast(sa.cast(sa.literal_column("xmin"), sa.Text()), sa.BigInteger())
            return [sa.func.sum(number)]
        return [] if self.address.database == SQLITE else [sa.func.max(columns[layout.columns["timestamp"]])]

    def _file_state(self) -> str:
        """Return size, time and number of changes of the file, and of the log that changes may still be in."""
        told = []
        for path in self._files():
            with contextlib.suppress(OSError), path.open("rb") as file:
                status = os.fstat(file.fileno())
                told.append(f"{status.st_size} {status.st_mtime_ns} {file.read(28)[_CHANGE_COUNTER].hex()}")
        return " ".join(told)

    def _file_times(self) -> Iterator[int]:
        for path in self._files():
            with contextlib.suppress(OSError):
                yield path.stat().st_mtime_ns

    def _files(self) -> tuple[Path, Path]:
        """Return the file, and the log that changes may still be in."""
        return self.address.file, self.address.file.with_name(f"{self.address.file.name}-wal")


def _origin(connection: Connection, address: SqlAddress) -> str:
    """Return the numbers of the server's database and of the table."""
    import sqlalchemy as sa  # noqa: PLC0415  an extra

    quote = connection.dialect.identifier_preparer.quote_identifier
    name = ".".join(quote(part) for part in (address.schema, address.table) if part is not None)
    query = "SELECT system_identifier, CAST(to_regclass(:name) AS oid) FROM pg_control_system()"
    return " ".join(map(str, connection.execute(sa.text(query), {"name": name}).one()))
