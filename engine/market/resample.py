"""Longer bars out of shorter ones: parts of a day, days, weeks (Monday to Sunday), months, quarters and years.

1. Out of daily bars. A longer bar is known by the day of the last bar that it holds. The last one is left out while it
   can still change: it counts as finished when its last bar is on the period's last weekday, or, for a symbol that
   trades at weekends, on its last calendar day. A holiday on that day delays the bar until the next period has begun.
2. Out of intraday bars. A part of a day is known by the moment at which it begins, a day and what is longer by a date.
   It is finished when a bar of a later period is there, or when its last bar ends where it ends. Nobody knows when a
   session closes: a day is finished by the next day's first bar.

Here: a whole series (:func:`resample`), and longer bars beside the given ones, as each of these knew them
(:func:`completed`). Not here: cleaning (``quality``). The bars that come in are clean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError
from engine.market.bars import Bars, BoolArray, FloatArray, TimeArray
from engine.market.session import DAY_MICROSECONDS, slot_starts, slots, stored_timeframe
from engine.market.timeframe import Timeframe

_Days = NDArray[np.int64]

# 1970-01-01 was a Thursday: with this shift weeks start on Monday.
_EPOCH_WEEKDAY = 3
# A stray Saturday row in a stock's file does not make its weeks end on Sunday.
_WEEKEND_SHARE = 0.05
_MONTHS = {Timeframe.MONTH: 1, Timeframe.QUARTER: 3, Timeframe.YEAR: 12}


def resample(bars: Bars, timeframe: Timeframe) -> Bars:
    """Return clean ``bars`` as bars of ``timeframe``; the same object where they are that long already.

    Open is the first, close the last, high and low the extremes; volume is the sum of the known ones, NaN
    where none is known. Raises DataError when the bars are longer than that.
    """
    if len(bars) == 0:
        return bars
    stored = stored_timeframe(bars)
    if timeframe.is_intraday and (not stored.is_intraday or stored.minutes > timeframe.minutes):
        raise DataError(bars.symbol, _too_long(bars.symbol, stored, timeframe))
    if stored is timeframe:
        return bars
    if stored.is_intraday:
        bars = _out_of_intraday(bars, timeframe if timeframe.is_intraday else Timeframe.DAY, stored)
    if timeframe.is_intraday or timeframe is Timeframe.DAY or len(bars) == 0:
        return bars
    days = _days(bars.timestamp)
    period = _periods(days, timeframe)
    longer = _joined(bars, np.flatnonzero(np.append(True, period[1:] != period[:-1])))
    finished = days[-1] >= _last_days(days[-1:], timeframe, np.array([_trades_at_weekends(days)]))[0]
    return longer if finished else longer.take(slice(0, -1))


def _out_of_intraday(bars: Bars, timeframe: Timeframe, stored: Timeframe) -> Bars:
    """Join intraday bars to parts of a day or to days."""
    period = period_numbers(bars.timestamp, timeframe)
    longer = _joined(bars, np.flatnonzero(np.append(True, period[1:] != period[:-1])), timeframe)
    finished = bool(_reaches_end(bars.timestamp[-1:], timeframe, stored)[0])
    return longer if finished else longer.take(slice(0, -1))


def _too_long(symbol: str, stored: Timeframe, wanted: Timeframe) -> str:
    have = f"{stored.value} bars" if stored.is_intraday else "daily bars"
    return (
        f"{symbol} has {have}, of which no {wanted.value} bars can be made: choose {stored.value} or longer."
    )


@dataclass(frozen=True, slots=True, eq=False)
class Completed:
    """Longer ``bars``, and for each given bar the number of the last one that was complete by then, or -1."""

    bars: Bars
    rows: NDArray[np.intp]


def completed(bars: Bars, timeframe: Timeframe, given: Timeframe = Timeframe.DAY) -> Completed:
    """Return the longer bars of clean ones, which are ``given`` long, and when each was complete.

    Nothing here depends on a later bar: cutting the series after any bar changes nothing before it. Whether a symbol
    trades at weekends is judged by the days so far; what trades after a week has closed (a stray Saturday) counts to
    the next one. A bar knows what is complete when it closes itself: the 10:55 bar of five minutes knows the hour
    that began at 10:00.
    """
    if len(bars) == 0:
        return Completed(bars, np.empty(0, dtype=np.intp))
    period = period_numbers(bars.timestamp, timeframe)
    begins = np.append(True, period[1:] != period[:-1])
    ends = (
        _reaches_end(bars.timestamp, timeframe, given)
        if given.is_intraday
        else _reaches_last_day(_days(bars.timestamp), timeframe)
    )
    closes, late = _first_of_each(ends, begins)
    number = np.cumsum(begins) - 1 + late
    longer = _joined(bars, np.flatnonzero(np.append(True, number[1:] != number[:-1])), timeframe)
    return Completed(
        longer if closes[-1] else longer.take(slice(0, -1)),
        (number - 1 + closes).astype(np.intp),
    )


def _reaches_last_day(days: _Days, timeframe: Timeframe) -> BoolArray:
    """Tell which days are as late as their period can have bars, by what each of them knew of the weekends."""
    at_weekends = np.cumsum(_is_weekend(days)) >= _WEEKEND_SHARE * np.arange(1, len(days) + 1)
    late: BoolArray = days >= _last_days(days, timeframe, at_weekends)
    return late


def _reaches_end(timestamp: TimeArray, timeframe: Timeframe, given: Timeframe) -> BoolArray:
    """Tell which bars of ``given`` length end where, or after, the longer bar ends that they are part of."""
    time = timestamp.astype("datetime64[us]", copy=False).view(np.int64)
    if timeframe.is_intraday:
        ends = (time // timeframe.microseconds + 1) * timeframe.microseconds
    else:
        days = _days(timestamp)
        always = np.ones(len(days), dtype=np.bool_)
        last = days if timeframe is Timeframe.DAY else _last_days(days, timeframe, always)
        ends = (last + 1) * DAY_MICROSECONDS
    reached: BoolArray = time + given.microseconds >= ends
    return reached


def period_numbers(timestamp: TimeArray, timeframe: Timeframe) -> NDArray[np.int64]:
    """Return the number of the part of a day, or of the day, week, month … that each time falls into.

    Bars of two symbols belong together when their numbers are equal: one may have stopped trading a day earlier.
    """
    if timeframe.is_intraday:
        return slots(timestamp, timeframe)
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


def _joined(bars: Bars, starts: NDArray[np.intp], timeframe: Timeframe = Timeframe.WEEK) -> Bars:
    """Join the bars from each start to the next."""
    lasts = np.append(starts[1:], len(bars)) - 1
    when = bars.timestamp[lasts]
    if timeframe.is_intraday:
        when = slot_starts(slots(when, timeframe), timeframe)
    else:
        when = when.astype("datetime64[D]").astype("datetime64[us]")
    return Bars(
        bars.symbol,
        when,
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
