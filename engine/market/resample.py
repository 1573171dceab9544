"""Longer bars out of daily ones: weeks (Monday to Sunday) and calendar months.

A longer bar is known by the day of the last bar that it holds. The last one is left out while it can still
change: it counts as finished when its last bar is on the period's last weekday, or, for a symbol that trades
at weekends, on its last calendar day. A holiday on that day delays the bar until the next period has begun.

Not here: cleaning (``quality``). The bars that come in are clean.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.market.bars import Bars, FloatArray
from engine.market.timeframe import Timeframe

_Days = NDArray[np.int64]

# 1970-01-01 was a Thursday: with this shift weeks start on Monday.
_EPOCH_WEEKDAY = 3
# A stray Saturday row in a stock's file does not make its weeks end on Sunday.
_WEEKEND_SHARE = 0.05


def resample(bars: Bars, timeframe: Timeframe) -> Bars:
    """Return clean daily ``bars`` as bars of ``timeframe``; the same object for ``1d``.

    Open is the first, close the last, high and low the extremes; volume is the sum of the known ones, NaN
    where none is known.
    """
    if timeframe is Timeframe.DAY or len(bars) == 0:
        return bars
    days = bars.timestamp.astype("datetime64[D]").astype(np.int64)
    period = _weeks(days) if timeframe is Timeframe.WEEK else _months(days)
    starts = np.flatnonzero(np.append(True, period[1:] != period[:-1]))
    lasts = np.append(starts[1:], len(bars)) - 1
    longer = Bars(
        bars.symbol,
        bars.timestamp[lasts],
        bars.open[starts],
        np.maximum.reduceat(bars.high, starts),
        np.minimum.reduceat(bars.low, starts),
        bars.close[lasts],
        _sums(bars.volume, starts),
    )
    return longer if _finished(days, timeframe) else longer.take(slice(0, -1))


def _weeks(days: _Days) -> _Days:
    """Return the numbers of the weeks that days since 1970 fall into."""
    return (days + _EPOCH_WEEKDAY) // 7


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


def _finished(days: _Days, timeframe: Timeframe) -> bool:
    """Tell whether the period of the last day can get no more bars."""
    last = int(days[-1])
    if timeframe is Timeframe.WEEK:
        end = last - (last + _EPOCH_WEEKDAY) % 7 + 6
    else:
        month = np.datetime64(last, "D").astype("datetime64[M]")
        end = int((month + 1).astype("datetime64[D]").astype(np.int64)) - 1
    if not _trades_at_weekends(days):
        end -= max(0, (end + _EPOCH_WEEKDAY) % 7 - 4)
    return last >= end


def _trades_at_weekends(days: _Days) -> bool:
    """Tell whether Saturdays and Sundays are trading days of this symbol."""
    return bool(np.mean((days + _EPOCH_WEEKDAY) % 7 >= 5) >= _WEEKEND_SHARE)
