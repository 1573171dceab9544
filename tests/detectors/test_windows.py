"""Windows end with their bar and forget what lies before them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.detectors import windows


@pytest.mark.parametrize(
    ("function", "reduce"),
    [
        (windows.highest, np.max),
        (windows.lowest, np.min),
        (windows.mean, np.mean),
        (windows.deviation, np.std),
    ],
)
def test_a_window_is_the_bar_and_those_before_it(function, reduce):
    values = np.random.default_rng(1).normal(100, 5, 60)
    expected = [np.nan] * 6 + [reduce(values[end - 6 : end + 1]) for end in range(6, 60)]
    np.testing.assert_allclose(function(values, 7), expected, rtol=1e-12)


def test_a_window_of_equal_values_has_exactly_their_mean():
    assert set(windows.mean(np.full(300, 0.1), 200)[199:]) == {0.1}


def test_the_start_of_the_data_does_not_matter_to_the_last_bit():
    values = np.random.default_rng(2).normal(100, 5, 900)
    for function in (windows.mean, windows.deviation, windows.zscore):
        np.testing.assert_array_equal(function(values, 50)[600:], function(values[500:], 50)[100:])


def test_a_missing_value_blanks_one_bar():
    values = np.arange(10.0)
    values[4] = np.nan
    assert np.isnan(windows.mean(values, 3)).tolist() == [True, True, False, False, True, *[False] * 5]


def test_a_condition_begins_where_it_did_not_hold_before():
    given = np.array([True, True, False, True, True])
    assert windows.begins(given).tolist() == [False, False, False, True, False]
