"""Vertical ranges and their ticks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gui.chart.scale import (
    extent,
    fit,
    level_ticks,
    linear_ticks,
    log_ticks,
    to_log,
    volume_ticks,
    within_edges,
)

prices = st.floats(0.001, 1e6)


def texts(ticks):
    return [tick.text for tick in ticks]


def test_extent_looks_only_at_visible_and_finite_values():
    values = np.array([1.0, np.nan, 5.0, np.inf, 99.0])
    assert extent([values], 0, 4) == (1.0, 5.0)
    assert extent([values], 1, 2) is None


@given(prices, prices, st.floats(80, 900))
def test_a_fitted_range_leaves_the_wanted_pixels_free(one, other, pixels):
    low, high = sorted((one, other))
    assume(high - low > high * 1e-6)
    bottom_value, top_value = fit(low, high, pixels, top=20.0, bottom=10.0)
    unit = (top_value - bottom_value) / pixels
    assert (top_value - high) / unit == pytest.approx(20.0, rel=1e-3)
    assert (low - bottom_value) / unit == pytest.approx(10.0, rel=1e-3)


@pytest.mark.parametrize("value", [0.0, 5.0, -3.0])
def test_a_flat_series_gets_room_on_both_sides(value):
    low, high = fit(value, value, 100, 10, 10)
    assert low < value < high


@given(prices, prices, st.floats(100, 900))
def test_ticks_are_round_apart_and_inside(one, other, pixels):
    low, high = sorted((one, other))
    assume(high - low > high * 1e-4)
    ticks = linear_ticks(low, high, pixels)
    slack = (high - low) * 1e-9
    assert all(low - slack <= tick.at <= high + slack for tick in ticks)
    gaps = np.diff([tick.at for tick in ticks]) / (high - low) * pixels
    assert all(gap >= 35.9 for gap in gaps)
    assert len(set(texts(ticks))) == len(ticks)


def test_ticks_of_one_axis_have_the_same_decimals():
    assert texts(linear_ticks(36.0, 51.0, 300)) == ["36", "38", "40", "42", "44", "46", "48", "50"]
    assert texts(linear_ticks(0.0, 1000.0, 300)) == ["0", "200", "400", "600", "800", "1,000"]


def test_volume_is_labelled_in_units_and_never_at_zero():
    assert texts(volume_ticks(4_300_000, 75)) == ["2M", "4M"]


def test_an_oscillators_levels_are_its_ticks():
    assert texts(level_ticks((30.0, 70.0), 5.0, 95.0, 90)) == ["30", "70"]


def test_one_level_alone_stands_between_round_numbers():
    assert texts(level_ticks((30.0,), 5.0, 95.0, 90)) == ["30", "50"]


def test_volumes_of_one_axis_have_the_same_decimals():
    assert texts(volume_ticks(7_900_000, 90)) == ["2.5M", "5.0M", "7.5M"]


def test_levels_too_close_to_tell_apart_give_way_to_round_numbers():
    assert texts(level_ticks((49.0, 51.0), 0.0, 100.0, 90)) == ["0", "50", "100"]


def test_a_log_axis_over_decades_shows_powers_and_their_parts():
    ticks = log_ticks(0.0, 3.0, 300)
    assert texts(ticks) == ["1", "3", "10", "30", "100", "300", "1,000"]
    assert ticks[2].at == pytest.approx(1.0)


def test_a_log_axis_over_a_small_range_shows_round_prices():
    ticks = log_ticks(math.log10(100), math.log10(150), 300)
    assert texts(ticks) == ["100", "110", "120", "130", "140", "150"]
    assert ticks[1].at == pytest.approx(math.log10(110))


@given(st.floats(-2, 6), st.floats(0.01, 5), st.floats(100, 900))
def test_log_ticks_stay_inside_and_tell_their_price(low, span, pixels):
    for tick in log_ticks(low, low + span, pixels):
        assert low - 1e-9 <= tick.at <= low + span + 1e-9
        assert float(tick.text.replace(",", "")) == pytest.approx(10**tick.at, rel=1e-6)


def test_labels_keep_their_distance_from_the_edges():
    kept = within_edges(linear_ticks(0.0, 100.0, 100, spacing=9), 0.0, 100.0, 100.0, 12.0)
    assert texts(kept) == ["20", "30", "40", "50", "60", "70", "80"]
    assert within_edges(kept, 1.0, 1.0, 100.0, 12.0) == ()


def test_prices_without_a_logarithm_are_unknown():
    np.testing.assert_array_equal(to_log(np.array([100.0, 0.0, -1.0, np.nan])), [2.0, np.nan, np.nan, np.nan])


@pytest.mark.parametrize("levels", [(), (50.0,), (30.0, 70.0)], ids=["none", "one", "two"])
def test_a_panel_without_height_has_no_ticks_at_its_levels(levels):
    assert level_ticks(levels, 0.0, 100.0, 0.0) == ()
