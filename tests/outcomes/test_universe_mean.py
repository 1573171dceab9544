"""The universe mean: right to the last digit that matters, and the same for every order."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.outcomes.universe_mean import UniverseSums, universe_part


def sums_of(symbols: list[tuple[np.ndarray, np.ndarray]], windows: int = 2) -> UniverseSums:
    sums = UniverseSums(windows)
    for periods, returns in symbols:
        sums.add(universe_part(periods, returns))
    return sums


def random_symbols(seed: int, count: int = 30) -> list[tuple[np.ndarray, np.ndarray]]:
    random = np.random.default_rng(seed)
    symbols = []
    for _ in range(count):
        first, length = int(random.integers(-2000, 20_000)), int(random.integers(1, 700))
        periods = np.flatnonzero(random.random(length * 2) < 0.5) + first
        returns = random.standard_t(2, (len(periods), 2)) * 0.5
        returns[random.random(returns.shape) < 0.1] = np.nan
        symbols.append((periods.astype(np.int64), returns))
    return symbols


def test_a_period_has_the_mean_of_the_symbols_that_have_a_return_in_it():
    symbols = [
        (np.array([10, 11]), np.array([[0.1, 0.2], [0.3, np.nan]])),
        (np.array([11, 12]), np.array([[0.5, 0.7], [np.nan, np.nan]])),
    ]
    means = sums_of(symbols).means(np.array([9, 10, 11, 12, 99]))
    np.testing.assert_allclose(means[1:3], [[0.1, 0.2], [0.4, 0.7]], rtol=0, atol=4e-15)
    assert np.isnan(means[[0, 3, 4]]).all()


@pytest.mark.parametrize("seed", range(5))
def test_the_means_are_those_of_exact_sums(seed):
    symbols = random_symbols(seed)
    by_period: dict[int, list[float]] = {}
    for periods, returns in symbols:
        for period, value in zip(periods.tolist(), returns[:, 0].tolist(), strict=True):
            if not math.isnan(value):
                by_period.setdefault(period, []).append(value)
    asked = np.array(sorted(by_period))
    expected = [math.fsum(by_period[period]) / len(by_period[period]) for period in asked.tolist()]
    np.testing.assert_allclose(sums_of(symbols).means(asked)[:, 0], expected, rtol=1e-12, atol=1e-14)


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 1000))
def test_the_order_of_the_symbols_changes_no_bit(shuffler, seed):
    symbols = random_symbols(seed, count=12)
    asked = np.unique(np.concatenate([periods for periods, _ in symbols]))
    before = sums_of(symbols).means(asked)
    shuffler.shuffle(symbols)
    assert sums_of(symbols).means(asked).tobytes() == before.tobytes()


def test_returns_of_a_million_percent_are_summed_exactly():
    periods = np.array([5])
    returns = np.array([[12_345.678, -0.99]])
    symbols = [(periods, returns)] * 3
    np.testing.assert_allclose(sums_of(symbols).means(periods), returns, rtol=1e-15, atol=4e-15)


def test_a_symbol_without_bars_adds_nothing():
    nothing = (np.empty(0, np.int64), np.empty((0, 2)))
    sums = sums_of([nothing])
    assert sums.symbols == 0
    assert np.isnan(sums.means(np.array([3]))).all()
