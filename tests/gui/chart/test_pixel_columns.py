"""Bars become whole device pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.chart.pixel_columns import (
    PixelMapping,
    Prices,
    candle_rectangles,
    histogram_rectangles,
    line_points,
)

scales = st.floats(3.5, 60)
ratios = st.sampled_from([1.0, 1.25, 1.5, 2.0, 3.0])


def prices_of(count, seed=0):
    random = np.random.default_rng(seed)
    opened, close = random.uniform(90, 110, (2, count))
    high = np.maximum(opened, close) + random.uniform(0, 5, count)
    low = np.minimum(opened, close) - random.uniform(0, 5, count)
    return Prices(opened, high, low, close)


@given(scales, st.floats(-5000, 5000), ratios)
def test_all_bodies_of_a_view_have_one_width_and_their_wick_in_the_middle(scale, offset, ratio):
    mapping = PixelMapping(scale * ratio, offset, -2.0, 400.0, ratio)
    boxes = candle_rectangles(mapping, 7, prices_of(40))
    both = np.concatenate((boxes.up, boxes.down))
    assert np.array_equal(both[:, :3], np.round(both[:, :3]))
    assert set(both[:, 2]) <= {mapping.line, mapping.body}
    assert (mapping.body - mapping.line) % 2 == 0
    for half in (boxes.up, boxes.down):
        count = len(half) // 2
        wicks, bodies = half[:count], half[count:]
        assert np.array_equal(wicks[:, 0] - bodies[:, 0], np.full(count, (mapping.body - mapping.line) / 2))


@given(scales, ratios)
def test_neighbours_never_touch(scale, ratio):
    mapping = PixelMapping(scale * ratio, 0.3, -2.0, 400.0, ratio)
    lefts = mapping.wick_left(np.arange(100.0)) - (mapping.body - mapping.line) / 2
    assert (np.diff(lefts) > mapping.body).all() or mapping.body == mapping.line


def test_a_bar_without_movement_is_still_a_line():
    flat = np.array([100.0])
    boxes = candle_rectangles(PixelMapping(10, 0, -1, 500), 0, Prices(flat, flat, flat, flat))
    assert (boxes.up[:, 3] == 1).all()
    assert len(boxes.down) == 0


@given(st.integers(200, 5000), st.floats(0.02, 2.9))
def test_a_crowd_costs_no_more_than_its_pixels_and_keeps_the_extremes(count, scale):
    prices = prices_of(count)
    mapping = PixelMapping(scale, 0.0, -10.0, 2000.0)
    boxes = candle_rectangles(mapping, 0, prices)
    both = np.concatenate((boxes.up, boxes.down))
    assert len(both) <= min(count, count * scale + 2)
    assert len(set(both[:, 0])) == len(both), "one rectangle a column"
    assert both[:, 1].min() == np.round(2000 - 10 * prices.high.max())
    assert (both[:, 1] + both[:, 3]).max() == np.round(2000 - 10 * prices.low.min())


def test_a_column_is_coloured_by_its_first_open_and_last_close():
    prices = Prices(
        np.array([10.0, 12.0]), np.array([13.0, 13.0]), np.array([9.0, 9.0]), np.array([12.0, 11.0])
    )
    boxes = candle_rectangles(PixelMapping(0.4, 0.0, -1.0, 100.0), 0, prices)
    assert len(boxes.up) == 1
    assert len(boxes.down) == 0


def test_no_bars_draw_nothing():
    mapping = PixelMapping(5, 0, -1, 100)
    assert len(candle_rectangles(mapping, 0, prices_of(0)).up) == 0
    nothing = histogram_rectangles(mapping, 0, np.array([np.nan]), np.array([True]))
    assert len(nothing.up) + len(nothing.down) == 0


def test_histogram_bars_stand_on_their_base_on_both_sides():
    values = np.array([5.0, -3.0, np.nan])
    boxes = histogram_rectangles(PixelMapping(10, 0, -1, 100), 0, values, values >= 0)
    assert boxes.up[:, [1, 3]].tolist() == [[95.0, 5.0]]
    assert boxes.down[:, [1, 3]].tolist() == [[100.0, 3.0]]


def test_a_crowded_histogram_keeps_the_longest_bar_of_each_column():
    values = np.array([1.0, 9.0, 2.0, 3.0])
    boxes = histogram_rectangles(PixelMapping(0.5, 0, -1, 100), 0, values, np.ones(4, dtype=bool))
    assert boxes.up[:, 3].tolist() == [9.0, 3.0]


@pytest.mark.parametrize("scale", [10.0, 0.1])
def test_lines_are_broken_where_values_are_unknown(scale):
    values = np.concatenate((np.full(50, np.nan), np.linspace(1, 2, 50)))
    x, y = line_points(PixelMapping(scale, 0, -1, 100), 0, values)
    assert len(x) == len(y)
    assert np.isnan(y[0])
    assert np.nanmin(y) == 98.0
    assert np.nanmax(y) == 99.0


@given(st.integers(1000, 6000))
def test_a_crowded_line_has_two_points_a_column(count):
    values = np.random.default_rng(count).normal(size=count)
    x, y = line_points(PixelMapping(0.1, 0, -1, 0), 0, values)
    assert len(x) <= 2 * (count * 0.1 + 2)
    assert -y.min() == values.max()
    assert -y.max() == values.min()
