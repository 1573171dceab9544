"""Chips and typed text of the filter bar."""

from __future__ import annotations

import pytest

from gui.results.columns import planned_columns
from gui.results.filter_state import FilterState


@pytest.fixture
def state():
    fresh = FilterState()
    fresh.set_columns(planned_columns(["rsi", "atr"], {}))
    return fresh


def test_typed_conditions_are_in_force_before_they_are_kept(state):
    state.set_text("rsi<30 atr>2")
    assert len(state.terms) == 2


def test_keeping_turns_each_condition_into_a_chip(state):
    state.set_text("rsi<30 AAP")
    assert state.keep_text()
    assert [chip.shown for chip in state.chips] == ["rsi < 30", "AAP"]
    assert state.text == ""
    assert len(state.terms) == 2


def test_nothing_is_kept_while_a_condition_cannot_be_read(state):
    state.set_text("rsi<30 foo>1")
    assert not state.keep_text()
    assert (state.chips, state.text) == ((), "rsi<30 foo>1")


def test_the_same_condition_is_kept_once(state):
    for text in ("rsi<30", "rsi < 30"):
        state.set_text(text)
        state.keep_text()
    assert len(state.chips) == 1


def test_a_chip_switched_off_is_not_in_force_and_comes_back(state):
    state.set_text("rsi<30")
    state.keep_text()
    state.switch(0, on=False)
    assert state.terms == ()
    assert state.is_empty
    state.switch(0, on=True)
    assert len(state.terms) == 1


def test_removing_a_chip_leaves_the_others(state):
    state.set_text("rsi<30 atr>2")
    state.keep_text()
    state.remove(0)
    assert [chip.shown for chip in state.chips] == ["atr > 2"]


def test_chips_survive_a_scan_without_their_column_and_say_so(state):
    state.set_text("rsi<30")
    state.keep_text()
    state.switch(0, on=True)
    state.set_columns(planned_columns(["atr"], {}))
    assert state.terms == ()
    assert "rsi" in state.problems[0]
    state.set_columns(planned_columns(["atr", "rsi"], {}))
    assert len(state.terms) == 1
    assert state.problems == ()


def test_clearing_takes_everything_away(state):
    state.set_text("rsi<30")
    state.keep_text()
    state.set_text("atr>1")
    state.clear()
    assert (state.chips, state.text, state.terms) == ((), "", ())
