"""What structures cost, earn and lose: by hand, and against a fine grid of prices."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.options.quote import Quote
from engine.options.structure import Leg, Structure

NAN = float("nan")


def quote(right, strike, bid, ask, delta=NAN):
    return Quote(
        "X", right, date(2026, 3, 20), 35, strike, bid, ask, NAN, 9, 99, 0.3, delta, 0.01, -0.02, 0.1
    )


def buy(right, strike, bid, ask, delta=NAN):
    return Leg(1, quote(right, strike, bid, ask, delta))


def sell(right, strike, bid, ask, delta=NAN):
    return Leg(-1, quote(right, strike, bid, ask, delta))


CALL, PUT = buy("call", 100, 2.9, 3.1), buy("put", 100, 2.9, 3.1)
BULL_PUT = (sell("put", 95, 2.0, 2.2), buy("put", 90, 0.8, 1.0))
CONDOR = (*BULL_PUT, sell("call", 105, 1.8, 2.0), buy("call", 115, 0.4, 0.5))


@pytest.mark.parametrize(
    ("legs", "shares", "entry", "cost", "profit", "loss", "break_evens"),
    [
        pytest.param((CALL,), 0, "debit", 3.1, math.inf, 3.1, (103.1,), id="long call"),
        pytest.param((PUT,), 0, "debit", 3.1, 96.9, 3.1, (96.9,), id="long put"),
        pytest.param(BULL_PUT, 0, "credit", -1.0, 1.0, 4.0, (94.0,), id="bull put"),
        pytest.param(
            (CALL, sell("call", 110, 0.5, 0.7)), 0, "debit", 2.6, 7.4, 2.6, (102.6,), id="bull call"
        ),
        pytest.param((CALL, PUT), 0, "debit", 6.2, math.inf, 6.2, (93.8, 106.2), id="straddle"),
        pytest.param(
            (sell("put", 95, 2.0, 2.2),), 0, "credit", -2.0, 2.0, 93.0, (93.0,), id="cash-secured put"
        ),
        pytest.param((sell("call", 105, 1.8, 2.0),), 1, "debit", 98.2, 6.8, 98.2, (98.2,), id="covered call"),
        pytest.param(CONDOR, 0, "credit", -2.3, 2.3, 7.7, (92.7, 107.3), id="iron condor"),
        pytest.param(
            (sell("call", 105, 1.8, 2.0),), 0, "credit", -1.8, 1.8, math.inf, (106.8,), id="naked call"
        ),
    ],
)
def test_a_structure_by_hand(legs, shares, entry, cost, profit, loss, break_evens):
    structure = Structure("any", legs, 100.0, shares)
    assert structure.entry == entry
    assert structure.cost == pytest.approx(cost)
    assert structure.max_profit == pytest.approx(profit)
    assert structure.max_loss == pytest.approx(loss)
    assert structure.break_evens == pytest.approx(break_evens)


def test_at_the_middle_it_costs_less_to_open():
    natural = Structure("any", CONDOR, 100.0)
    middle = Structure("any", CONDOR, 100.0, pricing="mid")
    assert middle.cost == natural.mid_cost == pytest.approx(-2.1 + 0.9 - 1.9 + 0.45)
    assert middle.cost < natural.cost


def test_greeks_add_up_with_their_sides_and_the_shares():
    legs = (sell("call", 105, 1.8, 2.0, delta=0.3),)
    assert Structure("any", legs, 100.0, shares=1).total("delta") == pytest.approx(0.7)
    assert Structure("any", legs, 100.0, shares=1).total("theta") == pytest.approx(0.02)


legs_strategy = st.lists(
    st.builds(
        lambda side, right, strike, bid: Leg(side, quote(right, float(strike), bid, bid + 0.25)),
        st.sampled_from((1, -1)),
        st.sampled_from(("call", "put")),
        st.integers(50, 150),
        st.sampled_from((0.5, 1.25, 4.0, 9.75)),
    ),
    min_size=1,
    max_size=4,
)


@given(legs_strategy, st.integers(0, 1))
def test_limits_and_break_evens_are_those_of_a_fine_grid(legs, shares):
    structure = Structure("any", tuple(legs), 100.0, shares)
    grid = np.arange(0, 2001) / 4
    profit = structure.profit(grid)
    if math.isfinite(structure.max_profit):
        assert structure.max_profit == pytest.approx(profit.max(), abs=1e-9)
    else:
        assert profit[-1] > profit[-2]
    if math.isfinite(structure.max_loss):
        assert structure.max_loss == pytest.approx(max(0.0, -profit.min()), abs=1e-9)
    else:
        assert profit[-1] < profit[-2]
    found = np.array(structure.break_evens)
    assert np.abs(structure.profit(found)).max(initial=0) < 1e-9
    crossings = np.flatnonzero(profit[:-1] * profit[1:] < 0)
    for left in crossings:
        assert ((found >= grid[left]) & (found <= grid[left + 1])).any()
