"""A missing value blanks its own bar and nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.indicators.binding import talib
from engine.indicators.gaps import has_missing, missing, over_valid

NAN = np.nan
VALUES = st.lists(st.one_of(st.floats(1, 100), st.just(NAN)), max_size=30).map(
    lambda each: np.array(each, float)
)


def sma3(array):
    return (talib.SMA(array, 3),)


def test_one_missing_value_blanks_one_bar():
    values = np.array([1.0, 2.0, 3.0, NAN, 4.0, 5.0])
    (average,) = over_valid(sma3, [values])
    np.testing.assert_allclose(average, [NAN, NAN, 2.0, NAN, 3.0, 4.0])


def test_warm_up_of_an_inner_series_is_left_out():
    (average,) = over_valid(sma3, [np.array([NAN, NAN, 1.0, 2.0, 3.0, 4.0])])
    np.testing.assert_allclose(average, [NAN, NAN, NAN, NAN, 2.0, 3.0])


def test_a_bar_counts_only_if_all_inputs_are_known():
    a = np.array([1.0, NAN, 3.0, 4.0])
    truth = np.array([2, 2, 1, 0], dtype=np.int8)
    seen = []
    over_valid(lambda *arrays: (seen.append(arrays), arrays[0])[1:], [a, truth])
    assert [each.tolist() for each in seen[0]] == [[1.0, 4.0], [2, 0]]


@pytest.mark.parametrize("values", [[], [NAN], [NAN, NAN, NAN]], ids=["empty", "one bar", "three bars"])
def test_nothing_known_gives_nothing_known(values):
    (average,) = over_valid(sma3, [np.array(values, float)])
    assert len(average) == len(values)
    assert np.isnan(average).all()


def test_unknown_truths_come_back_unknown():
    truth = np.array([1, 2, 1, 0], dtype=np.int8)
    (result,) = over_valid(lambda array: (array,), [truth])
    assert result.tolist() == [1, 2, 1, 0]
    assert result.dtype == np.int8


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_result_is_that_of_the_known_values_alone(values):
    (result,) = over_valid(sma3, [values])
    known = ~np.isnan(values)
    assert np.isnan(result[~known]).all()
    if known.any():
        np.testing.assert_array_equal(result[known], talib.SMA(values[known], 3))


@settings(max_examples=60, deadline=None)
@given(VALUES.filter(len))
def test_missing_values_are_found(values):
    assert has_missing(values) == bool(missing(values).any())
