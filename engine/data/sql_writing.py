"""Bars into a table of a database: Candlewick's own, made when it is not there, or another with the same fields.

Each symbol is one transaction: a reader sees its old rows or its new ones. PostgreSQL takes rows by COPY. Not here:
what the columns are (``sql_layout``), and counting (``engine.data.ingest``).
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyarrow import csv as pa_csv

from engine.data.sql_address import POSTGRESQL, SQLITE, SqlAddress
from engine.data.sql_connection import SqlConnection
from engine.data.sql_layout import ORDER_COLUMN, VERSION_COLUMN, Layout, find_layout
from engine.errors import DataError, OutputError
from engine.market.bars import FIELDS, Bars

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Versions are below this, so that the sum over 4 billion rows is still a whole number to SQLite.
_VERSIONS = 2**31


class SqlTarget:
    """The table that is written. Raises OutputError when it cannot be."""

    def __init__(self, address: str) -> None:
        self._at = SqlAddress.parse(address)
        self.shown = self._at.shown
        if self._at.database == SQLITE and not self._at.file.parent.is_dir():
            raise OutputError(self.shown, f"there is no folder {self._at.file.parent}")
        self._connection = SqlConnection(self._at, writing=True)
        try:
            self._layout = self._connection.run(self._prepare)
        except DataError as error:
            raise _output_error(self.shown, error) from error

    def write(self, bars: Bars) -> bool:
        """Replace one symbol's rows by these; tell whether there were any before."""
        try:
            return self._connection.run(lambda connection: self._replace(connection, bars))
        except DataError as error:
            raise _output_error(self.shown, error) from error

    def keep(self) -> None:
        """Nothing is left to do: each symbol was a transaction of its own."""

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _prepare(self, connection: Connection) -> Layout:
        import sqlalchemy as sa  # noqa: PLC0415  an extra

        at = self._at
        inspector = sa.inspect(connection)
        if at.table not in (*inspector.get_table_names(at.schema), *inspector.get_view_names(at.schema)):
            _create(connection, at)
        layout = find_layout(connection, at)
        missing = [field for field in FIELDS if field not in layout.columns]
        if missing:
            raise OutputError(at.shown, f"the table '{at.whole_table}' has no column '{missing[0]}'")
        if not layout.indexed:
            symbol = layout.columns["symbol"]
            table = sa.Table(at.table, sa.MetaData(), sa.Column(symbol), schema=at.schema)
            sa.Index(f"ix_{at.table}_{symbol}", table.c[symbol]).create(connection)
            layout = find_layout(connection, at)
        return layout

    def _replace(self, connection: Connection, bars: Bars) -> bool:
        table, names = self._layout.table, self._layout.columns
        gone = connection.execute(table.delete().where(table.c[names["symbol"]] == bars.symbol))
        columns = [names[field] for field in ("symbol", "timestamp", *FIELDS)]
        if self._layout.order == ORDER_COLUMN:
            columns.append(ORDER_COLUMN)
        if self._at.database == POSTGRESQL:
            _copy(connection, self._layout, columns, bars)
        else:
            _insert(connection, self._layout, columns, bars)
        return bool(gone.rowcount)


def _create(connection: Connection, at: SqlAddress) -> None:
    """Make Candlewick's own table; columns have the names that the address gives them."""
    import sqlalchemy as sa  # noqa: PLC0415  an extra

    def name(field: str) -> str:
        return at.columns.get(field, field)

    embedded = at.database == SQLITE
    moment = sa.Text() if embedded else sa.TIMESTAMP()
    table = sa.Table(
        at.table,
        sa.MetaData(),
        sa.Column(name("symbol"), sa.Text(), primary_key=True),
        sa.Column(ORDER_COLUMN, sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column(name("timestamp"), moment, nullable=False),
        *(sa.Column(name(field), sa.Double()) for field in FIELDS),
        schema=at.schema,
        sqlite_with_rowid=False,
    )
    if not embedded:
        table.create(connection)
        return
    by_chance = sa.text(f"(abs(random() % {_VERSIONS}))")
    table.append_column(sa.Column(VERSION_COLUMN, sa.BigInteger(), nullable=False, server_default=by_chance))
    table.create(connection)
    _watch(connection, at, name("symbol"))


def _watch(connection: Connection, at: SqlAddress, symbol: str) -> None:
    """Let SQLite give a row another version when somebody changes it."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    table, key, order, version = map(quote, (at.table, symbol, ORDER_COLUMN, VERSION_COLUMN))
    # Names are quoted, and no value stands in it.
    connection.exec_driver_sql(
        f"CREATE TRIGGER {quote(f'{at.table}_changed')} AFTER UPDATE ON {table} "  # noqa: S608
        f"WHEN new.{version} IS old.{version} BEGIN "
        f"UPDATE {table} SET {version} = abs(random() % {_VERSIONS}) "
        f"WHERE {key} = new.{key} AND {order} = new.{order}; END"
    )


def _insert(connection: Connection, layout: Layout, columns: list[str], bars: Bars) -> None:
    days = bars.timestamp.astype("datetime64[D]")
    daily = bool((days == bars.timestamp).all())
    moments = np.datetime_as_string(days if daily else bars.timestamp)
    values = [
        [bars.symbol] * len(bars),
        (moments if daily else np.char.replace(moments, "T", " ")).tolist(),
        *(bars.field(name).tolist() for name in FIELDS),
    ]
    if ORDER_COLUMN in columns:
        values.append(list(range(len(bars))))
    if layout.version == VERSION_COLUMN:
        columns = [*columns, VERSION_COLUMN]
        values.append([secrets.randbelow(_VERSIONS)] * len(bars))
    # Compiled once: with a mapping for each row that would take longer than the database does.
    statement: Any = layout.table.insert().compile(dialect=connection.dialect, column_keys=columns)
    by_name = dict(zip(columns, values, strict=True))
    rows = list(zip(*(by_name[name] for name in statement.positiontup), strict=True))
    if rows:
        connection.exec_driver_sql(str(statement), rows)


def _copy(connection: Connection, layout: Layout, columns: list[str], bars: Bars) -> None:
    """Send the rows as CSV, in which every double comes back as the same one."""
    from psycopg import sql  # noqa: PLC0415  an extra

    values = [pa.array([bars.symbol] * len(bars), pa.string()), pa.array(bars.timestamp)]
    values += [pa.array(bars.field(name)) for name in FIELDS]
    if ORDER_COLUMN in columns:
        values.append(pa.array(range(len(bars)), pa.int64()))
    text = pa.BufferOutputStream()
    pa_csv.write_csv(pa.table(values, columns), text, pa_csv.WriteOptions(include_header=False))
    names = [name for name in (layout.table.schema, layout.table.name) if name is not None]
    command = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(*names), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(command) as copy:
        copy.write(memoryview(text.getvalue()))


def _output_error(shown: str, error: DataError) -> OutputError:
    return OutputError(shown, error.sentence.rstrip("."))
