"""Rate and time left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.progress.state import ScanPace, duration_text, rate_text


def test_a_steady_scan_shows_its_rate_and_what_is_left():
    pace = ScanPace(240)
    for step in range(1, 11):
        shown = pace.update(12 * step, 240, step, 0.1 * step)
    assert shown.rate == pytest.approx(120)
    assert shown.seconds_left == pytest.approx(1.0)


def test_nothing_is_claimed_in_the_first_half_second():
    shown = ScanPace(240).update(10, 240, 0, 0.1)
    assert shown.seconds_left is None


def test_one_stalled_interval_does_not_move_the_rate():
    pace = ScanPace(1000)
    for step in range(1, 10):
        pace.update(10 * step, 1000, 0, 0.1 * step)
    shown = pace.update(91, 1000, 0, 5.0)
    assert shown.rate == pytest.approx(100)


def test_an_event_without_news_changes_no_rate():
    pace = ScanPace(100)
    pace.update(10, 100, 0, 1.0)
    assert pace.update(10, 100, 0, 2.0).rate == pytest.approx(10)
    assert pace.update(20, 100, 0, 3.0).rate == pytest.approx((10 + 5) / 2)


def test_a_scan_that_stays_slower_gets_a_longer_estimate_after_three_seconds():
    pace = ScanPace(1000)
    for step in range(1, 11):
        shown = pace.update(10 * step, 1000, 0, 0.1 * step)
    promised = shown.seconds_left
    seconds, longest = 1.0, promised
    for step in range(1, 40):
        seconds += 0.5
        longest = max(longest, pace.update(100 + step, 1000, 0, seconds).seconds_left)
    assert promised == pytest.approx(9.0)
    assert longest > 100


def test_a_finished_scan_has_nothing_left():
    pace = ScanPace(10)
    assert pace.update(10, 10, 3, 0.2).seconds_left == 0.0


def test_done_never_goes_back_or_beyond_the_total():
    pace = ScanPace(10)
    pace.update(5, 10, 7, 1.0)
    shown = pace.update(3, 10, 2, 2.0)
    assert (shown.completed, shown.matches) == (5, 7)
    assert pace.update(99, 10, 8, 3.0).completed == 10


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0.01, 0.3)), min_size=2, max_size=60))
def test_time_left_never_grows_within_three_seconds_of_a_promise(steps):
    pace = ScanPace(5000)
    completed, seconds, before, since = 0, 0.0, None, 0.0
    for done, pause in steps:
        completed, seconds = completed + done, seconds + pause
        left = pace.update(completed, 5000, 0, seconds).seconds_left
        if before is not None and left > before:
            assert seconds - since >= 3.0
        if before is None or left != before:
            since = seconds
        before = left


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0:01"), (1.0, "0:01"), (59.5, "1:00"), (725, "12:05"), (3723, "1:02:03"), (0.0, "0:00")],
)
def test_a_duration_is_written_like_a_clock(seconds, text):
    assert duration_text(seconds) == text


@pytest.mark.parametrize(("rate", "text"), [(118.4, "118"), (1234.5, "1,234"), (9.87, "9.9"), (0.25, "0.2")])
def test_a_rate_has_the_digits_it_deserves(rate, text):
    assert rate_text(rate) == text
