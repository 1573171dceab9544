"""Longer bars out of daily ones: weeks (Monday to Sunday) and calendar months, quarters and years.

A longer bar is known by the day of the last bar that it holds. The last one is left out while it can still
change: it counts as finished when its last bar is on the period's last weekday, or, for a symbol that trades
at weekends, on its last calendar day. A holiday on that day delays the bar until the next period has begun.

Here: a whole series (:func:`resample`), and longer bars beside the daily ones, as each day knew them
(:func:`completed`). Not here: cleaning (``quality``). The bars that come in are clean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.market.bars import Bars, BoolArray, FloatArray, TimeArray
from engine.market.timeframe import Timeframe

_Days = NDArray[np.int64]

# 1970-01-01 was a Thursday: with this shift weeks start on Monday.
_EPOCH_WEEKDAY = 3
# A stray Saturday row in a stock's file does not make its weeks end on Sunday.
_WEEKEND_SHARE = 0.05
_MONTHS = {Timeframe.MONTH: 1, Timeframe.QUARTER: 3, Timeframe.YEAR: 12}


def resample(bars: Bars, timeframe: Timeframe) -> Bars:
    """Return clean daily ``bars`` as bars of ``timeframe``; the same object for ``1d``.

    Open is the first, close the last, high and low the extremes; volume is the sum of the known ones, NaN
    where none is known.
    """
    if timeframe is Timeframe.DAY or len(bars) == 0:
        return bars
    days = _days(bars.timestamp)
    period = _periods(days, timeframe)
    longer = _joined(bars, np.flatnonzero(np.append(True, period[1:] != period[:-1])))
    finished = days[-1] >= _last_days(days[-1:], timeframe, np.array([_trades_at_weekends(days)]))[0]
    return longer if finished else longer.take(slice(0, -1))


@dataclass(frozen=True, slots=True, eq=False)
class Completed:
    """Longer ``bars``, and for each daily bar the number of the last one that was complete by then, or -1."""

    bars: Bars
    rows: NDArray[np.intp]


def completed(bars: Bars, timeframe: Timeframe) -> Completed:
    """Return the longer bars of clean daily ones and when each was complete, as far as that day could tell.

    Nothing here depends on a later day. Whether a symbol trades at weekends is judged by the days so far; what
    trades after a week has closed (a stray Saturday) counts to the next one. Cutting the series after any day
    changes nothing before it.
    """
    if len(bars) == 0:
        return Completed(bars, np.empty(0, dtype=np.intp))
    days = _days(bars.timestamp)
    at_weekends = np.cumsum(_is_weekend(days)) >= _WEEKEND_SHARE * np.arange(1, len(days) + 1)
    period = _periods(days, timeframe)
    begins = np.append(True, period[1:] != period[:-1])
    closes, late = _first_of_each(days >= _last_days(days, timeframe, at_weekends), begins)
    number = np.cumsum(begins) - 1 + late
    longer = _joined(bars, np.flatnonzero(np.append(True, number[1:] != number[:-1])))
    return Completed(
        longer if closes[-1] else longer.take(slice(0, -1)),
        (number - 1 + closes).astype(np.intp),
    )


def period_numbers(timestamp: TimeArray, timeframe: Timeframe) -> NDArray[np.int64]:
    """Return the number of the day, week, month, quarter or year that each time falls into.

    Bars of two symbols belong together when their numbers are equal: one may have stopped trading a day earlier.
    """
    return _periods(_days(timestamp), timeframe)


def _days(timestamp: TimeArray) -> _Days:
    """Return times as days since 1970."""
    return timestamp.astype("datetime64[D]").astype(np.int64)


def _periods(days: _Days, timeframe: Timeframe) -> _Days:
    """Return the numbers of the periods that days since 1970 fall into."""
    if timeframe is Timeframe.DAY:
        return days
    if timeframe is Timeframe.WEEK:
        return (days + _EPOCH_WEEKDAY) // 7
    return _months(days) // _MONTHS[timeframe]


def _last_days(days: _Days, timeframe: Timeframe, at_weekends: BoolArray) -> _Days:
    """Return the last day in each day's period on which there may be a bar."""
    if timeframe is Timeframe.WEEK:
        ends = days - (days + _EPOCH_WEEKDAY) % 7 + 6
    else:
        length = _MONTHS[timeframe]
        following = (_months(days) // length + 1) * length
        ends = following.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
    return ends - np.where(at_weekends, 0, np.maximum(0, (ends + _EPOCH_WEEKDAY) % 7 - 4))


def _first_of_each(marks: BoolArray, begins: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Return the first mark of each period, and which rows come after it."""
    before: _Days = np.cumsum(marks) - marks
    start = np.maximum.accumulate(np.where(begins, np.arange(len(marks)), 0))
    late: BoolArray = before > before[start]
    return marks & ~late, late


def _joined(bars: Bars, starts: NDArray[np.intp]) -> Bars:
    """Join the bars from each start to the next."""
    lasts = np.append(starts[1:], len(bars)) - 1
    return Bars(
        bars.symbol,
        bars.timestamp[lasts],
        bars.open[starts],
        np.maximum.reduceat(bars.high, starts),
        np.minimum.reduceat(bars.low, starts),
        bars.close[lasts],
        _sums(bars.volume, starts),
    )


def _months(days: _Days) -> _Days:
    """Return the numbers of the months that days since 1970 fall into."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _sums(volume: FloatArray, starts: NDArray[np.intp]) -> FloatArray:
    """Sum the known volumes of each period; NaN where there is none."""
    known = ~np.isnan(volume)
    if known.all():
        return np.add.reduceat(volume, starts)
    sums = np.add.reduceat(np.where(known, volume, 0.0), starts)
    sums[np.add.reduceat(known.astype(np.int64), starts) == 0] = np.nan
    return sums


def _trades_at_weekends(days: _Days) -> bool:
    """Tell whether Saturdays and Sundays are trading days of this symbol."""
    return bool(np.mean(_is_weekend(days)) >= _WEEKEND_SHARE)


def _is_weekend(days: _Days) -> BoolArray:
    weekend: BoolArray = (days + _EPOCH_WEEKDAY) % 7 >= 5
    return weekend
