"""Which rows of a file are bars that a formula may see.

Here: the reasons, the report and :func:`clean`. A broken bar stays in its file, is left out of the series and
is counted here; nothing is repaired and nothing vanishes without a count. Not here: bars that lie in the
future. What a series holds must not depend on today's date; ``engine.data.inspection`` reports those.

1. Rows that are no bar by themselves are masked (:func:`_broken`).
2. The rest is sorted by time, stably (:func:`_in_order`).
3. Of rows with one time the last of the file stays (:func:`_repeated`).
4. A volume that is missing, infinite or negative becomes NaN; the bar stays (:func:`_volume`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.market.bars import FIELDS, Bars, BoolArray, FloatArray, TimeArray

# One reason per row: the first that applies, in this order.
REASONS: Mapping[str, str] = {
    "no_time": "the row has no time",
    "not_finite": "a price is missing or infinite",
    "not_positive": "a price is zero or negative",
    "high_below_low": "the high is below the low",
    "outside_range": "the open or close lies outside the bar's range",
    "duplicate": "the same row stands in the file twice",
    "conflicting": "another row of the same time follows; the last one counts",
}


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What was found in one symbol's rows; ``rows == bars + sum(masked.values())`` always holds.

    ``masked`` counts by the keys of ``REASONS`` and holds no zeros. ``unknown_volume`` counts bars that stay
    in the series although their volume is missing, infinite or negative: it reads NaN there.
    """

    rows: int
    bars: int
    masked: Mapping[str, int] = field(default_factory=dict)
    unsorted: bool = False
    unknown_volume: int = 0

    def __reduce__(self) -> tuple[type[QualityReport], tuple[Any, ...]]:
        """Travel as plain values: of thousands of symbols, one by one, it would take three times as long by fields."""
        return QualityReport, (self.rows, self.bars, self.masked, self.unsorted, self.unknown_volume)

    @property
    def masked_total(self) -> int:
        """How many rows the series leaves out."""
        return sum(self.masked.values())

    @property
    def broken(self) -> int:
        """How many rows are no bar by themselves, repeated ones not counted."""
        return self.masked_total - self.masked.get("duplicate", 0) - self.masked.get("conflicting", 0)


def clean(raw: Bars) -> tuple[Bars, QualityReport]:
    """Return the clean series of ``raw`` rows and the report that accounts for every row left out.

    The series is strictly increasing in time; its prices are finite and positive and keep
    low <= open, close <= high; its volume is finite and not negative, or NaN. A series that is clean already
    shares its arrays with ``raw``.
    """
    rows = len(raw)
    if rows == 0:
        return raw, QualityReport(0, 0)
    masked: dict[str, int] = {}
    bars = raw
    sound = _sound(raw)
    if not sound.all():
        masked.update(_broken(raw, sound))
        bars = raw.take(sound)
    bars, was_unsorted = _in_order(bars)
    bars = _without_repeats(bars, masked)
    volume, unknown = _volume(bars.volume)
    if volume is not bars.volume:
        bars = replace(bars, volume=volume)
    return bars, QualityReport(rows, len(bars), masked, was_unsorted, unknown)


def _sound(raw: Bars) -> BoolArray:
    """Tell which rows are bars by themselves; every comparison with NaN is false."""
    sound: BoolArray = raw.low > 0.0
    sound &= raw.high < np.inf
    for price in (raw.open, raw.close):
        sound &= raw.low <= price
        sound &= price <= raw.high
    sound &= ~np.isnat(raw.timestamp)
    return sound


def _broken(raw: Bars, sound: BoolArray) -> dict[str, int]:
    """Count the rows that are not sound by the first reason that applies."""
    bad = raw.take(~sound)
    prices = np.stack((bad.open, bad.high, bad.low, bad.close))
    tests = {
        "no_time": np.isnat(bad.timestamp),
        "not_finite": ~np.isfinite(prices).all(axis=0),
        "not_positive": (prices <= 0.0).any(axis=0),
        "high_below_low": bad.high < bad.low,
        "outside_range": np.ones(len(bad), dtype=np.bool_),
    }
    counts: dict[str, int] = {}
    left = np.ones(len(bad), dtype=np.bool_)
    for reason, failing in tests.items():
        count = int(np.count_nonzero(left & failing))
        if count:
            counts[reason] = count
        left &= ~failing
    return counts


def _in_order(bars: Bars) -> tuple[Bars, bool]:
    """Return the bars by time, those of one time in file order, and whether they had to be sorted."""
    time = bars.timestamp.view(np.int64)
    if (time[1:] >= time[:-1]).all():
        return bars, False
    return bars.take(np.argsort(time, kind="stable")), True


def _without_repeats(bars: Bars, masked: dict[str, int]) -> Bars:
    """Return only the last of the rows that share a time, and count the others into ``masked``."""
    time = bars.timestamp.view(np.int64)
    same_as_next = time[1:] == time[:-1]
    if not same_as_next.any():
        return bars
    keep = np.append(~same_as_next, True)
    dropped, survivor = _dropped(keep, bars.timestamp)
    equal = np.ones(len(dropped), dtype=np.bool_)
    for name in FIELDS:
        column = bars.field(name)
        one, other = column[dropped], column[survivor]
        equal &= (one == other) | (np.isnan(one) & np.isnan(other))
    for reason, count in (("duplicate", int(equal.sum())), ("conflicting", int((~equal).sum()))):
        if count:
            masked[reason] = count
    return bars.take(keep)


def _dropped(keep: BoolArray, timestamp: TimeArray) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places of the rows not kept and, for each, of the row that stands for its time."""
    dropped = np.flatnonzero(~keep)
    survivor = np.searchsorted(timestamp, timestamp[dropped], side="right") - 1
    return dropped, survivor


def _volume(volume: FloatArray) -> tuple[FloatArray, int]:
    """Return the volume with NaN for what is no volume, and how many of those there are."""
    known = (volume >= 0.0) & (volume < np.inf)
    if known.all():
        return volume, 0
    return np.where(known, volume, np.nan), int(len(known) - np.count_nonzero(known))
