"""The same numbers as statsmodels, one pair at a time."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.stattools import adfuller, coint

from engine.pairs.measures.cointegration import cointegration, dickey_fuller, most_lags


def wandering(seed, rows, bars):
    return np.cumsum(np.random.default_rng(seed).normal(0, 0.01, (rows, bars)), axis=1) + 3.0


@pytest.mark.parametrize("bars", [50, 137, 504])
def test_the_unit_root_test_is_that_of_statsmodels(bars):
    series = wandering(bars, 12, bars)
    # Some that come back, some whose steps depend on those before: few lags and many.
    series[4:8] = np.random.default_rng(1).normal(0, 1, (4, bars))
    for row in range(8, 12):
        series[row, 5:] += 0.6 * series[row, :-5]
    statistic, lags = dickey_fuller(series)
    for row in range(12):
        # Which of the two forms comes back depends on the release.
        expected = adfuller(series[row], regression="n", autolag="AIC", result_object=False)
        assert lags[row] == expected[2]
        assert statistic[row] == pytest.approx(expected[0], rel=1e-8)
    assert len(set(lags.tolist())) > 2


def test_each_pair_is_tested_both_ways_and_the_better_way_is_told():
    bars = 300
    logs = wandering(5, 6, bars)
    logs[1] = 0.5 * logs[0] + np.random.default_rng(6).normal(0, 0.01, bars)
    got = cointegration(logs[:3], logs[3:])
    same = cointegration(logs[:1], logs[1:2])
    assert same["pvalue"][0, 0] < 0.001
    for first in range(3):
        for second in range(3):
            a, b = logs[first], logs[3 + second]
            ways = [coint(a, b, autolag="aic")[:2], coint(b, a, autolag="aic")[:2]]
            swapped = ways[1][0] < ways[0][0]
            statistic, pvalue = ways[swapped]
            assert got["dependent"][first, second] == swapped
            assert got["statistic"][first, second] == pytest.approx(statistic, rel=1e-8)
            assert got["pvalue"][first, second] == pytest.approx(pvalue, rel=1e-8)
            left, right = (b, a) if swapped else (a, b)
            assert got["beta"][first, second] == pytest.approx(np.polyfit(right, left, 1)[0], rel=1e-8)


def test_what_does_not_move_and_what_moves_as_one_is_unknown():
    logs = wandering(7, 1, 80)
    others = np.vstack([np.full(80, 2.0), logs[0] + 1.0, -2.0 * logs[0]])
    got = cointegration(logs, others)
    assert all(np.isnan(column).all() for column in got.values())


def test_more_pairs_than_fit_a_batch_are_all_tested():
    logs = wandering(8, 131, 60)
    got = cointegration(logs[:1], logs[1:])
    last = cointegration(logs[:1], logs[-1:])
    assert np.isfinite(got["statistic"]).all()
    assert got["statistic"][0, -1] == pytest.approx(last["statistic"][0, 0], rel=1e-12)


@pytest.mark.parametrize(("bars", "lags"), [(50, 11), (100, 12), (504, 18), (2520, 27)])
def test_the_most_lags_grow_with_the_fourth_root(bars, lags):
    assert most_lags(bars) == lags
