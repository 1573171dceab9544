"""The fields of a bar that a formula can name, and how each is read from the bars.

Prices and volume are arrays of the bars themselves, never copied; the parts of the date are those of the bar's
timestamp, which for intraday bars is the moment at which they begin, on the clock of their data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.market.bars import Bars, FloatArray, TimeArray


@dataclass(frozen=True, slots=True)
class Field:
    """One field; ``alias`` is its one-letter name, if it has one."""

    name: str
    summary: str
    scale: Literal["price", "volume", "own"]
    read: Callable[[Bars], FloatArray]
    alias: str | None = None
    path_dependent: bool = False


def _whole(stamps: TimeArray, parts: TimeArray | np.ndarray[tuple[int], np.dtype[np.int64]]) -> FloatArray:
    result: FloatArray = parts.astype(np.float64)
    result[np.isnat(stamps)] = np.nan
    return result


def _year(bars: Bars) -> FloatArray:
    return _whole(bars.timestamp, bars.timestamp.astype("datetime64[Y]").astype(np.int64) + 1970)


def _month(bars: Bars) -> FloatArray:
    return _whole(bars.timestamp, bars.timestamp.astype("datetime64[M]").astype(np.int64) % 12 + 1)


def _day(bars: Bars) -> FloatArray:
    days = bars.timestamp.astype("datetime64[D]")
    return _whole(bars.timestamp, (days - days.astype("datetime64[M]")).astype(np.int64) + 1)


def _day_of_week(bars: Bars) -> FloatArray:
    return _whole(bars.timestamp, (bars.timestamp.astype("datetime64[D]").astype(np.int64) + 3) % 7 + 1)


def _session(bars: Bars) -> FloatArray:
    return _whole(bars.timestamp, bars.timestamp.astype("datetime64[D]").astype(np.int64))


def _hour(bars: Bars) -> FloatArray:
    return _whole(bars.timestamp, bars.timestamp.astype("datetime64[h]").astype(np.int64) % 24)


def _minute(bars: Bars) -> FloatArray:
    return _whole(bars.timestamp, bars.timestamp.astype("datetime64[m]").astype(np.int64) % 60)


_ALL = (
    Field("open", "The bar's first price", "price", lambda bars: bars.open, "o"),
    Field("high", "The bar's highest price", "price", lambda bars: bars.high, "h"),
    Field("low", "The bar's lowest price", "price", lambda bars: bars.low, "l"),
    Field("close", "The bar's last price", "price", lambda bars: bars.close, "c"),
    Field("volume", "How much was traded", "volume", lambda bars: bars.volume, "v"),
    Field("hl2", "(high + low) / 2", "price", lambda bars: (bars.high + bars.low) / 2),
    Field("hlc3", "(high + low + close) / 3", "price", lambda bars: (bars.high + bars.low + bars.close) / 3),
    Field(
        "ohlc4",
        "(open + high + low + close) / 4",
        "price",
        lambda bars: (bars.open + bars.high + bars.low + bars.close) / 4,
    ),
    Field(
        "bar_index",
        "The bar's number in the symbol's history, from 0",
        "own",
        lambda bars: np.arange(len(bars), dtype=np.float64),
        path_dependent=True,
    ),
    Field("year", "The bar's year", "own", _year),
    Field("month", "The bar's month, 1 to 12", "own", _month),
    Field("day", "The bar's day of the month", "own", _day),
    Field("dayofweek", "The bar's day of the week, 1 for Monday to 7 for Sunday", "own", _day_of_week),
    Field(
        "session",
        "The number of the day on which the bar is traded; the next day's is greater",
        "own",
        _session,
    ),
    Field(
        "hour", "The hour at which the bar begins, on the clock of its data; 0 for daily bars", "own", _hour
    ),
    Field("minute", "The minute at which the bar begins; 0 for daily bars", "own", _minute),
)

FIELDS = {field.name: field for field in _ALL}
FIELD_NAMES = {name: field.name for field in _ALL for name in (field.name, field.alias) if name is not None}
CONSTANTS = ("true", "false")
