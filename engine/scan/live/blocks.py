"""Symbols whose bars lie end to end in long arrays: what is done to each value by itself is done to all at once.

A block holds so many symbols that an array of it fits into a processor's cache. Not here: what is computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.formula.fields import FIELDS
from engine.indicators.gaps import has_missing
from engine.market.bars import Bars, TimeArray
from engine.scan.window import MatchWindow

BARS = 160_000

Rows = NDArray[np.int64]


class Extent:
    """Which rows of each of a block's symbols are looked at, and where they stand in the long arrays.

    Symbol n has rows ``slices[n]`` of its own bars, which are ``starts[n]:stops[n]`` of an array of this extent.
    """

    def __init__(self, slices: Sequence[slice]) -> None:
        self.slices = tuple(slices)
        lengths = np.array([rows.stop - rows.start for rows in slices], np.int64)
        self.stops = np.cumsum(lengths)
        self.starts = self.stops - lengths
        self.size = int(self.stops[-1])
        self.places = tuple(map(slice, self.starts.tolist(), self.stops.tolist()))

    @cached_property
    def last(self) -> Rows:
        """Where the last row of each symbol is, of those that have any."""
        return self.stops[self.stops > self.starts] - 1

    @cached_property
    def with_rows(self) -> Rows:
        """The numbers of the symbols that have any row."""
        return np.flatnonzero(self.stops > self.starts)

    def symbols_of(self, rows: Rows) -> Rows:
        """Return the number of the symbol of each row of the long arrays."""
        return np.searchsorted(self.stops, rows, side="right")


class Block:
    """Some symbols, each with at least one bar; ``rows`` are the place of their bars among those of all blocks."""

    def __init__(self, number: int, bars: Sequence[Bars], begin: int = 0) -> None:
        self.number = number
        self.bars = tuple(bars)
        self.whole = Extent([slice(0, len(each)) for each in bars])
        self.rows = slice(begin, begin + self.whole.size)
        self._windows: dict[MatchWindow, Extent] = {}
        self._complete: dict[str, bool] = {}
        self._moments: tuple[MatchWindow | None, TimeArray] | None = None

    def is_complete(self, field: str) -> bool:
        """Tell whether every bar has a value of this field."""
        if field not in self._complete:
            read = FIELDS[field].read
            self._complete[field] = not any(has_missing(read(each)) for each in self.bars)
        return self._complete[field]

    def extent(self, window: MatchWindow | None) -> Extent:
        """Return the rows inside a window; None for all."""
        if window is None:
            return self.whole
        if window not in self._windows:
            # Dates are typed digit by digit.
            if len(self._windows) > 4:
                self._windows.clear()
            self._windows[window] = Extent([window.rows(each.timestamp) for each in self.bars])
        return self._windows[window]

    def moments(self, window: MatchWindow | None) -> TimeArray:
        """Return the moment of each row of the window."""
        if self._moments is None or self._moments[0] != window:
            rows = self.extent(window).slices
            parts = [each.timestamp[part] for each, part in zip(self.bars, rows, strict=True)]
            self._moments = window, np.concatenate(parts)
        return self._moments[1]

    def picked(self, values: NDArray[np.generic], window: MatchWindow | None) -> NDArray[np.generic]:
        """Return the rows of a window out of values on all bars."""
        if window is None:
            return values
        starts = self.whole.starts.tolist()
        rows = self.extent(window).slices
        return np.concatenate(
            [values[start + part.start : start + part.stop] for start, part in zip(starts, rows, strict=True)]
        )


def blocks_of(bars: Iterable[Bars], size: int = BARS) -> Iterator[Block]:
    """Yield blocks of about ``size`` bars, in the order given; symbols without bars are in none."""
    waiting: list[Bars] = []
    number = begin = count = 0
    for each in bars:
        if not len(each):
            continue
        waiting.append(each)
        count += len(each)
        if count >= size:
            yield Block(number, waiting, begin)
            begin += count
            waiting, count = [], 0
            number += 1
    if waiting:
        yield Block(number, waiting, begin)
