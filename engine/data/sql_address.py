"""Addresses of bars in a database: ``sqlite:///bars.db``, ``postgresql://user@host/market?table=daily&close=last``.

Words in the query that say where the bars are in the database are ours: ``table`` (or ``schema.table``), a column's
name for any of the fields, for ``order`` or ``version``, and ``zone``. All others are the driver's. Not here:
connections (``sql_connection``), and what a table's columns mean (``sql_layout``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qsl, urlencode

from engine.data.addresses import split_scheme, without_password
from engine.data.normalise import ALIASES
from engine.errors import DataError, closest

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
# What is written before the colon, and the database that it means.
SCHEMES: Mapping[str, str] = {
    "sqlite": SQLITE,
    "sqlite+pysqlite": SQLITE,
    "postgresql": POSTGRESQL,
    "postgres": POSTGRESQL,
    "postgresql+psycopg": POSTGRESQL,
}
DEFAULT_TABLE = "bars"
ORDER = "order"
VERSION = "version"
_COLUMN_WORDS = (*ALIASES, ORDER, VERSION)
_OWN_WORDS = ("table", "zone", *_COLUMN_WORDS)
_NO_COLUMNS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SqlAddress:
    """Where a table of bars is.

    ``url`` is for the driver and may hold a password; ``columns`` are the names that the address gives for fields.
    Times with a zone are read in ``zone``.
    """

    database: str
    url: str
    table: str = DEFAULT_TABLE
    schema: str | None = None
    columns: Mapping[str, str] = field(default_factory=lambda: _NO_COLUMNS)
    zone: str = "UTC"

    @classmethod
    def parse(cls, text: str) -> SqlAddress:
        """Return the address that a text is; raises DataError for one that is none."""
        found = split_scheme(text)
        if found is None or found[0] not in SCHEMES or not found[1].startswith("//"):
            raise DataError(
                without_password(text), f"'{without_password(text)}' is no address of a database."
            )
        database = SCHEMES[found[0]]
        place, _, query = found[1].partition("?")
        words = parse_qsl(query, keep_blank_values=True)
        own = {name: value for name, value in words if name in _OWN_WORDS}
        others = [(name, value) for name, value in words if name not in _OWN_WORDS]
        url = _sqlite_url(text, place, others) if database == SQLITE else _postgresql_url(place, others)
        table = own.get("table") or DEFAULT_TABLE
        schema, dot, name = table.partition(".")
        return cls(
            database,
            url,
            name if dot else table,
            schema if dot else None,
            {word: own[word] for word in _COLUMN_WORDS if own.get(word)},
            own.get("zone") or "UTC",
        )

    def __str__(self) -> str:
        words = {} if (whole := self.whole_table) == DEFAULT_TABLE else {"table": whole}
        words |= self.columns
        if self.zone != "UTC":
            words["zone"] = self.zone
        if not words:
            return self.url
        return f"{self.url}{'&' if '?' in self.url else '?'}{urlencode(words)}"

    def __repr__(self) -> str:
        return f"SqlAddress({self.shown!r})"

    @property
    def whole_table(self) -> str:
        """The table with its schema, if it has been given one."""
        return self.table if self.schema is None else f"{self.schema}.{self.table}"

    @property
    def shown(self) -> str:
        """The address for messages, files and logs: without a password."""
        return without_password(str(self))

    @property
    def server(self) -> str:
        """Where the database is, for messages: the file, or the server with the name of the database."""
        place = without_password(self.url).partition("://")[2].partition("?")[0]
        return place.removeprefix("/") if self.database == SQLITE else place.rpartition("@")[2]

    @property
    def file(self) -> Path:
        """The file of an SQLite database."""
        return Path(self.server)


def _sqlite_url(text: str, place: str, others: list[tuple[str, str]]) -> str:
    path = place.removeprefix("///")
    if not place.startswith("///") or path in ("", ":memory:"):
        sentence = f"'{text}' names no file: write {SQLITE}:///bars.db, or {SQLITE}:////data/bars.db for /data/bars.db."
        raise DataError(text, sentence)
    if others:
        near = closest(others[0][0], _OWN_WORDS)
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(_OWN_WORDS)}."
        raise DataError(text, f"The address of a database takes no '{others[0][0]}': {hint}")
    return f"{SQLITE}:///{Path(path).expanduser().absolute()}"


def _postgresql_url(place: str, others: list[tuple[str, str]]) -> str:
    query = f"?{urlencode(others)}" if others else ""
    return f"{POSTGRESQL}:{place}{query}"
