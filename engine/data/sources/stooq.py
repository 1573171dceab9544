"""A folder of text files, one per symbol, as Stooq packs them: ``Stocks/aapl.us.txt``, ``ETFs/spy.us.txt``.

Both layouts are read, ``Date,Open,High,Low,Close,Volume,OpenInt`` and ``<TICKER>,<PER>,<DATE>,<TIME>,…``, and
any other header that names the same columns. The symbol is the file's name in capitals without ``.us``, or
the ticker that the rows carry. Not here: one file with many symbols (``long_table``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from engine.data.folder_names import encode_symbol
from engine.data.normalise import ColumnError, match_columns
from engine.data.reading_rules import AS_FOUND, ReadingRules
from engine.data.rows import Places, RowSieve, convert_rows
from engine.data.sources.base import (
    SOURCES,
    Expected,
    FileFound,
    FileRefused,
    Note,
    RowsRefused,
    Sample,
    SourceEvent,
    Step,
    SymbolRows,
)
from engine.data.text_table import TextTable, TextTableError, read_header, read_text_table
from engine.errors import DataError

_SUFFIXES = (".txt", ".csv")
_HOME_MARKET = ".US"
# How many files are looked into for one with rows.
_TRIED = 100


def stooq_symbol(name: str) -> str:
    """Return the symbol for a ticker of Stooq's: capitals, and no ``.US``."""
    return name.strip().upper().removesuffix(_HOME_MARKET)


def require_times(table: pa.Table, rules: ReadingRules = AS_FOUND) -> None:
    """Raise ColumnError where Stooq's period column says intraday and there are no times of day."""
    folded = {name.strip("<> ").casefold(): name for name in table.column_names}
    period = folded.get("per")
    if period is None or "time" in folded or rules.columns.get("time"):
        return
    periods = {str(text).strip() for text in pc.unique(table.column(period)).to_pylist()}
    if periods - {"D"}:
        listed = ", ".join(sorted(periods))
        raise ColumnError(f"its bars are of period {listed}, and there is no column with their times")


class StooqFolder:
    """Text files with one symbol each, in a folder and its subfolders; or a single such file."""

    name = "stooq"
    label = "a folder with one text file per symbol"

    def recognises(self, path: Path, rules: ReadingRules = AS_FOUND) -> bool:
        """Take folders that hold text files, and a text file without a column of symbols."""
        if path.is_dir():
            return any(True for _ in _text_files(path))
        if path.suffix.lower() not in _SUFFIXES:
            return False
        try:
            return "symbol" not in match_columns(read_header(path, rules), (), rules.columns)
        except TextTableError:
            return False
        except ColumnError:
            return True  # what is wrong with its columns is said when it is read

    def sample(self, path: Path, rules: ReadingRules = AS_FOUND) -> Sample:
        """Return the start of the first file that can be read."""
        files = sorted(_text_files(path)) if path.is_dir() else [path]
        root = path if path.is_dir() else path.parent
        reason = "it has a header and no rows"
        for file in files[:_TRIED]:
            try:
                text = read_text_table(file, rules, only_start=True)
            except TextTableError as error:
                reason = str(error)
                continue
            if text.rows:
                name, symbol = file.relative_to(root).as_posix(), stooq_symbol(file.stem)
                return Sample(name, len(files), text.table, "line", text.lines, symbol)
        raise DataError(str(path), f"{files[0] if len(files) == 1 else path} cannot be read: {reason}.")

    def read(self, path: Path, rules: ReadingRules = AS_FOUND) -> Iterator[SourceEvent]:
        """Yield every file in order of path."""
        root = path if path.is_dir() else path.parent
        files = sorted(_text_files(path)) if path.is_dir() else [path]
        yield Expected(len(files))
        taken: dict[str, str] = {}
        for file in files:
            yield from _read_file(file, file.relative_to(root).as_posix(), taken, rules)
            yield Step()
        others = sum(1 for entry in path.rglob("*") if entry.is_file()) - len(files) if path.is_dir() else 0
        if others:
            what = "1 other file was" if others == 1 else f"{others:,} other files were"
            yield Note(f"{what} not read: only names that end in .txt or .csv are.")


def _text_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.suffix.lower() in _SUFFIXES and not path.name.startswith(".") and path.is_file():
            yield path


def _read_file(path: Path, file: str, taken: dict[str, str], rules: ReadingRules) -> Iterator[SourceEvent]:
    """Yield one file's symbol, or why it is refused; ``taken`` remembers which file each symbol came from."""
    try:
        text = read_text_table(path, rules)
    except TextTableError as error:
        yield FileFound(file, 0)
        yield FileRefused(file, str(error))
        return
    yield FileFound(file, text.rows)
    if text.rows == 0:
        yield FileRefused(file, "it has a header and no rows")
        return
    try:
        columns = match_columns(text.table.column_names, given=rules.columns)
        symbol = _symbol(path, text.table, columns)
        require_times(text.table, rules)
        key = encode_symbol(symbol)
        if key in taken:
            yield FileRefused(file, f"{symbol} was read from {taken[key]} already", text.rows)
            return
        refused = list(ragged_rows(text, file))
        sieve = RowSieve(Places(file, "line", text.lines))
        bars = replace(convert_rows(text.table, columns, sieve, rules), symbol=symbol)
    except (ColumnError, DataError) as error:
        yield FileRefused(file, str(error).removesuffix("."), text.rows)
        return
    yield from (*refused, *sieve.refused)
    if not sieve.good.any():
        yield FileRefused(file, "none of its rows can be a bar")
        return
    taken[key] = file
    yield SymbolRows(bars if sieve.good.all() else bars.take(sieve.good))


def _symbol(path: Path, table: pa.Table, columns: dict[str, str]) -> str:
    if "symbol" not in columns:
        return stooq_symbol(path.name.removesuffix(path.suffix))
    symbols = {stooq_symbol(text) for text in pc.unique(table.column(columns["symbol"])).to_pylist()}
    if len(symbols) != 1:
        raise ColumnError("it holds several symbols: ingest the file on its own")
    return symbols.pop()


def ragged_rows(text: TextTable, file: str) -> Iterator[RowsRefused]:
    """Yield the refusals of lines that have not the header's number of fields."""
    if text.ragged:
        places = tuple(f"{file}, line {row.line}: {row.text[:40]!r}" for row in text.ragged[:3])
        yield RowsRefused(file, "the number of fields is not the header's", len(text.ragged), places)


SOURCES.add(StooqFolder.name, StooqFolder())
