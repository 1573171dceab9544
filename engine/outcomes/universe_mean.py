"""The same-date universe mean: what all symbols earned over the windows that begin on a signal's date.

A formula that fires in rising markets looks clever until one sees that everything rose. So beside each signal's
forward return stands the mean over all symbols of the universe that have a bar in the same period (day, week …),
measured on the same terms but without costs: holding the market takes no trade.

Sums must not depend on who computes them or in which order, and floating-point sums do. Here they are whole numbers:

1. :func:`universe_part` (in a worker) splits each return of one symbol into its whole part and a fraction from -0.5 to
   0.5, counted in steps of 2**-48 (4e-15): two integers.
2. :class:`UniverseSums` (in the parent) adds the integers up, period by period. Integers add up to the same in any
   order, with any number of workers and any chunks, and neither sum can overflow below 65,536 symbols.
3. :meth:`UniverseSums.means` divides once. Sums in ``math.fsum`` would need every return of the universe at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.market.bars import BoolArray, FloatArray

Integers: TypeAlias = NDArray[np.int64]
# Rows and columns.
Places: TypeAlias = tuple[NDArray[np.intp], ...]

STEPS = 2.0**48
MOST_SYMBOLS = 2**16


@dataclass(frozen=True, slots=True, eq=False)
class UniversePart:
    """One symbol's returns as integers.

    ``periods`` (n) are increasing; ``fraction`` (n, windows) counts steps of 2**-48, zero where unknown. Few returns
    have a whole part and few are unknown: ``whole_places`` and ``unknown_places`` say where those stand.
    """

    periods: Integers
    fraction: Integers
    whole_places: Places
    whole: Integers
    unknown_places: Places


def universe_part(periods: Integers, returns: FloatArray) -> UniversePart:
    """Turn one symbol's returns, shape (n, windows), NaN where unknown and below 2**40, into integers."""
    unknown = np.isnan(returns)
    known = np.where(unknown, 0.0, returns)
    whole = np.rint(known)
    fraction = np.rint((known - whole) * STEPS).astype(np.int64)
    places = np.nonzero(whole)
    return UniversePart(periods, fraction, places, whole[places].astype(np.int64), np.nonzero(unknown))


class UniverseSums:
    """The sums of all symbols so far, by period and window; only periods in which a symbol has a bar take room."""

    def __init__(self, windows: int) -> None:
        self._windows = windows
        self._periods: Integers = np.empty(0, dtype=np.int64)
        self._fraction: Integers = np.zeros((0, windows), dtype=np.int64)
        self._whole: Integers = np.zeros((0, windows), dtype=np.int64)
        self._count: Integers = np.zeros((0, windows), dtype=np.int64)
        self.symbols = 0

    def add(self, part: UniversePart) -> None:
        """Take one symbol's returns."""
        if not len(part.periods):
            return
        self.symbols += 1
        assert self.symbols < MOST_SYMBOLS, "the sums of more symbols could overflow"
        rows = self._rows(part.periods)
        # Most symbols trade on the days of the others: a stretch of the sums, which adds up faster than single rows.
        first, beyond = int(rows[0]), int(rows[-1]) + 1
        place: slice | NDArray[np.intp] = slice(first, beyond) if beyond - first == len(rows) else rows
        self._fraction[place] += part.fraction
        self._count[place] += 1
        row, column = part.unknown_places
        self._count[rows[row], column] -= 1
        row, column = part.whole_places
        self._whole[rows[row], column] += part.whole

    def means(self, periods: Integers) -> FloatArray:
        """Return the mean at each period, shape (n, windows); NaN where no symbol has a return."""
        result = np.full((len(periods), self._windows), np.nan)
        rows, inside = self._find(periods)
        taken = rows[inside]
        count = self._count[taken]
        total = self._whole[taken].astype(np.float64) + self._fraction[taken].astype(np.float64) / STEPS
        with np.errstate(invalid="ignore", divide="ignore"):
            result[inside] = np.where(count > 0, total / count, np.nan)
        return result

    def _rows(self, periods: Integers) -> NDArray[np.intp]:
        """Return the row of each period, made where there was none."""
        rows, is_known = self._find(periods)
        if is_known.all():
            return rows
        self._make_room(periods[~is_known])
        return self._find(periods)[0]

    def _find(self, periods: Integers) -> tuple[NDArray[np.intp], BoolArray]:
        """Return the row of each period, and whether it has one."""
        if not len(self._periods):
            return np.zeros(len(periods), dtype=np.intp), np.zeros(len(periods), dtype=np.bool_)
        rows = np.minimum(np.searchsorted(self._periods, periods), len(self._periods) - 1)
        return rows, self._periods[rows] == periods

    def _make_room(self, new: Integers) -> None:
        merged = np.union1d(self._periods, new)
        place = np.searchsorted(merged, self._periods)
        wider = []
        for sums in (self._fraction, self._whole, self._count):
            fresh = np.zeros((len(merged), self._windows), dtype=np.int64)
            fresh[place] = sums
            wider.append(fresh)
        self._fraction, self._whole, self._count = wider
        self._periods = merged
