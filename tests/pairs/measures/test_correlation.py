from __future__ import annotations

import numpy as np
import pytest

from engine.pairs.measures.correlation import correlation


def test_correlation_is_that_of_log_returns():
    logs = np.cumsum(np.random.default_rng(1).normal(0, 0.01, (5, 80)), axis=1)
    got = correlation(logs[:2], logs[2:])["correlation"]
    expected = np.corrcoef(np.diff(logs, axis=1))[:2, 2:]
    np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_the_same_moves_correlate_fully_and_opposite_ones_fully_the_other_way():
    moves = np.cumsum(np.random.default_rng(2).normal(0, 0.01, (1, 50)), axis=1)
    got = correlation(moves, np.vstack([moves + 3.0, -moves]))["correlation"]
    assert got.tolist() == [[pytest.approx(1.0), pytest.approx(-1.0)]]
    assert np.abs(got).max() <= 1.0


def test_what_does_not_move_has_no_correlation():
    logs = np.vstack(
        [np.random.default_rng(3).normal(0, 1, 40), np.full(40, np.log(19.99)), np.arange(40) * 0.01]
    )
    got = correlation(logs, logs)["correlation"]
    assert np.isnan(got[1:]).all()
    assert np.isnan(got[:, 1:]).all()
    assert got[0, 0] == pytest.approx(1.0)
