"""When a streaming table may be sorted again."""

from __future__ import annotations

from gui.results.resort_pace import ResortPace


def test_the_first_sort_may_run_at_once():
    assert ResortPace().wait(100.0) == 0.0


def test_sorts_keep_half_a_second_apart():
    pace = ResortPace()
    pace.sorted(10.0, cost=0.01)
    assert abs(pace.wait(10.2) - 0.3) < 1e-9
    assert pace.wait(10.5) == 0.0


def test_a_dear_sort_waits_longer_for_the_next():
    pace = ResortPace()
    pace.sorted(10.0, cost=0.4)
    assert abs(pace.wait(10.0) - 2.0) < 1e-9


def test_a_move_of_the_user_holds_sorting_for_a_second():
    pace = ResortPace()
    pace.moved(5.0)
    assert pace.user_active(5.9)
    assert pace.wait(5.9) > 0
    assert not pace.user_active(6.0)
    assert pace.wait(6.0) == 0.0


def test_a_held_scroll_bar_holds_sorting_however_long():
    pace = ResortPace()
    pace.held = True
    assert pace.user_active(1e9)
    assert pace.wait(1e9) > 0
