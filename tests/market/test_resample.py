from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.market.bars import FIELDS, Bars
from engine.market.resample import completed, period_numbers, resample
from engine.market.timeframe import Timeframe
from engine.testing import bars_from_rows, generate_test_bars

NAN = float("nan")
EPOCH = date(1970, 1, 1)


@st.composite
def clean_series(draw) -> Bars:
    """Draw up to 60 clean bars over some months, with weekends or without."""
    weekends = draw(st.booleans())
    days = sorted(draw(st.sets(st.integers(18_000, 18_100), max_size=60)))
    days = [day for day in days if weekends or (EPOCH + timedelta(day)).weekday() < 5]
    rows = []
    for _ in days:
        low, one, other, high = sorted(draw(st.lists(st.integers(1, 50), min_size=4, max_size=4)))
        rows.append((one, high, low, other, draw(st.sampled_from([NAN, 0.0, 1.0, 7.0]))))
    return bars_from_rows("T", days, rows)


def slow_resample(bars: Bars, timeframe: Timeframe) -> list[tuple]:
    """Collect bars period by period, with the calendar of the standard library."""
    days = [stamp.date() for stamp in bars.timestamp.tolist()]
    periods: dict[tuple[int, ...], list[int]] = {}
    for number, day in enumerate(days):
        week = timeframe is Timeframe.WEEK
        periods.setdefault(tuple(day.isocalendar())[:2] if week else (day.year, day.month), []).append(number)
    out = []
    for rows in periods.values():
        volumes = [bars.volume[row] for row in rows if not np.isnan(bars.volume[row])]
        out.append(
            (
                days[rows[-1]],
                bars.open[rows[0]],
                max(bars.high[rows]),
                min(bars.low[rows]),
                bars.close[rows[-1]],
                sum(volumes) if volumes else None,
            )
        )
    if days and not is_over(days, timeframe):
        out.pop()
    return out


def is_over(days: list[date], timeframe: Timeframe) -> bool:
    last = days[-1]
    rest = [last + timedelta(step) for step in range(1, 32)]
    if timeframe is Timeframe.WEEK:
        rest = [day for day in rest if day.isocalendar()[:2] == last.isocalendar()[:2]]
    else:
        rest = [day for day in rest if (day.year, day.month) == (last.year, last.month)]
    at_weekends = sum(day.weekday() >= 5 for day in days) / len(days) >= 0.05
    return not any(at_weekends or day.weekday() < 5 for day in rest)


@given(clean_series(), st.sampled_from([Timeframe.WEEK, Timeframe.MONTH]))
def test_longer_bars_are_those_of_a_loop_over_the_calendar(bars, timeframe):
    longer = resample(bars, timeframe)
    volume = [None if np.isnan(value) else value for value in longer.volume]
    days = [stamp.date() for stamp in longer.timestamp.tolist()]
    found = zip(days, longer.open, longer.high, longer.low, longer.close, volume, strict=True)
    assert list(found) == slow_resample(bars, timeframe)


@given(clean_series(), st.sampled_from([Timeframe.WEEK, Timeframe.MONTH]), st.integers(0, 60))
def test_a_longer_bar_once_shown_never_changes(bars, timeframe, length):
    weekdays = bars.take((bars.timestamp.astype("datetime64[D]").astype(np.int64) + 3) % 7 < 5)
    early = resample(weekdays.take(slice(0, length)), timeframe)
    late = resample(weekdays, timeframe)
    for name in ("timestamp", *FIELDS):
        one, other = getattr(early, name), getattr(late, name)[: len(early)]
        assert one.astype(str).tolist() == other.astype(str).tolist()


def days_of(bars: Bars) -> list[str]:
    return bars.timestamp.astype("datetime64[D]").astype(str).tolist()


ROW = (1, 2, 1, 1, 10)


@pytest.mark.parametrize(
    ("days", "weeks"),
    [
        (["2024-03-04", "2024-03-08"], ["2024-03-08"]),
        (["2024-03-04", "2024-03-07"], []),
        (["2024-03-28", "2024-04-01"], ["2024-03-28"]),
        (["2024-03-08", "2024-03-09"], []),
        (["2024-03-08", "2024-03-09", "2024-03-10"], ["2024-03-10"]),
        (["2024-12-30", "2025-01-03"], ["2025-01-03"]),
        (["1969-12-29", "1970-01-02", "1970-01-05"], ["1970-01-02"]),
    ],
    ids=[
        "over on Friday",
        "not over on Thursday",
        "closed on Good Friday",
        "not over on a trading Saturday",
        "over on a trading Sunday",
        "across the new year",
        "across the epoch",
    ],
)
def test_a_week_runs_from_monday_to_sunday(days, weeks):
    assert days_of(resample(bars_from_rows("T", days, [ROW] * len(days)), Timeframe.WEEK)) == weeks


@pytest.mark.parametrize(
    ("days", "months"),
    [
        (["2024-03-01", "2024-03-29"], ["2024-03-29"]),
        (["2024-03-01", "2024-03-28"], []),
        (["2024-03-28", "2024-04-01"], ["2024-03-28"]),
        (["2024-02-29"], ["2024-02-29"]),
        (["2023-12-29"], ["2023-12-29"]),
        (["2024-03-30", "2024-03-31"], ["2024-03-31"]),
        (["2024-03-29", "2024-03-30"], []),
    ],
    ids=[
        "over on its last weekday",
        "not over before it",
        "over when the next has begun",
        "leap day",
        "ends on a weekend",
        "over on a trading Sunday",
        "not over on a trading Saturday",
    ],
)
def test_a_month_ends_on_its_last_weekday(days, months):
    assert days_of(resample(bars_from_rows("T", days, [ROW] * len(days)), Timeframe.MONTH)) == months


def test_a_stray_saturday_does_not_make_a_stock_trade_at_weekends():
    days = [day for day in range(18_000, 18_100) if (EPOCH + timedelta(day)).weekday() < 5]
    while (EPOCH + timedelta(days[-1])).weekday() != 4:
        days.pop()
    stray = sorted([*days, days[4] + 1 if (EPOCH + timedelta(days[4] + 1)).weekday() == 5 else days[-6] + 1])
    longer = resample(bars_from_rows("T", stray, [ROW] * len(stray)), Timeframe.WEEK)
    assert days_of(longer)[-1] == str(EPOCH + timedelta(days[-1]))


def test_volume_is_the_sum_of_what_is_known_and_unknown_where_nothing_is():
    days = ["2024-03-04", "2024-03-05", "2024-03-08", "2024-03-11", "2024-03-15"]
    volumes = [5, NAN, 7, NAN, NAN]
    bars = bars_from_rows("T", days, [(1, 2, 1, 1, volume) for volume in volumes])
    volume = resample(bars, Timeframe.WEEK).volume
    assert volume[0] == 12.0
    assert np.isnan(volume[1])


def test_daily_bars_stay_as_they_are():
    bars = generate_test_bars("T", 10)
    assert resample(bars, Timeframe.DAY) is bars


@pytest.mark.parametrize("timeframe", [Timeframe.WEEK, Timeframe.MONTH])
def test_no_bars_give_no_longer_bars(timeframe):
    assert len(resample(Bars.empty("T"), timeframe)) == 0


LONGER = [Timeframe.WEEK, Timeframe.MONTH, Timeframe.QUARTER, Timeframe.YEAR]


def shown(bars: Bars, timeframe: Timeframe) -> list[tuple]:
    """Return what each day knows of the last complete longer bar."""
    beside = completed(bars, timeframe)
    fields = [beside.bars.timestamp.astype(str), *(beside.bars.field(name).astype(str) for name in FIELDS)]
    return [() if row < 0 else tuple(field[row] for field in fields) for row in beside.rows]


@given(clean_series(), st.sampled_from(LONGER), st.integers(0, 60))
def test_what_a_day_knows_of_longer_bars_does_not_depend_on_later_days(bars, timeframe, length):
    assert shown(bars.take(slice(0, length)), timeframe) == shown(bars, timeframe)[:length]


@given(clean_series(), st.sampled_from(LONGER))
def test_each_day_knows_the_last_longer_bar_of_the_series_up_to_it(bars, timeframe):
    weekdays = bars.take((bars.timestamp.astype("datetime64[D]").astype(np.int64) + 3) % 7 < 5)
    for length, known in enumerate(shown(weekdays, timeframe), 1):
        longer = resample(weekdays.take(slice(0, length)), timeframe)
        last = (longer.timestamp, *(longer.field(name) for name in FIELDS))
        assert known == (tuple(str(field.astype(str)[-1]) for field in last) if len(longer) else ())


def test_a_week_is_known_on_its_friday_and_after_a_holiday_on_monday():
    days = ["2024-03-21", "2024-03-22", "2024-03-25", "2024-03-28", "2024-04-01", "2024-04-05"]
    beside = completed(bars_from_rows("T", days, [ROW] * 6), Timeframe.WEEK)
    assert beside.rows.tolist() == [-1, 0, 0, 0, 1, 2]
    assert days_of(beside.bars) == ["2024-03-22", "2024-03-28", "2024-04-05"]


def test_a_stray_saturday_counts_to_the_next_week_because_friday_closed_its_own():
    weekdays = (
        generate_test_bars("T", 100, "2024-01-01").timestamp.astype("datetime64[D]").astype(str).tolist()
    )
    days = [*weekdays, "2024-05-18", "2024-05-20"]
    rows = [(1.0, 2.0, 1.0, 2.0, 5.0)] * 100 + [(3.0, 9.0, 3.0, 9.0, 5.0)] * 2
    beside = completed(bars_from_rows("T", days, rows), Timeframe.WEEK)
    assert beside.rows[-3:].tolist() == [19, 19, 19]
    assert beside.bars.high.max() == 2.0


@pytest.mark.parametrize(
    ("timeframe", "lasts"),
    [
        (Timeframe.QUARTER, ["2024-03-29", "2024-06-28", "2024-09-30", "2024-12-31"]),
        (Timeframe.YEAR, ["2024-12-31"]),
    ],
)
def test_quarters_and_years_end_on_their_last_weekday(timeframe, lasts):
    bars = generate_test_bars("T", 264, "2024-01-01")
    assert days_of(resample(bars, timeframe)) == lasts


def test_bars_of_one_week_have_one_number_whichever_day_they_ended_on():
    stamps = np.array(["2024-03-28", "2024-03-29", "2024-04-01"], dtype="datetime64[us]")
    numbers = period_numbers(stamps, Timeframe.WEEK)
    assert numbers[0] == numbers[1] == numbers[2] - 1
