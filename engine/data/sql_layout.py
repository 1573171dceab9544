"""What a table of bars looks like: which column holds which field, and what says that a symbol's rows have changed.

Candlewick's own table (``candlewick ingest … --into``) has the columns

    symbol     text, a part of the primary key
    seq        the number of the row within the symbol, the other part: rows come back in the order of their source
    timestamp  timestamp in PostgreSQL; in SQLite text, 2020-01-31 or 2020-01-31 09:30:00.000000
    open, high, low, close, volume     double precision; an unknown value is NaN or NULL
    version    SQLite only: a number that is another one after each change of the row (a trigger sees to that)

Other tables and views are read as they are: columns by the names that files may use or by those of the address,
decimals as the nearest double, and without a column of order in the order of their times and values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.data.normalise import ALIASES, NEEDED, ColumnError, match_columns
from engine.data.sql_address import ORDER, POSTGRESQL, VERSION, SqlAddress
from engine.errors import DataError, closest
from engine.market.bars import FIELDS

if TYPE_CHECKING:
    from sqlalchemy import Connection, TableClause

ORDER_COLUMN = "seq"
VERSION_COLUMN = "version"
_ORDER_NAMES = (ORDER_COLUMN, "id")
_VERSION_NAMES = (VERSION_COLUMN, "row_version", "updated_at")
_LISTED = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """A table as it was found.

    ``columns`` are the names by field. ``decimal`` fields are converted by the database. ``order`` and ``version``
    are names of columns or None; ``counts`` tells that versions are whole numbers. ``indexed``: rows of a symbol are
    found without reading the whole table. ``marks_rows``: the database itself says by which transaction each row
    was written (PostgreSQL, tables only).
    """

    table: TableClause
    columns: Mapping[str, str]
    decimal: frozenset[str]
    order: str | None
    version: str | None
    counts: bool
    indexed: bool
    marks_rows: bool


def find_layout(connection: Connection, address: SqlAddress) -> Layout:
    """Look at the table of an address; raises DataError when it is not there or holds no bars."""
    import sqlalchemy as sa  # noqa: PLC0415  an extra

    inspector = sa.inspect(connection)
    tables = inspector.get_table_names(address.schema)
    views = inspector.get_view_names(address.schema)
    if address.database == POSTGRESQL:
        views += inspector.get_materialized_view_names(address.schema)
    if address.table not in tables and address.table not in views:
        raise _missing_table(address, sorted([*tables, *views]))
    found = {each["name"]: each["type"] for each in inspector.get_columns(address.table, address.schema)}
    columns = _columns(address, tuple(found))
    _require_text(address, columns["symbol"], found[columns["symbol"]], sa)
    order = _chosen(address, ORDER, found, _ORDER_NAMES)
    if order is not None and ORDER not in address.columns and not isinstance(found[order], sa.Integer):
        order = None
    version = _chosen(address, VERSION, found, _VERSION_NAMES)
    names = {*columns.values(), *(name for name in (order, version) if name is not None)}
    decimal = {field for field, name in columns.items() if field in FIELDS and _is_decimal(found[name], sa)}
    is_table = address.table in tables
    return Layout(
        table=sa.table(
            address.table, *(sa.column(str(name)) for name in sorted(map(str, names))), schema=address.schema
        ),
        columns=columns,
        decimal=frozenset(decimal),
        order=order,
        version=version,
        counts=version is not None and isinstance(found[version], sa.Integer),
        indexed=is_table and columns["symbol"] in _leading_columns(inspector, address),
        marks_rows=is_table and address.database == POSTGRESQL,
    )


def _missing_table(address: SqlAddress, names: Sequence[str]) -> DataError:
    where = f"The database {address.server} has no table '{address.whole_table}'"
    if near := closest(address.table, names):
        hint = f"did you mean ?table={near} at the end of the address?"
    elif names:
        hint = (
            f"name yours with ?table=NAME at the end of the address; there are {', '.join(names[:_LISTED])}."
        )
    else:
        hint = f"it has none at all; create it with 'candlewick ingest SOURCE --into {address.shown}'."
    return DataError(address.shown, f"{where}: {hint}")


def _columns(address: SqlAddress, names: tuple[str, ...]) -> dict[str, str]:
    given = {field: name for field, name in address.columns.items() if field in ALIASES}
    for field, name in given.items():
        _require_column(address, field, name, names)
    try:
        rest = [name for name in names if name not in given.values()]
        found = match_columns(rest, [field for field in ("symbol", *NEEDED) if field not in given])
    except ColumnError as error:
        sentence = (
            f"The table '{address.whole_table}' of {address.server} cannot be read: {error}. "
            "Name a column at the end of the address, such as ?close=last_price."
        )
        raise DataError(address.shown, sentence) from error
    return found | given


def _chosen(address: SqlAddress, word: str, found: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    if word in address.columns:
        _require_column(address, word, address.columns[word], tuple(found))
        return address.columns[word]
    folded = {name.casefold(): name for name in found}
    return next((folded[name] for name in names if name in folded), None)


def _require_column(address: SqlAddress, word: str, name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        near = closest(name, names)
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(names)}."
        sentence = f"The table '{address.whole_table}' has no column '{name}' for the {word}: {hint}"
        raise DataError(address.shown, sentence)


def _require_text(address: SqlAddress, name: str, kind: object, sa: Any) -> None:
    """Refuse a column that would turn 005930 into 5930."""
    if not isinstance(kind, sa.String | sa.types.NullType | sa.Enum) and "CITEXT" not in str(kind).upper():
        sentence = f"The column '{name}' of '{address.whole_table}' holds {kind}: store symbols as text, to keep zeros."
        raise DataError(address.shown, sentence)


def _is_decimal(kind: object, sa: Any) -> bool:
    return isinstance(kind, sa.Numeric) and not isinstance(kind, sa.Float)


def _leading_columns(inspector: Any, address: SqlAddress) -> set[str]:
    key = inspector.get_pk_constraint(address.table, address.schema)["constrained_columns"]
    unique = [
        each["column_names"] for each in inspector.get_unique_constraints(address.table, address.schema)
    ]
    plain = [each["column_names"] for each in inspector.get_indexes(address.table, address.schema)]
    return {names[0] for names in (key, *unique, *plain) if names}
