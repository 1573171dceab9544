"""How the cells of a column are drawn besides their text: a bar as long as the number, marks and colour for its sign.

Here: which columns have what, the user's own choice before the usual one, and the range that bars have. No Qt. Not
here: painting (``bar_delegate``) and the texts (``formats``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gui.results.columns import Kind
from gui.results.formats import PRICE_COLUMNS
from gui.results.store import ResultStore

UP, DOWN = "▲", "▼"
# So many values tell a column's range well enough, in a tenth of a millisecond.
_SAMPLE = 4096
# Columns whose numbers are there to be compared with each other.
_USUAL_BARS = frozenset({"score"})


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """The user's choice for one column; None leaves it as is usual for such numbers."""

    bars: bool | None = None
    marks: bool | None = None


@dataclass(frozen=True, slots=True)
class BarRange:
    """What a full bar means on either side of zero; a side that no number has is 0."""

    below: float
    above: float

    def bar(self, value: float) -> tuple[float, float]:
        """Return where a value's bar begins and ends, as shares of the cell's width from 0 to 1."""
        whole = self.below + self.above
        if not whole or math.isnan(value):
            return 0.0, 0.0
        zero = self.below / whole
        end = zero + min(max(value, -self.below), self.above) / whole
        return min(zero, end), max(zero, end)


@dataclass(frozen=True, slots=True)
class _Known:
    rows: int
    reach: BarRange | None


class ColumnLooks:
    """The looks of the columns of one store; choices are kept by name from one store to the next."""

    def __init__(self) -> None:
        self._store = ResultStore()
        self._chosen: dict[str, ColumnLook] = {}
        self._known: dict[int, _Known] = {}

    def use(self, store: ResultStore) -> None:
        """Look at another store, or at the same one with other columns."""
        self._store = store
        self._known.clear()

    def can_have(self, place: int) -> bool:
        """Whether the column holds numbers, which is what bars and marks are for."""
        columns = self._store.columns
        return 0 <= place < len(columns) and columns[place].kind is Kind.NUMBER

    def bars(self, place: int) -> bool:
        """Whether the column's cells have bars."""
        if not self.can_have(place):
            return False
        name = self._store.columns[place].name
        chosen = self._chosen.get(name, ColumnLook()).bars
        return name in _USUAL_BARS if chosen is None else chosen

    def marks(self, place: int) -> bool:
        """Whether the column's numbers have ▲ or ▼ and colour; usual where signs mix, as those of changes do."""
        if not self.can_have(place):
            return False
        name = self._store.columns[place].name
        chosen = self._chosen.get(name, ColumnLook()).marks
        if chosen is not None:
            return chosen
        reach = self.reach(place)
        return name not in PRICE_COLUMNS and bool(reach.below and reach.above)

    def choose(self, place: int, *, bars: bool | None = None, marks: bool | None = None) -> None:
        """Take the user's choice for a column."""
        name = self._store.columns[place].name
        look = self._chosen.get(name, ColumnLook())
        if bars is not None:
            look = replace(look, bars=bars)
        if marks is not None:
            look = replace(look, marks=marks)
        self._chosen[name] = look

    def reach(self, place: int) -> BarRange:
        """Return what a full bar of the column means; looked up anew each time the table has doubled."""
        known = self._known.get(place)
        rows = self._store.row_count
        if known is None or rows >= 2 * known.rows:
            known = self._known[place] = _Known(max(1, rows), range_of(self._store.numbers(place).values))
        return known.reach or BarRange(0.0, 0.0)

    def state(self) -> dict[str, dict[str, bool]]:
        """Return the user's choices as plain values."""
        return {
            name: {
                key: value for key, value in (("bars", look.bars), ("marks", look.marks)) if value is not None
            }
            for name, look in sorted(self._chosen.items())
            if look != ColumnLook()
        }

    def restore(self, state: Any) -> None:
        """Take what ``state`` returned; anything misshapen is left out."""
        if not isinstance(state, Mapping):
            return
        for name, look in state.items():
            if isinstance(look, Mapping):
                bars, marks = (look.get(key) for key in ("bars", "marks"))
                self._chosen[str(name)] = ColumnLook(
                    bars if isinstance(bars, bool) else None, marks if isinstance(marks, bool) else None
                )


def range_of(values: NDArray[np.float64]) -> BarRange | None:
    """Return the range of finite numbers without the outermost hundredth on each side; None without any."""
    step = max(1, len(values) // _SAMPLE)
    sample = values[::step]
    sample = sample[np.isfinite(sample)]
    if not len(sample):
        return None
    last = len(sample) - 1
    places = round(0.01 * last), round(0.99 * last)
    low, high = (float(value) for value in np.partition(sample, places)[list(places)])
    return BarRange(max(0.0, -low), max(0.0, high))
