from __future__ import annotations

import numpy as np
import pytest

from engine.pairs.measures.spread import spread


def test_the_spread_is_the_residual_of_a_regression_with_a_constant():
    logs = np.cumsum(np.random.default_rng(1).normal(0, 0.01, (4, 90)), axis=1) + 3.0
    got = spread(logs[:2], logs[2:])
    for first in range(2):
        for second in range(2):
            against = np.column_stack([logs[2 + second], np.ones(90)])
            (slope, constant), *_ = np.linalg.lstsq(against, logs[first], rcond=None)
            rest = logs[first] - slope * logs[2 + second] - constant
            assert got["beta"][first, second] == pytest.approx(slope, rel=1e-9)
            assert got["spread"][first, second] == pytest.approx(rest[-1], rel=1e-7)
            assert got["zscore"][first, second] == pytest.approx(rest[-1] / rest.std(), rel=1e-7)


def test_a_jump_on_the_last_bar_makes_the_first_symbol_dear():
    common = np.cumsum(np.random.default_rng(2).normal(0, 0.01, 100))
    dear = common + np.random.default_rng(3).normal(0, 0.001, 100)
    dear[-1] += 0.05
    assert spread(dear[None], common[None])["zscore"][0, 0] > 5
    assert spread(common[None], dear[None])["zscore"][0, 0] < -5


def test_against_what_does_not_move_nothing_is_known():
    moving = np.random.default_rng(4).normal(0, 1, (1, 40))
    got = spread(moving, np.full((1, 40), np.log(7.0)))
    assert all(np.isnan(column).all() for column in got.values())


def test_two_listings_of_one_price_have_a_beta_and_no_spread():
    moving = np.cumsum(np.random.default_rng(5).normal(0, 0.01, (1, 60)), axis=1)
    got = spread(moving, moving + np.log(3.0))
    assert got["beta"][0, 0] == pytest.approx(1.0)
    assert np.isnan(got["spread"]).all()
    assert np.isnan(got["zscore"]).all()
