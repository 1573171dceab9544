"""Longer bars out of intraday ones."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DataError
from engine.market.bars import FIELDS, Bars
from engine.market.resample import completed, resample
from engine.market.timeframe import Timeframe

NAN = float("nan")
MIDNIGHT = datetime(2026, 3, 9)
MINUTES_5 = Timeframe.MINUTE_5
WITHIN_DAYS = [Timeframe.MINUTE_15, Timeframe.HOUR, Timeframe.HOUR_4]
LONGER = [*WITHIN_DAYS, Timeframe.DAY, Timeframe.WEEK, Timeframe.MONTH]


def made(times, rows) -> Bars:
    table = np.array(rows, dtype=np.float64).reshape(len(times), len(FIELDS))
    return Bars("T", np.array(times, dtype="datetime64[us]"), *table.T.copy())


def bars_at(*times: str) -> Bars:
    return made([np.datetime64(time) for time in times], [(1, 2, 1, 1, 10)] * len(times))


@st.composite
def five_minute_series(draw, *, least: int = 0) -> Bars:
    """Draw up to 60 clean five-minute bars over a fortnight, sessions from 9:30 to 16:00, with holes."""
    numbers = sorted(draw(st.sets(st.integers(0, 78 * 14 - 1), min_size=least, max_size=60)))
    times = [MIDNIGHT + timedelta(days=n // 78, hours=9, minutes=30 + n % 78 * 5) for n in numbers]
    rows = []
    for _ in times:
        low, one, other, high = sorted(draw(st.lists(st.integers(1, 50), min_size=4, max_size=4)))
        rows.append((one, high, low, other, draw(st.sampled_from([NAN, 0.0, 1.0, 7.0]))))
    return made(times, rows)


def begin_of(moment: datetime, timeframe: Timeframe) -> datetime:
    midnight = datetime(moment.year, moment.month, moment.day)
    if not timeframe.is_intraday:
        return midnight
    minutes = moment.hour * 60 + moment.minute
    return midnight + timedelta(minutes=minutes - minutes % timeframe.minutes)


def slow_joined(bars: Bars, timeframe: Timeframe) -> list[tuple]:
    """Collect the bars of each part of a day, or of each day, one after another."""
    parts: dict[datetime, list[int]] = {}
    for row, moment in enumerate(bars.timestamp.tolist()):
        parts.setdefault(begin_of(moment, timeframe), []).append(row)
    out = []
    for begin, rows in parts.items():
        volumes = [bars.volume[row] for row in rows if not np.isnan(bars.volume[row])]
        high, low = max(bars.high[rows]), min(bars.low[rows])
        total = sum(volumes) if volumes else None
        out.append((begin, bars.open[rows[0]], high, low, bars.close[rows[-1]], total))
    return out


def listed(bars: Bars) -> list[tuple]:
    volume = [None if np.isnan(value) else value for value in bars.volume]
    prices = (bars.field(name) for name in FIELDS[:4])
    return list(zip(bars.timestamp.tolist(), *prices, volume, strict=True))


@given(five_minute_series(least=1), st.sampled_from([*WITHIN_DAYS, Timeframe.DAY]))
def test_longer_bars_are_those_of_a_loop_but_for_the_last_one_while_it_can_change(bars, timeframe):
    wanted = slow_joined(bars, timeframe)
    length = timedelta(minutes=timeframe.minutes)
    whole = completed(bars, timeframe, MINUTES_5).bars
    if bars.timestamp[-1].item() + timedelta(minutes=5) < wanted[-1][0] + length:
        wanted.pop()
    assert listed(whole) == wanted


@given(five_minute_series(), st.sampled_from(LONGER), st.integers(0, 60))
def test_what_a_bar_knows_of_longer_ones_does_not_depend_on_later_bars(bars, timeframe, length):
    def shown(part: Bars) -> list[tuple]:
        beside = completed(part, timeframe, MINUTES_5)
        rows = list(
            zip(*(getattr(beside.bars, name).astype(str) for name in ("timestamp", *FIELDS)), strict=True)
        )
        return [() if row < 0 else rows[row] for row in beside.rows]

    assert shown(bars.take(slice(0, length))) == shown(bars)[:length]


@given(five_minute_series(), st.sampled_from([*WITHIN_DAYS, Timeframe.DAY]))
def test_a_longer_bar_is_known_once_its_last_bar_ends_or_a_later_one_begins(bars, timeframe):
    beside = completed(bars, timeframe, MINUTES_5)
    known = slow_joined(bars, timeframe)
    for row, moment in enumerate(bars.timestamp.tolist()):
        end = moment + timedelta(minutes=5)
        over = [
            begin
            for begin, *_ in known
            if begin + timedelta(minutes=timeframe.minutes) <= end and begin <= moment
        ]
        last = beside.rows[row]
        assert (beside.bars.timestamp[last].item() if last >= 0 else None) == (over[-1] if over else None)


def times_of(bars: Bars) -> list[str]:
    return [str(stamp)[:16] for stamp in bars.timestamp]


def test_the_stored_bars_stay_as_they_are():
    bars = bars_at("2026-03-11T09:30", "2026-03-11T09:35")
    assert resample(bars, MINUTES_5) is bars
    hours = bars_at("2026-03-11T09:30", "2026-03-11T10:30", "2026-03-11T11:30")
    assert resample(hours, Timeframe.HOUR) is hours


def test_an_hour_begins_on_the_full_hour_and_is_left_out_until_it_is_over():
    bars = bars_at("2026-03-11T09:30", "2026-03-11T09:55", "2026-03-11T10:00", "2026-03-11T10:50")
    assert times_of(resample(bars, Timeframe.HOUR)) == ["2026-03-11T09:00"]
    over = bars_at(*times_of(bars), "2026-03-11T10:55")
    assert times_of(resample(over, Timeframe.HOUR)) == ["2026-03-11T09:00", "2026-03-11T10:00"]


def test_a_session_is_a_date_and_over_when_the_next_one_begins():
    bars = bars_at("2026-03-10T08:00", "2026-03-10T16:55", "2026-03-11T09:30", "2026-03-11T15:55")
    assert times_of(resample(bars, Timeframe.DAY)) == ["2026-03-10T00:00"]
    round_the_clock = bars_at(*(f"2026-03-10T{time}" for time in ("00:00", "00:05", "23:50", "23:55")))
    assert times_of(resample(round_the_clock, Timeframe.DAY)) == ["2026-03-10T00:00"]


def test_no_bar_holds_parts_of_two_sessions():
    bars = bars_at("2026-03-10T15:55", "2026-03-10T23:55", "2026-03-11T00:00", "2026-03-11T03:55")
    assert times_of(resample(bars, Timeframe.HOUR_4)) == [
        *("2026-03-10T12:00", "2026-03-10T20:00", "2026-03-11T00:00"),
    ]


def test_weeks_are_made_of_finished_days():
    days = [f"2026-03-{day:02d}T{time}" for day in (2, 3, 4, 5, 6) for time in ("09:30", "09:35")]
    assert times_of(resample(bars_at(*days), Timeframe.WEEK)) == []
    monday = bars_at(*days, "2026-03-09T09:30")
    assert times_of(resample(monday, Timeframe.WEEK)) == ["2026-03-06T00:00"]


@pytest.mark.parametrize(
    ("times", "wanted", "sentence"),
    [
        (["2026-03-10", "2026-03-11"], "5m", "T has daily bars, of which no 5m bars can be made: choose 1d"),
        (["2026-03-10T09:30", "2026-03-10T09:45"], "1m", "T has 15m bars, .* choose 15m or longer"),
    ],
)
def test_shorter_bars_than_there_are_cannot_be_made(times, wanted, sentence):
    with pytest.raises(DataError, match=sentence):
        resample(bars_at(*times), Timeframe(wanted))


@pytest.mark.parametrize("timeframe", LONGER)
def test_no_bars_give_no_longer_bars(timeframe):
    assert len(resample(Bars.empty("T"), timeframe)) == 0
    assert len(completed(Bars.empty("T"), timeframe, MINUTES_5).bars) == 0
