"""Numbers in the chart."""

from __future__ import annotations

import math

import pytest

from gui.chart.number_text import change_text, price_text, tick_text, value_text, volume_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3e6, "3.0M"),
        (885_788, "885.8K"),
        (12, "12"),
        (0, "0"),
        (999_960, "1.0M"),
        (2.5e9, "2.5B"),
        (math.nan, "–"),
    ],
)
def test_volume_has_a_unit(value, text):
    assert volume_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (316.82, "316.82"),
        (12_345.6, "12,345.60"),
        (0.1234, "0.1234"),
        (0.00012345, "0.0001234"),
        (math.nan, "–"),
    ],
)
def test_small_prices_have_more_decimals(value, text):
    assert price_text(value) == text


def test_large_indicator_values_are_shortened():
    assert value_text(1_234_567.0) == "1.23M"
    assert value_text(47.3) == "47.30"
    assert value_text(math.inf) == "–"


@pytest.mark.parametrize(
    ("value", "before", "text"),
    [
        (101, 100, "▲ +1.00 %"),
        (99, 100, "▼ −1.00 %"),
        (100, 100, "■ +0.00 %"),
        (99.9999, 100, "■ +0.00 %"),
        (1, 0, "–"),
        (math.nan, 1, "–"),
    ],
)
def test_changes_have_an_arrow_and_a_sign(value, before, text):
    assert change_text(value, before) == text


def test_zero_has_no_sign():
    assert tick_text(-0.0001, 2) == "0.00"
