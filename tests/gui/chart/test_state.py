"""What is in view: panning, zooming, focus and signals, without a window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gui.chart.state import DEFAULT_WIDTH, SMALLEST_WIDTH, ChartState

NONE = np.empty(0, dtype=np.intp)


def state_of(count=2000, signals=NONE, focus=None):
    state = ChartState()
    state.replace_bars(count, np.asarray(signals, dtype=np.intp), focus)
    return state


def test_without_a_focus_the_last_bars_stand_at_the_right():
    state = state_of(2000)
    assert state.width == DEFAULT_WIDTH
    assert 1999 < state.end < 2000 + 0.1 * state.width
    assert state.current == 1999


def test_the_focused_bar_stands_at_two_thirds():
    state = state_of(2000, focus=900)
    assert (900 - state.start) / state.width == pytest.approx(2 / 3, abs=0.01)
    assert state.current == 900


def test_the_focus_on_the_last_bar_leaves_only_a_margin_free():
    state = state_of(2000, focus=1999)
    assert (1999 - state.start) / state.width > 0.9


def test_another_symbol_keeps_the_width_of_the_view():
    state = state_of(2000)
    state.zoom(0.5)
    width = state.width
    state.replace_bars(3000, NONE, 1500)
    assert state.width == width


def test_another_symbol_gets_a_price_range_of_its_own():
    state = state_of()
    state.scale_price(2.0, (10.0, 20.0))
    assert state.price_range == (5.0, 25.0)
    state.replace_bars(2000, NONE, None)
    assert state.auto_scale


def test_a_short_history_stands_at_the_right():
    state = state_of(40)
    assert state.start < 0
    assert state.end > 39.5
    assert state.visible == (0, 40)


@given(st.floats(0.2, 5.0), st.floats(0.05, 0.95))
def test_zooming_leaves_the_bar_under_the_pointer_where_it_is(factor, share):
    state = state_of(100_000, focus=50_000)
    about = state.start + share * state.width
    state.zoom(factor, about)
    assert (about - state.start) / state.width == pytest.approx(share, abs=1e-6)


def test_zooming_by_keys_keeps_the_current_bar_in_place():
    state = state_of(2000, focus=900)
    before = (900 - state.start) / state.width
    state.zoom(0.7)
    assert (900 - state.start) / state.width == pytest.approx(before)


def test_zooming_stops_at_a_dozen_bars_and_at_the_whole_history():
    state = state_of(1000)
    for _ in range(50):
        state.zoom(0.5)
    assert state.width == SMALLEST_WIDTH
    for _ in range(50):
        state.zoom(2.0)
    assert state.visible == (0, 1000)


def test_home_and_end_show_the_first_and_the_last_bar():
    state = state_of(1000, focus=500)
    state.go_home()
    assert state.visible[0] == 0
    state.go_end()
    assert state.visible[1] == 1000


def test_next_and_previous_signal_walk_through_all_and_stop():
    state = state_of(1000, signals=[100, 400, 900], focus=400)
    assert (state.previous_signal(), state.next_signal()) == (100, 900)
    state.focus_on(900)
    assert state.next_signal() is None
    state.focus_on(100)
    assert state.previous_signal() is None


def test_without_a_focus_signals_are_looked_for_in_the_view():
    state = state_of(1000, signals=[100, 950])
    assert state.next_signal() == 950


def test_focus_on_a_bar_in_view_does_not_scroll():
    state = state_of(2000, focus=900)
    start = state.start
    state.focus_on(905)
    assert state.start == start
    state.focus_on(100)
    assert state.start < 100 < state.end


def test_the_crosshair_snaps_to_the_nearest_bar_and_leaves_again():
    state = state_of(1000, focus=500)
    assert state.point_at(480.4)
    assert state.current == 480
    assert not state.point_at(480.1)
    state.point_at(99_999.0)
    assert state.current == 999
    state.point_at(None)
    assert state.current == 500


def test_stepping_keeps_the_crosshair_in_view():
    state = state_of(1000, focus=500)
    for _ in range(400):
        state.step(-1)
    assert state.current == 100
    assert state.start <= 99.5


def test_the_other_price_scale_forgets_a_chosen_range():
    state = state_of()
    state.scale_price(1.0, (10.0, 20.0))
    state.shift_price(0.5)
    assert state.price_range == (15.0, 25.0)
    state.toggle_log()
    assert state.log_scale
    assert state.auto_scale


def test_shifting_does_nothing_while_the_scale_follows_the_bars():
    state = state_of()
    state.shift_price(0.5)
    assert state.auto_scale


def test_no_bars_have_no_current_one():
    state = state_of(0)
    assert state.current is None
    assert state.visible == (0, 0)
    state.step(1)
    assert not state.point_at(3.0)


class Walk(RuleBasedStateMachine):
    """Whatever the user does, there are bars in view and the view is of a legal width."""

    def __init__(self):
        super().__init__()
        self.state = state_of(700, signals=range(0, 700, 30))

    @rule(bars=st.floats(-5000, 5000))
    def pan(self, bars):
        self.state.pan(bars)

    @rule(factor=st.floats(0.01, 100), about=st.floats(-100, 900))
    def zoom(self, factor, about):
        self.state.zoom(factor, about)

    @rule(bar=st.integers(-10, 2000))
    def focus(self, bar):
        self.state.focus_on(bar)

    @rule(count=st.integers(1, 3000), focus=st.none() | st.integers(0, 5000))
    def flip(self, count, focus):
        self.state.replace_bars(count, NONE, focus)

    @rule(bars=st.integers(-50, 50))
    def step(self, bars):
        self.state.step(bars)

    @invariant()
    def bars_are_in_view(self):
        first, last = self.state.visible
        assert 0 <= first < last <= self.state.count
        assert SMALLEST_WIDTH <= self.state.width <= self.state.widest
        assert 0 <= self.state.current < self.state.count


TestAnyWalk = Walk.TestCase
