"""The fields of a bar."""

import numpy as np
import pytest

from engine.formula.fields import FIELD_NAMES, FIELDS
from engine.market.bars import Bars

STAMPS = np.array(["2024-02-29T14:35", "1969-12-31T23:59", "2026-11-22T00:00", "NaT"], dtype="datetime64[us]")
ONES = np.ones(4)
BARS = Bars("X", STAMPS, ONES * 2, ONES * 8, ONES, ONES * 5, ONES * 9)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("year", [2024, 1969, 2026]),
        ("month", [2, 12, 11]),
        ("day", [29, 31, 22]),
        ("dayofweek", [4, 3, 7]),
        ("session", [19782, -1, 20779]),
        ("hour", [14, 23, 0]),
        ("minute", [35, 59, 0]),
    ],
)
def test_parts_of_the_date_are_those_of_the_timestamp(name, values):
    np.testing.assert_array_equal(FIELDS[name].read(BARS), [*values, np.nan])


@pytest.mark.parametrize(
    ("name", "value"), [("hl2", 4.5), ("hlc3", 14 / 3), ("ohlc4", 4.0), ("close", 5.0), ("volume", 9.0)]
)
def test_prices_and_their_means(name, value):
    assert FIELDS[name].read(BARS)[0] == pytest.approx(value)


def test_bars_are_numbered_from_zero():
    assert FIELDS["bar_index"].read(BARS).tolist() == [0, 1, 2, 3]


def test_one_letter_names_mean_the_same_fields():
    assert {FIELD_NAMES[letter] for letter in "ohlcv"} == {"open", "high", "low", "close", "volume"}
