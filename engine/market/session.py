"""Bars within a day: how long those of a series are, and which part of the day each belongs to.

A session is one date on the clock of the data: whatever carries one date belongs together, trading before the opening
and after the close included. Longer bars within it begin at whole multiples of their length since midnight, for every
symbol at the same moments, so that bars of two symbols meet and a missing first bar moves nothing.

Not here: how bars are joined (``resample``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.market.bars import Bars, TimeArray
from engine.market.timeframe import INTRADAY, Timeframe

_Numbers = NDArray[np.int64]

DAY_MICROSECONDS = Timeframe.DAY.microseconds
NEARLY_ALL = 0.95


def stored_timeframe(bars: Bars) -> Timeframe:
    """Return how long the bars of a clean series are; ``1d`` where all are more than half a day apart.

    It is the longest intraday timeframe that fits between nearly all neighbouring bars, whatever is missing between
    them: bars at 9:30, 9:40 and 9:45 are 5-minute bars, and one stray bar at 13:38:19 changes nothing.
    """
    time = bars.timestamp.astype("datetime64[us]", copy=False).view(np.int64)
    gaps = time[1:] - time[:-1]
    # Daily bars that carry their closing time are an hour less than a day apart when the clocks change.
    if not len(gaps) or gaps.min() > DAY_MICROSECONDS // 2:
        return Timeframe.DAY
    middle = np.median(gaps)
    for timeframe in reversed(INTRADAY):
        # A length that fits nearly all gaps fits into the one in the middle.
        length = timeframe.microseconds
        if length <= middle and np.count_nonzero(gaps % length == 0) >= NEARLY_ALL * len(gaps):
            return timeframe
    return INTRADAY[0]


def slots(timestamp: TimeArray, timeframe: Timeframe) -> _Numbers:
    """Return the number of the part of a day, of that intraday length, in which each time falls; they count on."""
    numbers: _Numbers = (
        timestamp.astype("datetime64[us]", copy=False).view(np.int64) // timeframe.microseconds
    )
    return numbers


def slot_starts(numbers: _Numbers, timeframe: Timeframe) -> TimeArray:
    """Return the moments at which slots begin."""
    return (numbers * timeframe.microseconds).view("datetime64[us]")
