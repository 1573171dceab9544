"""Bars, marks and what is usual for which numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from gui.results.columns import planned_columns
from gui.results.looks import BarRange, ColumnLooks, range_of
from gui.results.store import ResultStore

CLOSE, GAIN, SCORE, UP = 2, 3, 4, 5


def stored(gain=(-2.0, 1.0, np.nan, 3.0)):
    store = ResultStore(planned_columns(("gain", "score", "up"), {}))
    count = len(gain)
    table = pa.table(
        {
            "symbol": pa.array(["A"] * count),
            "timestamp": pa.array([0] * count, pa.timestamp("us")),
            "close": pa.array([10.0] * count),
            "gain": pa.array(gain, pa.float64()),
            "score": pa.array([0.5] * count),
            "up": pa.array([True] * count),
        }
    )
    store.adopt(table.schema)
    store.append(table)
    return store


@pytest.fixture
def looks():
    made = ColumnLooks()
    made.use(stored())
    return made


def test_numbers_whose_signs_mix_have_marks_and_others_have_not(looks):
    assert looks.marks(GAIN)
    assert not any(looks.marks(place) for place in (0, 1, CLOSE, SCORE, UP, 99, -1))


def test_a_score_has_bars_and_others_have_not(looks):
    assert looks.bars(SCORE)
    assert not any(looks.bars(place) for place in (0, 1, CLOSE, GAIN, UP, 99, -1))


def test_the_users_choice_comes_before_what_is_usual(looks):
    looks.choose(GAIN, marks=False)
    looks.choose(GAIN, bars=True)
    looks.choose(SCORE, bars=False)
    assert (looks.marks(GAIN), looks.bars(GAIN), looks.bars(SCORE)) == (False, True, False)


def test_choices_are_kept_by_name_for_the_next_table_and_the_next_session(looks):
    looks.choose(GAIN, bars=True)
    looks.use(stored(gain=(1.0, 2.0)))
    assert looks.bars(GAIN)
    other = ColumnLooks()
    other.restore(looks.state())
    other.use(stored())
    assert other.bars(GAIN) and other.marks(GAIN)
    assert looks.state() == {"gain": {"bars": True}}


@pytest.mark.parametrize("state", [None, 7, {"gain": 3}, {"gain": {"bars": "yes"}}])
def test_misshapen_settings_are_left_out(state):
    looks = ColumnLooks()
    looks.restore(state)
    assert looks.state() == {}


def test_marks_follow_the_values_as_they_stream_in():
    store = stored(gain=(1.0, 2.0))
    looks = ColumnLooks()
    looks.use(store)
    assert not looks.marks(GAIN)
    store.append(pa.table({"gain": [-1.0, -2.0]}))
    assert looks.marks(GAIN)


def test_a_range_leaves_the_outermost_hundredth_out():
    values = np.concatenate([np.linspace(0.0, 100.0, 1001), [1e9]])
    reach = range_of(values)
    assert reach.below == 0.0
    assert 98.0 < reach.above <= 100.0


@pytest.mark.parametrize("values", [[], [np.nan], [np.inf, -np.inf]])
def test_without_finite_numbers_there_is_no_range(values):
    assert range_of(np.array(values, np.float64)) is None


@pytest.mark.parametrize(
    ("reach", "value", "bar"),
    [
        pytest.param(BarRange(0, 10), 5.0, (0.0, 0.5), id="above"),
        pytest.param(BarRange(10, 0), -5.0, (0.5, 1.0), id="below, from the right"),
        pytest.param(BarRange(10, 30), 30.0, (0.25, 1.0), id="both, above"),
        pytest.param(BarRange(10, 30), -5.0, (0.125, 0.25), id="both, below"),
        pytest.param(BarRange(10, 30), 1e9, (0.25, 1.0), id="beyond the range"),
        pytest.param(BarRange(10, 30), float("nan"), (0.0, 0.0), id="unknown"),
        pytest.param(BarRange(0, 0), 1.0, (0.0, 0.0), id="no range"),
    ],
)
def test_a_bar_goes_from_zero_to_its_number(reach, value, bar):
    assert reach.bar(value) == pytest.approx(bar)
