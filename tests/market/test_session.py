"""Bars within a day."""

from __future__ import annotations

import numpy as np
import pytest

from engine.market.bars import Bars
from engine.market.session import slot_starts, slots, stored_timeframe
from engine.market.timeframe import INTRADAY, Timeframe


def bars_at(*times: str) -> Bars:
    one = np.ones(len(times))
    return Bars("T", np.array(times, dtype="datetime64[us]"), one, one, one, one, one)


@pytest.mark.parametrize(
    ("times", "timeframe"),
    [
        ([], "1d"),
        (["2026-03-11T09:30"], "1d"),
        (["2026-03-11", "2026-03-12"], "1d"),
        (["2026-03-11T16:00", "2026-03-12T15:00", "2026-03-13T15:00"], "1d"),
        (["2026-03-11T09:30", "2026-03-11T09:35"], "5m"),
        (["2026-03-11T09:30", "2026-03-11T09:40", "2026-03-11T09:45"], "5m"),
        (["2026-03-11T09:30", "2026-03-11T09:31"], "1m"),
        (["2026-03-11T09:30", "2026-03-11T10:30", "2026-03-12T09:30"], "1h"),
        (["2026-03-11T08:00", "2026-03-11T12:00", "2026-03-12T08:00"], "4h"),
        (["2026-03-11T09:30:00", "2026-03-11T09:30:07"], "1m"),
    ],
    ids=[
        "no bar",
        "one bar",
        "days",
        "closing times an hour apart",
        "five minutes",
        "five minutes with a gap",
        "one minute",
        "hours from half past",
        "four hours",
        "seconds",
    ],
)
def test_the_length_of_bars_shows_in_the_gaps_between_them(times, timeframe):
    assert stored_timeframe(bars_at(*times)) is Timeframe(timeframe)


def test_a_stray_bar_does_not_make_all_bars_short():
    day = [f"2026-03-11T{9 + n // 12:02d}:{n % 12 * 5:02d}:00" for n in range(60)]
    assert stored_timeframe(bars_at(*day[:40], "2026-03-11T12:17:19", *day[40:])) is Timeframe.MINUTE_5


@pytest.mark.parametrize("timeframe", INTRADAY)
def test_slots_begin_at_multiples_of_their_length_since_midnight(timeframe):
    day = np.datetime64("1969-12-30", "us") + np.arange(3 * 24 * 60) * np.timedelta64(60_000_000, "us")
    starts = slot_starts(slots(day, timeframe), timeframe)
    assert (starts <= day).all()
    assert (day - starts < np.timedelta64(timeframe.minutes, "m")).all()
    minutes = (starts - starts.astype("datetime64[D]")).astype("timedelta64[m]").astype(int)
    assert set(minutes % timeframe.minutes) == {0}
