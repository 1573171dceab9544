"""What one condition of the filter does to rows: a mask over a slice of the store, one class per kind.

An unknown value passes no comparison, not even ``!=``; ``column=unknown`` finds it. Not here: reading the
conditions from text (``filter_text``).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gui.results.column_data import NOT_A_TIME, BoolArray
from gui.results.columns import Kind
from gui.results.store import ResultStore

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Term(Protocol):
    """One condition on a column; all terms of a filter must hold."""

    @property
    def column(self) -> int:
        """The column that it reads."""

    def mask(self, store: ResultStore, start: int, stop: int) -> BoolArray:
        """Return which of the rows ``start`` to ``stop`` (exclusive) pass."""


@dataclass(frozen=True, slots=True)
class NumberTerm:
    """A number compared; ``=`` means equal when written with the typed digits (``half`` a digit)."""

    column: int
    op: str
    value: float
    half: float

    def mask(self, store: ResultStore, start: int, stop: int) -> BoolArray:
        """Return which rows pass; NaN fails every comparison."""
        values = store.numbers(self.column).values[start:stop]
        if self.op in COMPARE:
            return np.asarray(COMPARE[self.op](values, self.value), np.bool_)
        near: BoolArray = np.abs(values - self.value) <= self.half
        return near if self.op == "=" else ~near & ~np.isnan(values)


@dataclass(frozen=True, slots=True)
class TimeTerm:
    """A moment compared with a span such as a year, a day or a minute.

    ``first`` and ``after`` are microseconds since 1970; ``after`` is the first one past the span.
    """

    column: int
    op: str
    first: int
    after: int

    def mask(self, store: ResultStore, start: int, stop: int) -> BoolArray:
        """Return which rows pass; NaT fails every comparison."""
        values: NDArray[np.int64] = store.times(self.column).values[start:stop].view(np.int64)
        passes: BoolArray
        match self.op:
            case "<":
                passes = values < self.first
            case "<=":
                passes = values < self.after
            case ">":
                passes = values >= self.after
            case ">=":
                passes = values >= self.first
            case "=":
                passes = (values >= self.first) & (values < self.after)
            case _:
                passes = (values < self.first) | (values >= self.after)
        passes &= values != NOT_A_TIME
        return passes


@dataclass(frozen=True, slots=True)
class TruthTerm:
    """A truth column that must be true or must be false."""

    column: int
    wanted: bool

    def mask(self, store: ResultStore, start: int, stop: int) -> BoolArray:
        """Return which rows pass; unknown is neither."""
        return np.asarray(store.truths(self.column).values[start:stop] == int(self.wanted), np.bool_)


@dataclass(frozen=True, slots=True)
class TextTerm:
    """A text compared without regard to case; ``words`` are alternatives, ``~`` means contains."""

    column: int
    op: str
    words: tuple[str, ...]

    def mask(self, store: ResultStore, start: int, stop: int) -> BoolArray:
        """Test each different word once, then spread the answers over the rows."""
        data = store.texts(self.column)
        passes = np.fromiter(
            (self._passes(word.casefold()) for word in data.words), np.bool_, len(data.words)
        )
        return data.per_row(passes, unknown=False, rows=slice(start, stop))

    def _passes(self, word: str) -> bool:
        match self.op:
            case "~":
                return any(wanted in word for wanted in self.words)
            case "=":
                return word in self.words
            case "!=":
                return word not in self.words
        return any(bool(COMPARE[self.op](word, wanted)) for wanted in self.words)


@dataclass(frozen=True, slots=True)
class UnknownTerm:
    """A value that is unknown, or one that isn't."""

    column: int
    wanted: bool

    def mask(self, store: ResultStore, start: int, stop: int) -> BoolArray:
        """Return which rows pass."""
        rows = slice(start, stop)
        unknown: BoolArray
        match store.columns[self.column].kind:
            case Kind.NUMBER:
                unknown = np.isnan(store.numbers(self.column).values[rows])
            case Kind.TIME:
                unknown = np.isnat(store.times(self.column).values[rows])
            case Kind.TRUTH:
                unknown = np.asarray(store.truths(self.column).values[rows] < 0, np.bool_)
            case Kind.TEXT:
                unknown = np.asarray(store.texts(self.column).codes[rows] < 0, np.bool_)
        return unknown if self.wanted else ~unknown
