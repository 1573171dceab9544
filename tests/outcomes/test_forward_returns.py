"""Forward returns against tables worked out by hand, a slow loop, and laws that hold for any prices."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.errors import JobError
from engine.outcomes.forward_returns import (
    NO_BAR,
    Fate,
    OutcomeTerms,
    account_of,
    exact_mean,
    forward_returns,
    locate,
)

OPENS = np.array([10.0, 11.0, 12.0, 13.0, 14.0, 15.0])
CLOSES = np.array([10.5, 11.5, 12.5, 13.5, 14.5, 15.5])
TWO_AND_FOUR = OutcomeTerms((2, 4))


def at(*bars: int) -> np.ndarray:
    return np.array(bars, dtype=np.int64)


def test_a_signal_is_bought_at_the_next_open_and_sold_at_the_close_of_the_window():
    found = forward_returns(OPENS, CLOSES, at(0), TWO_AND_FOUR)
    assert found.values[0].tolist() == [12.5 / 11.0 - 1, 14.5 / 11.0 - 1]
    assert found.fates[0].tolist() == [Fate.EVALUATED, Fate.EVALUATED]


def test_a_signal_is_bought_at_its_own_close_on_request():
    found = forward_returns(OPENS, CLOSES, at(1), OutcomeTerms((2, 4), entry="close"))
    assert found.values[0].tolist() == [13.5 / 11.5 - 1, 15.5 / 11.5 - 1]


def test_a_cost_is_paid_on_both_sides():
    found = forward_returns(OPENS, CLOSES, at(0), OutcomeTerms((2,), cost_bps=50))
    assert found.values[0, 0] == pytest.approx((12.5 * 0.995) / (11.0 * 1.005) - 1, rel=1e-12)


def test_a_window_beyond_the_data_has_not_matured():
    found = forward_returns(OPENS, CLOSES, at(3, 4, 5), TWO_AND_FOUR)
    assert found.fates.tolist() == [[0, 1], [1, 1], [1, 1]]
    assert np.isnan(found.values[1:]).all()


@pytest.mark.parametrize(
    "entry", [0.0, -1.0, np.nan, np.inf], ids=["zero", "negative", "unknown", "infinite"]
)
def test_an_entry_that_cannot_be_bought_is_not_evaluable(entry):
    opens = OPENS.copy()
    opens[1] = entry
    assert forward_returns(opens, CLOSES, at(0), TWO_AND_FOUR).fates[0].tolist() == [2, 2]


def test_an_unknown_exit_spoils_its_own_window_only():
    closes = CLOSES.copy()
    closes[2] = np.nan
    assert forward_returns(OPENS, closes, at(0), TWO_AND_FOUR).fates[0].tolist() == [2, 0]


def test_a_time_that_is_no_bar_is_not_evaluable():
    days = np.array(["2024-01-02", "2024-01-03", "2024-01-05"], "datetime64[us]")
    asked = np.array(["2024-01-05", "2024-01-04", "2023-01-01", "2025-01-01", "NaT"], "datetime64[us]")
    assert locate(days, asked).tolist() == [2, NO_BAR, NO_BAR, NO_BAR, NO_BAR]
    assert forward_returns(OPENS, CLOSES, at(NO_BAR), TWO_AND_FOUR).fates[0].tolist() == [2, 2]


def test_a_symbol_without_bars_evaluates_nothing():
    nothing = np.empty(0)
    assert locate(nothing.astype("datetime64[us]"), np.array(["2024-01-02"], "datetime64[us]")).tolist() == [
        -1
    ]
    assert forward_returns(nothing, nothing, at(NO_BAR), TWO_AND_FOUR).fates.tolist() == [[2, 2]]


def test_a_return_of_a_million_millions_is_a_fault_of_the_data():
    opens = OPENS.copy()
    opens[1] = 1e-300
    assert forward_returns(opens, CLOSES, at(0), TWO_AND_FOUR).fates[0].tolist() == [2, 2]


def slow_loop(frame: pd.DataFrame, bars: list[int], terms: OutcomeTerms) -> list[list[float]]:
    rows = []
    for bar in bars:
        row = []
        for window in terms.windows:
            bought = bar + 1 if terms.entry == "open" else bar
            if bar + window >= len(frame):
                row.append(math.nan)
                continue
            entry = frame[terms.entry].iloc[bought]
            exit_price = frame["close"].iloc[bar + window]
            good = entry > 0 and math.isfinite(entry) and math.isfinite(exit_price)
            row.append(exit_price / entry - 1 if good else math.nan)
        rows.append(row)
    return rows


@pytest.mark.parametrize("entry", ["open", "close"])
def test_the_slow_loop_over_a_frame_finds_the_same(entry):
    random = np.random.default_rng(5)
    closes = 50 * np.exp(np.cumsum(random.normal(0, 0.03, 400)))
    opens = closes * random.uniform(0.97, 1.03, 400)
    opens[random.integers(0, 400, 12)] = np.nan
    closes[random.integers(0, 400, 12)] = np.nan
    opens[random.integers(0, 400, 6)] = 0.0
    bars = sorted(random.choice(400, 150, replace=False).tolist())
    terms = OutcomeTerms(entry=entry)
    expected = slow_loop(pd.DataFrame({"open": opens, "close": closes}), bars, terms)
    found = forward_returns(opens, closes, at(*bars), terms)
    np.testing.assert_array_equal(found.values, np.array(expected))


PRICES = arrays.arrays(
    np.float64, st.integers(1, 60), elements=st.floats(0.01, 1e5) | st.sampled_from([0.0, np.nan])
)
WINDOWS = st.lists(st.integers(1, 30), min_size=1, max_size=4, unique=True).map(tuple)


@settings(max_examples=200, deadline=None)
@given(PRICES, WINDOWS, st.sampled_from(["open", "close"]), st.data())
def test_signals_are_evaluated_or_not_matured_or_not_evaluable(closes, windows, entry, data):
    bars = data.draw(st.lists(st.integers(-1, len(closes) - 1), max_size=20))
    terms = OutcomeTerms(windows, entry)
    found = forward_returns(closes[::-1].copy(), closes, np.array(bars, np.int64), terms)
    assert ((found.fates == Fate.EVALUATED) == ~np.isnan(found.values)).all()
    for account in account_of(found.fates, terms):
        assert account.signals == len(bars)
        assert account.signals == account.evaluated + account.not_matured + account.not_evaluable


@settings(max_examples=100, deadline=None)
@given(PRICES, WINDOWS, st.integers(-8, 8))
def test_prices_of_another_unit_have_the_same_returns(closes, windows, power):
    # A power of two scales without rounding, so that the returns are the very same.
    every = np.arange(len(closes))
    plain = forward_returns(closes, closes, every, OutcomeTerms(windows))
    scaled = forward_returns(closes * 2.0**power, closes * 2.0**power, every, OutcomeTerms(windows))
    np.testing.assert_array_equal(plain.values, scaled.values)
    np.testing.assert_array_equal(plain.fates, scaled.fates)


@settings(max_examples=100, deadline=None)
@given(PRICES, WINDOWS, st.integers(1, 59))
def test_cutting_the_data_off_changes_no_return_that_had_matured(closes, windows, cut):
    shorter = closes[:cut]
    every = np.arange(len(shorter))
    terms = OutcomeTerms(windows)
    whole = forward_returns(closes, closes, every, terms)
    part = forward_returns(shorter, shorter, every, terms)
    matured = part.fates != Fate.NOT_MATURED
    known = matured & (part.fates == Fate.EVALUATED)
    np.testing.assert_array_equal(part.values[known], whole.values[known])


def test_the_account_adds_up_in_words():
    fates = np.array([[0], [0], [1], [2]], dtype=np.int8)
    (account,) = account_of(fates, OutcomeTerms((5,)))
    assert account.words == "4 signals = 2 evaluated + 1 not yet matured + 1 not evaluable"


def test_terms_put_the_windows_in_order_and_name_the_columns():
    assert OutcomeTerms((20, 5)).columns == ("fwd_5", "fwd_20")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"windows": ()}, "windows"),
        ({"windows": (0,)}, "windows"),
        ({"windows": (5, 5)}, "windows"),
        ({"entry": "vwap"}, "entry"),
        ({"cost_bps": -1.0}, "cost_bps"),
        ({"cost_bps": float("nan")}, "cost_bps"),
    ],
    ids=str,
)
def test_terms_that_make_no_sense_are_refused(wrong, field):
    with pytest.raises(JobError) as caught:
        OutcomeTerms(**wrong)
    assert [name for name, _ in caught.value.problems] == [field]


def test_a_mean_does_not_depend_on_the_order():
    values = np.array([1e16, 1.0, -1e16, 1.0])
    assert exact_mean(values) == exact_mean(values[[0, 2, 1, 3]]) == 0.5
    assert math.isnan(exact_mean(np.empty(0)))
