"""Which bars the pairs of a panel have in common, found for many pairs at a time.

A *panel* is one row of log closes per symbol and one column per bar that any symbol has, oldest first, NaN where
a symbol has none. The window of a pair is its last bars that both have: it depends on the two symbols alone,
never on who else is in the panel.

1. Symbols with the same gaps in the panel's tail form a group; the pairs of two groups have one window, and a
   measure takes them all in one call.
2. The tail begins with as many columns as the window has bars. Pairs that have not enough in common there wait
   for a tail twice as long, and so on to the whole panel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.market.bars import BoolArray, FloatArray

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Pairs with one window: the rows of the first symbols and of the second ones, and the common columns.

    A second row that is not later than the first is no pair.
    """

    first: Places
    second: Places
    bars: Places


@dataclass(frozen=True, slots=True, eq=False)
class _Tail:
    """The last columns of a panel: each symbol's group, each group's bars, how many bars two groups share."""

    group: Places
    has_bar: BoolArray
    shared: NDArray[np.float32]


class Alignment:
    """The windows of a panel's pairs; tails are kept from one call to the next."""

    def __init__(self, panel: FloatArray, window: int) -> None:
        self._panel = panel
        self._window = window
        self._tails: dict[int, _Tail] = {}

    def blocks(self, rows: range) -> Iterator[Block]:
        """Yield every pair of these rows with each later row exactly once, in blocks."""
        symbols, bars = self._panel.shape
        waiting = np.arange(symbols)[None, :] > np.arange(rows.start, rows.stop)[:, None]
        length = min(self._window, bars)
        while waiting.any():
            for block in self._settled(rows.start, waiting, length):
                yield block
                waiting[np.ix_(block.first - rows.start, block.second)] = False
            length = min(2 * length, bars)

    def _settled(self, start: int, waiting: BoolArray, length: int) -> Iterator[Block]:
        """Yield the blocks whose window lies in the tail of that length; all, when that is the whole panel."""
        tail = self._tail(length)
        bars = self._panel.shape[1]
        least = 0 if length == bars else self._window
        columns = _by_group(np.flatnonzero(waiting.any(axis=0)), tail.group)
        for ours, first in _by_group(np.flatnonzero(waiting.any(axis=1)) + start, tail.group).items():
            for theirs, second in columns.items():
                # Groups of a longer tail are parts of those of a shorter: all of their pairs wait, or none does.
                if tail.shared[ours, theirs] >= least and waiting[first[0] - start, second[-1]]:
                    common = np.flatnonzero(tail.has_bar[ours] & tail.has_bar[theirs])
                    yield Block(first, second, common[-self._window :] + (bars - length))

    def _tail(self, length: int) -> _Tail:
        if length not in self._tails:
            has_bar = np.isfinite(self._panel[:, self._panel.shape[1] - length :])
            number: dict[bytes, int] = {}
            group = [number.setdefault(row.tobytes(), len(number)) for row in np.packbits(has_bar, axis=1)]
            _, where = np.unique(group, return_index=True)
            ones = has_bar[where].astype(np.float32)
            self._tails[length] = _Tail(np.array(group, dtype=np.intp), has_bar[where], ones @ ones.T)
        return self._tails[length]


def _by_group(rows: Places, group: Places) -> dict[int, Places]:
    """Return the rows of each group that has some, in order."""
    order = np.argsort(group[rows], kind="stable")
    numbers, starts = np.unique(group[rows][order], return_index=True)
    return dict(zip(numbers.tolist(), np.split(rows[order], starts[1:]), strict=True))
