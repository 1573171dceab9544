"""One Parquet or text file with the rows of many symbols: ``symbol, date, open, high, low, close, volume``.

The whole table is in memory once. Rows keep their order within a symbol; symbols are text and stay as they
are, except in Stooq's ``<TICKER>`` layout. Not here: one file per symbol (``stooq``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from engine.data.folder_names import why_no_symbol
from engine.data.normalise import NEEDED, ColumnError, clock_name, match_columns
from engine.data.reading_rules import AS_FOUND, ReadingRules
from engine.data.rows import Places, RowSieve, convert_rows
from engine.data.sources.base import (
    SOURCES,
    Expected,
    FileFound,
    Note,
    RowsRefused,
    Sample,
    SourceEvent,
    Step,
    SymbolRows,
)
from engine.data.sources.stooq import ragged_rows, require_times, stooq_symbol
from engine.data.text_table import TextTableError, read_header, read_text_table
from engine.errors import DataError
from engine.market.bars import Bars

_TEXT_SUFFIXES = (".csv", ".txt", ".gz")
_NEEDED = ("symbol", *NEEDED)
_SAMPLE_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The file's columns with where each row stands, and what is not looked at or refused already."""

    table: pa.Table
    columns: dict[str, str]
    places: Places
    unused: tuple[str, ...]
    refused: tuple[RowsRefused, ...] = ()


class LongTable:
    """One file with a column of symbols."""

    name = "long_table"
    label = "a Parquet or CSV file with the columns symbol, date, open, high, low, close, volume"

    def recognises(self, path: Path, rules: ReadingRules = AS_FOUND) -> bool:
        """Take Parquet files, and text files with a column of symbols."""
        if not path.is_file():
            return False
        if path.suffix.lower() == ".parquet":
            return True
        try:
            return path.suffix.lower() in _TEXT_SUFFIXES and "symbol" in match_columns(
                read_header(path, rules), (), rules.columns
            )
        except (TextTableError, ColumnError):
            return False

    def sample(self, path: Path, rules: ReadingRules = AS_FOUND) -> Sample:
        """Return the start of the file."""
        if path.suffix.lower() == ".parquet":
            table = _parquet_start(path)
            return Sample(path.name, 1, table, "row", np.arange(1, table.num_rows + 1))
        try:
            text = read_text_table(path, rules, only_start=True)
        except TextTableError as problem:
            raise DataError(str(path), f"{path} cannot be read: {problem}.") from problem
        return Sample(path.name, 1, text.table, "line", text.lines)

    def read(self, path: Path, rules: ReadingRules = AS_FOUND) -> Iterator[SourceEvent]:
        """Yield the table's symbols in order of name."""
        try:
            is_parquet = path.suffix.lower() == ".parquet"
            loaded = _load_parquet(path, rules) if is_parquet else _load_text(path, rules)
            names, codes = _symbols(loaded.table.column(loaded.columns["symbol"]), loaded.columns["symbol"])
            sieve = RowSieve(loaded.places)
            _refuse_symbols(names, codes, sieve)
            rows = convert_rows(loaded.table, loaded.columns, sieve, rules)
        except (ColumnError, TextTableError) as problem:
            raise DataError(str(path), f"{path} cannot be ingested: {problem}.") from problem
        ragged = sum(refusal.count for refusal in loaded.refused)
        yield Expected(len(np.unique(codes[sieve.good])))
        yield FileFound(path.name, loaded.table.num_rows + ragged)
        yield from (*loaded.refused, *sieve.refused)
        if loaded.unused:
            yield Note(f"These columns were not used: {', '.join(loaded.unused)}.")
        if not sieve.good.all():
            rows, codes = rows.take(sieve.good), codes[sieve.good]
        for bars in _by_symbol(rows, names, codes):
            yield SymbolRows(bars)
            yield Step()


def _parquet_start(path: Path) -> pa.Table:
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            batches = file.iter_batches(batch_size=_SAMPLE_ROWS)
            batch = next(iter(batches), None)
            schema = file.schema_arrow
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path) from error
    if batch is None or batch.num_rows == 0:
        raise DataError(str(path), f"{path} holds no rows.")
    return pa.Table.from_batches([batch], schema)


def _damaged(path: Path) -> DataError:
    return DataError(str(path), f"{path} is no Parquet file, or it is cut off or damaged.")


def _load_parquet(path: Path, rules: ReadingRules) -> _Loaded:
    try:
        names = pq.read_schema(path).names
        columns = match_columns(names, _NEEDED, rules.columns)
        symbol = columns["symbol"]
        with pq.ParquetFile(path, page_checksum_verification=True, read_dictionary=[symbol]) as file:
            clock = clock_name(names, columns["timestamp"], rules.columns)
            wanted = dict.fromkeys([*columns.values(), *([clock] if clock is not None else [])])
            table = file.read(columns=list(wanted))
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path) from error
    places = Places(path.name, "row", np.arange(1, table.num_rows + 1))
    return _Loaded(table, columns, places, _unused(names, columns, rules))


def _load_text(path: Path, rules: ReadingRules) -> _Loaded:
    text = read_text_table(path, rules)
    names = text.table.column_names
    columns = match_columns(names, _NEEDED, rules.columns)
    require_times(text.table, rules)
    places = Places(path.name, "line", text.lines)
    refused = tuple(ragged_rows(text, path.name))
    return _Loaded(text.table, columns, places, _unused(names, columns, rules), refused)


def _unused(names: Sequence[str], columns: Mapping[str, str], rules: ReadingRules) -> tuple[str, ...]:
    used = {*columns.values(), clock_name(names, columns["timestamp"], rules.columns)}
    return tuple(name for name in names if name not in used)


def _symbols(column: pa.ChunkedArray, name: str) -> tuple[list[str | None], NDArray[np.int64]]:
    """Return the distinct symbols and for each row which it is; the last one is None, for rows without."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        raise ColumnError(f"the column '{name}' holds {kind}: store symbols as text, to keep zeros")
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    coded = column.unify_dictionaries().combine_chunks()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.chunk(0)
    stooq = name.strip().startswith("<")
    texts = [stooq_symbol(text) if stooq else text for text in coded.dictionary.to_pylist()]
    texts = [None if text is None else unicodedata.normalize("NFC", text) for text in texts]
    # Two spellings of one symbol are one symbol.
    distinct = sorted({text for text in texts if text is not None})
    place = {text: number for number, text in enumerate(distinct)}
    recode = np.array([*(place.get(text, len(distinct)) for text in texts), len(distinct)])
    indices = pc.fill_null(coded.indices, len(texts)).to_numpy(zero_copy_only=False)
    return [*distinct, None], recode[indices]


def _refuse_symbols(names: Sequence[str | None], codes: NDArray[np.int64], sieve: RowSieve) -> None:
    for code, name in enumerate(names):
        reason = "it is empty" if name is None else why_no_symbol(name)
        if reason is not None:
            sieve.refuse(codes == code, f"the symbol cannot be one: {reason}")


def _by_symbol(rows: Bars, names: Sequence[str | None], codes: NDArray[np.int64]) -> Iterator[Bars]:
    """Cut the rows into symbols; rows that lie together already are not copied."""
    if len(codes) == 0:
        return
    if (codes[1:] < codes[:-1]).any():
        order = np.argsort(codes, kind="stable")
        rows, codes = rows.take(order), codes[order]
    starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
    for start, stop in zip(starts, np.append(starts[1:], len(codes)), strict=True):
        yield replace(rows.take(slice(int(start), int(stop))), symbol=str(names[codes[start]]))


SOURCES.add(LongTable.name, LongTable())
