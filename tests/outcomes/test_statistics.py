"""Statistics of small samples that can be checked by eye."""

from __future__ import annotations

import math

import numpy as np

from engine.outcomes.forward_returns import Fate, OutcomeTerms
from engine.outcomes.statistics import Sample, statistics_of

TERMS = OutcomeTerms((5,))


def sample_of(
    values: list[float], days: list[str] | None = None, universe: list[float] | None = None
) -> Sample:
    column = np.array(values, dtype=float)[:, None]
    fates = np.where(np.isnan(column), Fate.NOT_MATURED, Fate.EVALUATED).astype(np.int8)
    when = np.array(days or ["2024-01-02"] * len(values), "datetime64[us]")
    around = np.array(universe or [0.01] * len(values), dtype=float)[:, None]
    return Sample(when, column, fates, around)


def test_a_small_sample_has_the_numbers_of_the_back_of_an_envelope():
    (found,) = statistics_of(sample_of([0.10, -0.05, 0.0, 0.03, math.nan]), TERMS)
    assert (found.signals, found.evaluated, found.not_matured, found.not_evaluable) == (5, 4, 1, 0)
    assert found.mean == 0.02
    assert found.median == 0.015
    assert found.win_rate == 0.5
    assert math.isclose(found.low, -0.0425)
    assert found.universe_mean == 0.01
    assert found.excess == 0.01
    assert found.days == 1


def test_the_universe_mean_is_weighted_by_the_signals_that_were_evaluated():
    universe = [0.01, 0.01, 0.04, 0.9]
    (found,) = statistics_of(sample_of([0.1, 0.1, 0.1, math.nan], universe=universe), TERMS)
    assert math.isclose(found.universe_mean, 0.02)


def test_stability_is_the_median_of_the_later_half_minus_that_of_the_first():
    days = ["2020-01-02", "2020-02-03", "2023-01-03", "2023-02-03"]
    middle = np.datetime64("2022-01-01", "us")
    (found,) = statistics_of(sample_of([0.04, 0.06, 0.01, 0.02], days), TERMS, middle)
    assert math.isclose(found.stability, 0.015 - 0.05)


def test_stability_is_unknown_when_one_half_is_empty():
    (found,) = statistics_of(sample_of([0.04]), TERMS, np.datetime64("2022-01-01", "us"))
    assert math.isnan(found.stability)


def test_nothing_evaluated_is_unknown_and_not_zero():
    (found,) = statistics_of(sample_of([math.nan]), TERMS)
    assert found.evaluated == 0
    assert all(
        math.isnan(value) for value in (found.mean, found.median, found.win_rate, found.low, found.excess)
    )


def test_a_return_of_nothing_is_no_win():
    (found,) = statistics_of(sample_of([0.0, 0.0]), TERMS)
    assert found.win_rate == 0.0


def test_the_order_of_the_signals_does_not_matter():
    random = np.random.default_rng(3)
    values = random.normal(0, 0.1, 301).tolist()
    order = random.permutation(301)
    one, other = sample_of(values), sample_of(values).take(order)
    assert statistics_of(one, TERMS) == statistics_of(sample_of(values).take(np.arange(301)), TERMS)
    same, shuffled = statistics_of(one, TERMS)[0], statistics_of(other, TERMS)[0]
    assert (same.mean, same.median, same.low) == (shuffled.mean, shuffled.median, shuffled.low)
