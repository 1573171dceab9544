from __future__ import annotations

from gui.flows.time_left import TimeLeft
from gui.progress.state import ScanPace, duration_text


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_estimate_is_the_scans_own():
    clock, pace = Clock(), ScanPace()
    left = TimeLeft(clock)
    for step in (1, 2, 3, 5, 8):
        clock.now = 100.0 + step
        shown = pace.update(10 * step, 400, 0, float(step)).seconds_left
        assert left.text(10 * step, 400) == duration_text(shown)


def test_nothing_is_said_before_it_is_known_and_at_the_end():
    clock = Clock()
    left = TimeLeft(clock)
    assert left.text(0, 10) == ""
    clock.now += 2
    assert left.text(5, 10) == "0:02"
    assert left.text(10, 10) == ""


def test_the_next_piece_of_work_begins_anew():
    clock = Clock()
    left = TimeLeft(clock)
    clock.now += 2
    left.text(9, 10)
    left.begin()
    assert left.seconds == 0
    assert left.text(0, 10) == ""
    clock.now += 1
    assert left.text(1, 10) == "0:09"
