"""Rows of an imported table as arrays, and the rows that cannot be bars with the reason for each.

A row is refused when its date is missing or its text cannot be read as a date or a number. A row whose
numbers are there but make no sense is *kept*: it is a broken bar, and the quality pass will count it. Not
here: which symbol a row belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.normalise import as_clock, as_numbers, as_times, clock_name
from engine.data.sources.base import RowsRefused
from engine.market.bars import FIELDS, Bars, BoolArray, TimeArray

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Places:
    """Where rows stand in their file: ``word`` is ``line`` or ``row``, ``numbers`` one per row."""

    file: str
    word: str
    numbers: NDArray[np.int64]


class RowSieve:
    """Collects reasons against rows; each row is refused for the first one only."""

    def __init__(self, places: Places) -> None:
        self.good: BoolArray = np.ones(len(places.numbers), dtype=np.bool_)
        self.refused: list[RowsRefused] = []
        self._places = places

    def refuse(self, bad: BoolArray, reason: str, texts: pa.ChunkedArray | None = None) -> None:
        """Refuse the rows where ``bad`` is true; examples quote the row's entry in ``texts``."""
        rows = np.flatnonzero(bad & self.good)
        if len(rows):
            examples = tuple(self._example(int(row), texts) for row in rows[:_EXAMPLES])
            self.refused.append(RowsRefused(self._places.file, reason, len(rows), examples))
            self.good[rows] = False

    def _example(self, row: int, texts: pa.ChunkedArray | None) -> str:
        place = f"{self._places.file}, {self._places.word} {self._places.numbers[row]}"
        return place if texts is None else f"{place}: {str(texts[row].as_py())[:40]!r}"


def convert_rows(table: pa.Table, columns: Mapping[str, str], sieve: RowSieve) -> Bars:
    """Return all rows of ``table`` as bars without a symbol, and refuse in ``sieve`` those that are none.

    Raises ColumnError for a column of a wrong kind.
    """
    name = columns["timestamp"]
    column = table.column(name)
    times = as_times(column, name)
    if times.bad is not None:
        sieve.refuse(times.bad & ~_blank(column), "the date cannot be read", column)
    sieve.refuse(np.isnat(times.values), "the date is missing")
    values: dict[str, Any] = {"timestamp": _with_clock(times.values, table, name, sieve)}
    for field in FIELDS:
        if field not in columns:
            values[field] = np.full(table.num_rows, np.nan)
            continue
        column = table.column(columns[field])
        numbers = as_numbers(column, columns[field])
        if numbers.bad is not None:
            sieve.refuse(numbers.bad, f"the {field} is not a number", column)
        values[field] = numbers.values
    return Bars("", **values)


def _with_clock(days: TimeArray, table: pa.Table, name: str, sieve: RowSieve) -> TimeArray:
    """Return the dates with the times of day that a column of their own gives, unless they have some themselves."""
    clock = clock_name(table.column_names, name)
    known = days[~np.isnat(days)]
    if clock is None or (known != known.astype("datetime64[D]")).any():
        return days
    since = as_clock(table.column(clock), clock)
    if since.bad is not None:
        sieve.refuse(since.bad, "the time of day cannot be read", table.column(clock))
    moments: TimeArray = days + since.values
    return moments


def _blank(column: pa.ChunkedArray) -> BoolArray:
    blank: BoolArray = np.array(
        [text is None or not text.strip() for text in column.to_pylist()], dtype=np.bool_
    )
    return blank
