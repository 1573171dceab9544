"""Dates under the bars."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.chart.date_ticks import EDGE, DateScale


def measure(text):
    return 7.0 * len(text)


def scale_of(start="2016-11-21", count=2500):
    days = np.busday_offset(start, np.arange(count), roll="forward")
    return DateScale(days.astype("datetime64[us]"))


def texts(scale, start, width, pixels=1000.0):
    return [tick.text for tick in scale.ticks(start, width, pixels, measure)]


def test_months_tell_the_year_at_the_left_and_in_january():
    scale = scale_of("2025-09-15", 200)
    assert texts(scale, 0, 160) == ["Oct 2025", "Nov", "Dec", "Jan 2026", "Feb", "Mar", "Apr"]


def test_the_left_most_label_tells_the_year_even_when_the_first_one_has_no_room():
    scale = scale_of("2025-02-03", 200)
    march = 20
    shown = texts(scale, march - 1, 120)
    assert shown[0] == "Apr 2025"
    assert shown[1:] == ["May", "Jun", "Jul", "Aug"]


def test_a_whole_history_is_labelled_by_years():
    assert texts(scale_of(), 0, 2500) == [str(year) for year in range(2018, 2027)]


def test_a_few_weeks_are_labelled_by_weeks_or_days():
    shown = texts(scale_of("2026-01-05", 40), 0, 30)
    assert re.fullmatch(r"\d+ \w{3} 2026", shown[0])
    assert all(re.fullmatch(r"\d+ \w{3}", text) for text in shown[1:])


def test_quarters_appear_when_months_are_too_close():
    shown = texts(scale_of(), 0, 600)
    assert [text.split()[0] for text in shown[:4]] == ["Jan", "Apr", "Jul", "Oct"]


@settings(max_examples=60)
@given(st.floats(-50, 2400), st.floats(12, 2500), st.floats(60, 2500))
def test_labels_never_touch_each_other_or_the_edges(start, width, pixels):
    ticks = SCALE.ticks(start, width, pixels, measure)
    right_before = -np.inf
    for tick in ticks:
        centre = (tick.bar - start) * pixels / width
        half = measure(tick.text) / 2
        assert centre - half >= EDGE
        assert centre + half <= pixels - EDGE
        assert centre - half > right_before
        right_before = centre + half
    if ticks:
        assert re.search(r"\d{4}", ticks[0].text)


SCALE = scale_of()


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_hardly_any_bars_are_no_fault(count):
    assert len(texts(scale_of(count=count), -1, 160)) <= 1
    assert len(scale_of(count=count)) == count


def test_dates_are_written_with_their_day_of_the_week():
    scale = scale_of("2026-08-25", 3)
    assert scale.date_text(0) == "2026-08-25"
    assert scale.weekday_text(0) == "Tue 2026-08-25"


def intraday(days=("2025-12-30", "2025-12-31", "2026-01-02"), minutes=5):
    opening = np.arange(0, 390, minutes) * np.timedelta64(60_000_000, "us") + np.timedelta64(9 * 60 + 30, "m")
    return DateScale(np.concatenate([np.datetime64(day, "us") + opening for day in days]))


def test_intraday_bars_tell_their_time_of_day():
    scale = intraday()
    assert scale.date_text(1) == "2025-12-30 09:35"
    assert scale.weekday_text(1) == "Tue 2025-12-30 09:35"


def test_a_day_of_intraday_bars_is_labelled_by_its_hours_and_begins_with_its_date():
    shown = texts(intraday(), 60, 105)
    hours = ["10:00", "11:00", "12:00", "13:00", "14:00", "15:00"]
    assert shown == ["30 Dec 2025", "31 Dec", *hours, "2 Jan 2026"]


def test_an_hour_of_intraday_bars_is_labelled_by_its_minutes():
    assert texts(intraday(), 6, 11)[1:] == [f"10:{minute:02d}" for minute in range(10, 55, 5)]


def test_many_days_of_intraday_bars_are_labelled_by_days():
    shown = texts(intraday(days=[f"2026-03-{day:02d}" for day in range(2, 12)]), 0, 780)
    assert shown == ["3 Mar 2026", *(f"{day} Mar" for day in range(4, 12))]


@settings(max_examples=60)
@given(st.floats(-50, 220), st.floats(12, 250), st.floats(60, 2500))
def test_times_of_day_never_touch_each_other_either(start, width, pixels):
    right_before = EDGE
    for tick in INTRADAY.ticks(start, width, pixels, measure):
        centre, half = (tick.bar - start) * pixels / width, measure(tick.text) / 2
        assert centre - half >= right_before
        right_before = centre + half
    assert right_before <= pixels


INTRADAY = intraday()
