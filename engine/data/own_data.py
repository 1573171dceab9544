"""What the user points at: bars that can be scanned where they are, or a source to import first.

Here: :func:`place_of`, which tells the two apart by a glance, and a name for the folder that an import makes. Not here:
reading (``hive``, ``sql``) and importing (``preview``, ``ingest``).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

from engine.data.addresses import split_scheme
from engine.data.folder_names import PREFIX
from engine.data.normalise import NEEDED, ColumnError, match_columns
from engine.data.opening import is_database
from engine.errors import DataError

_SQLITE_HEADER = b"SQLite format 3\0"
_PATH_SCHEMES = ("file",)


def place_of(text: str) -> str | Path:
    """Return the address of bars that can be scanned as they are, or the path of a file or folder to import.

    Raises DataError where there is nothing, or a database without a table of bars.
    """
    text = text.strip()
    found = split_scheme(text)
    if found is not None and found[0] in _PATH_SCHEMES:
        text = found[1].removeprefix("//")
    elif is_database(text) or (found is not None and found[1].startswith("//")):
        return text
    path = Path(text).expanduser()
    if not text or not path.exists():
        raise DataError(
            text, f"There is nothing at {text}: check the path." if text else "Choose a file or a folder."
        )
    if path.is_dir():
        return str(path) if any(path.glob(f"{PREFIX}*")) else path
    if _begins_like_sqlite(path):
        return _sqlite_address(path)
    return path


def _begins_like_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE_HEADER)) == _SQLITE_HEADER
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataError(str(path), f"{path} cannot be read: {reason}.") from error


def _sqlite_address(path: Path) -> str:
    """Return the address of the one table in the file that holds bars."""
    address = f"sqlite:///{path.absolute()}"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            tables = dict(_tables(connection))
    except sqlite3.Error as error:
        raise DataError(str(path), f"{path} cannot be read: {error}.") from error
    fitting = [name for name, columns in tables.items() if _holds_bars(columns)]
    if "bars" in fitting or len(fitting) == 1:
        table = "bars" if "bars" in fitting else fitting[0]
        return address if table == "bars" else f"{address}?{urlencode({'table': table})}"
    if fitting:
        named = ", ".join(fitting)
        sentence = (
            f"{path} has several tables of bars, {named}: choose one with {address}?table={fitting[0]}."
        )
    else:
        named = "; ".join(f"{name} ({', '.join(columns)})" for name, columns in tables.items()) or "no tables"
        sentence = (
            f"{path} has no table with the columns symbol, date, open, high, low and close, but {named}. Name table "
            f"and columns in its address, such as {address}?table=prices&close=last."
        )
    raise DataError(str(path), sentence)


def _tables(connection: sqlite3.Connection) -> Iterator[tuple[str, tuple[str, ...]]]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
    for (name,) in names.fetchall():
        columns = connection.execute("SELECT name FROM pragma_table_info(?)", (name,)).fetchall()
        yield name, tuple(column for (column,) in columns)


def _holds_bars(columns: tuple[str, ...]) -> bool:
    try:
        match_columns(columns, ("symbol", *NEEDED))
    except ColumnError:
        return False
    return True


def target_for(source: Path, among: Path) -> Path:
    """Return a folder within ``among`` for the bars of ``source`` that is not there yet."""
    stem = source.name.removesuffix(".gz")
    stem = stem if source.is_dir() else Path(stem).stem
    name = re.sub(r"[^\w.-]+", "_", stem).strip("._") or "bars"
    place, number = among / name, 2
    while place.exists():
        place, number = among / f"{name}_{number}", number + 1
    return place
