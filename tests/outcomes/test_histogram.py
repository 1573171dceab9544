"""Histograms: bins that meet at zero, and every return in one of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.outcomes.histogram import BINS_A_SIDE, histogram_of, reach_of


def test_zero_is_a_border_between_losses_and_gains():
    found = histogram_of(np.array([-0.001, 0.0, 0.001]), 0.1)
    assert found.edges[BINS_A_SIDE] == 0.0
    assert found.counts[BINS_A_SIDE - 1 : BINS_A_SIDE + 1] == (1, 2)


def test_what_lies_beyond_the_range_is_in_the_outermost_bins():
    found = histogram_of(np.array([-5.0, 7.0, 9.0]), 0.1)
    assert (found.counts[0], found.counts[-1]) == (1, 2)


@given(st.lists(st.floats(-3, 3) | st.just(float("nan"))))
def test_every_known_return_is_counted_once(returns):
    values = np.array(returns, dtype=float)
    found = histogram_of(values, reach_of([values]))
    assert sum(found.counts) == np.count_nonzero(~np.isnan(values))


def test_an_empty_sample_has_a_range_and_no_share():
    found = histogram_of(np.empty(0), reach_of([]))
    assert found.reach > 0
    assert set(found.shares) == {0.0}


def test_the_range_holds_nearly_all_returns_of_all_samples():
    random = np.random.default_rng(1)
    one, other = random.normal(0, 0.1, 1000), random.normal(0, 0.2, 1000)
    reach = reach_of([one, other])
    assert np.mean(np.abs(np.concatenate([one, other])) <= reach) >= 0.98
