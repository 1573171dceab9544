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
from engine.data.reading_rules import AS_FOUND, ReadingRules
from engine.data.sources.base import RowsRefused
from engine.data.written_values import is_ambiguous_date
from engine.market.bars import FIELDS, Bars, BoolArray, TimeArray

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class RefusedRows:
    """Which rows, counted from 0, were refused for one reason."""

    reason: str
    rows: NDArray[np.intp]


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
        self.reasons: list[RefusedRows] = []
        self._places = places

    def refuse(self, bad: BoolArray, reason: str, texts: pa.ChunkedArray | None = None) -> None:
        """Refuse the rows where ``bad`` is true; examples quote the row's entry in ``texts``."""
        rows = np.flatnonzero(bad & self.good)
        if len(rows):
            examples = tuple(self._example(int(row), texts) for row in rows[:_EXAMPLES])
            self.refused.append(RowsRefused(self._places.file, reason, len(rows), examples))
            self.reasons.append(RefusedRows(reason, rows))
            self.good[rows] = False

    def _example(self, row: int, texts: pa.ChunkedArray | None) -> str:
        place = f"{self._places.file}, {self._places.word} {self._places.numbers[row]}"
        return place if texts is None else f"{place}: {str(texts[row].as_py())[:40]!r}"


def convert_rows(
    table: pa.Table, columns: Mapping[str, str], sieve: RowSieve, rules: ReadingRules = AS_FOUND
) -> Bars:
    """Return all rows of ``table`` as bars without a symbol, and refuse in ``sieve`` those that are none.

    Raises ColumnError for a column of a wrong kind.
    """
    name = columns["timestamp"]
    column = table.column(name)
    times = as_times(column, name, rules.date_order)
    if times.bad is not None:
        sieve.refuse(times.bad & ~_blank(column), _date_reason(column, times.bad, rules), column)
    sieve.refuse(np.isnat(times.values), "the date is missing")
    values: dict[str, Any] = {"timestamp": _with_clock(times.values, table, name, sieve, rules)}
    for field in FIELDS:
        if field not in columns:
            values[field] = np.full(table.num_rows, np.nan)
            continue
        column = table.column(columns[field])
        numbers = as_numbers(
            column, columns[field], decimal_comma=rules.decimal_comma, are_counts=field == "volume"
        )
        if numbers.bad is not None:
            sieve.refuse(numbers.bad, _number_reason(field, column, numbers.bad, rules), column)
        values[field] = numbers.values
    return Bars("", **values)


def _with_clock(
    days: TimeArray, table: pa.Table, name: str, sieve: RowSieve, rules: ReadingRules
) -> TimeArray:
    """Return the dates with the times of day that a column of their own gives, unless they have some themselves."""
    clock = clock_name(table.column_names, name, rules.columns)
    known = days[~np.isnat(days)]
    if clock is None or (known != known.astype("datetime64[D]")).any():
        return days
    since = as_clock(table.column(clock), clock)
    if since.bad is not None:
        sieve.refuse(since.bad, "the time of day cannot be read", table.column(clock))
    moments: TimeArray = days + since.values
    return moments


def _date_reason(column: pa.ChunkedArray, bad: BoolArray, rules: ReadingRules) -> str:
    if rules.date_order is None and is_ambiguous_date(_first(column, bad)):
        return "the date does not say which is the day and which the month: choose the order of dates"
    return "the date cannot be read"


def _number_reason(field: str, column: pa.ChunkedArray, bad: BoolArray, rules: ReadingRules) -> str:
    text = _first(column, bad) or ""
    if "," in text and not rules.decimal_comma:
        return f"the {field} has a comma: if it is a decimal comma, say so"
    if "." in text and rules.decimal_comma:
        return f"the {field} has a point, where a decimal comma was expected"
    return f"the {field} is not a number"


def _first(column: pa.ChunkedArray, bad: BoolArray) -> str | None:
    """Return the first text that could not be converted and is not blank."""
    places = np.flatnonzero(bad)[:100]
    texts = (column[int(place)].as_py() for place in places)
    return next((text for text in texts if text is not None and text.strip()), None)


def _blank(column: pa.ChunkedArray) -> BoolArray:
    blank: BoolArray = np.array(
        [text is None or not text.strip() for text in column.to_pylist()], dtype=np.bool_
    )
    return blank
