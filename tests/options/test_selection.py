"""The choice: every strategy finds its legs, everything it returns keeps every rule, every refusal has its reason."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from option_market import AS_OF, SPOT, market_chain, market_columns

from engine.options.chain import clean_chain
from engine.options.quote import quotes_at
from engine.options.rulebook import make_rules
from engine.options.selection import ContractStatus, broken_limits, select
from engine.options.strategies import STRATEGIES, strategy_named


def chosen(**values):
    found = select(market_chain(), make_rules(values))
    assert found.status is ContractStatus.SUCCESS, found.reason
    assert found.structure is not None
    return found.structure


@pytest.mark.parametrize("name", STRATEGIES.names())
def test_every_strategy_finds_its_legs_in_a_good_market(name):
    structure = chosen(strategy=name)
    plan = strategy_named(name)
    assert [(leg.side, leg.quote.right) for leg in structure.legs] == [
        (leg.side, leg.right) for leg in plan.legs
    ]
    assert structure.entry == plan.entry
    assert structure.days == 42, "the nearest to the middle of 20 and 60"
    assert not broken_limits(structure, make_rules({"strategy": name}))


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("bull_put_spread", "wing < short < spot"),
        ("bear_call_spread", "spot < short < wing"),
        ("bull_call_spread", "bought < sold"),
        ("bear_put_spread", "sold < bought"),
    ],
)
def test_strikes_of_a_spread_stand_the_right_way_round(name, order):
    structure = chosen(strategy=name)
    first, second = (leg.quote.strike for leg in structure.legs)
    holds = {
        "wing < short < spot": second < first < SPOT,
        "spot < short < wing": SPOT < first < second,
        "bought < sold": first < second,
        "sold < bought": second < first,
    }
    assert holds[order]
    assert abs(first - second) == 5.0


def test_bull_put_and_bear_call_bring_a_credit():
    for name in ("bull_put_spread", "bear_call_spread", "iron_condor"):
        structure = chosen(strategy=name)
        assert structure.entry == "credit"
        assert structure.cost < 0
        assert structure.max_profit == pytest.approx(-structure.cost)


def test_the_delta_is_the_nearest_to_the_wanted_one():
    structure = chosen(strategy="long_call", target_delta=0.3)
    chain = market_chain()
    calls = [each for each in quotes_at(chain, structure.expiration, 0.0, 0.0) if each.right == "call"]
    nearest = min(calls, key=lambda call: abs(call.delta - 0.3))
    assert structure.legs[0].quote == nearest
    assert nearest.strike > SPOT


def test_an_iron_condor_stands_around_the_price():
    strikes = [leg.quote.strike for leg in chosen(strategy="iron_condor").legs]
    put, put_wing, call, call_wing = strikes
    assert put_wing < put < SPOT < call < call_wing


def test_a_straddle_is_at_the_money_with_one_strike():
    assert [leg.quote.strike for leg in chosen(strategy="straddle").legs] == [100.0, 100.0]


@pytest.mark.parametrize(
    ("rules", "changes", "status", "words"),
    [
        pytest.param(
            {"min_days": 100, "max_days": 200}, {}, "No_Viable_Expirations", "the nearest is 90", id="days"
        ),
        pytest.param(
            {"min_open_interest": 501}, {}, "Low_Liquidity", "open interest 500 below 501", id="interest"
        ),
        pytest.param({"max_spread_percent": 0.1}, {}, "Low_Liquidity", "spread", id="spread"),
        pytest.param(
            {"target_delta": 0.99, "max_delta_distance": 0.001},
            {},
            "No_Suitable_Strikes",
            "delta within",
            id="delta",
        ),
        pytest.param(
            {"strategy": "bull_put_spread", "min_credit_percent": 80},
            {},
            "No_Suitable_Strikes",
            "80 %",
            id="credit",
        ),
        pytest.param(
            {"strategy": "long_call", "max_loss": 100},
            {},
            "No_Suitable_Strikes",
            "more than 100.00",
            id="loss",
        ),
        pytest.param({}, {"ask": np.full(200, np.nan)}, "Low_Liquidity", "no bid or no ask", id="no ask"),
    ],
)
def test_each_failure_has_its_status_and_says_what_was_in_the_way(rules, changes, status, words):
    found = select(market_chain(**changes), make_rules(rules))
    assert found.status == status
    assert words in found.reason
    assert found.structure is None


def test_an_empty_chain_has_no_data():
    nothing = {name: each[:0] for name, each in market_columns().items()}
    chain = clean_chain("TEST", AS_OF, SPOT, nothing)[0]
    assert select(chain, make_rules({})).status is ContractStatus.NO_CHAIN_DATA


def test_rejected_contracts_keep_their_reason():
    interest = market_columns()["open_interest"]
    interest[::3] = 1.0
    found = select(market_chain(open_interest=interest), make_rules({"strategy": "iron_condor"}))
    assert found.rejected
    assert all(each.reason and each.what for each in found.rejected)
    assert any("open interest 1 below 25" in each.reason for each in found.rejected)


def test_another_expiration_is_tried_when_the_nearest_has_nothing():
    interest = market_columns()["open_interest"]
    interest[100:150] = 0.0  # the third expiration, 42 days
    found = select(market_chain(open_interest=interest), make_rules({}))
    assert found.structure is not None
    assert found.structure.days == 35


quotes_of_faults = st.lists(
    st.tuples(
        st.sampled_from(("bid", "ask", "open_interest", "implied_volatility", "strike")),
        st.integers(0, 199),
        st.sampled_from((np.nan, 0.0, -1.0, np.inf, 1e6, 0.01)),
    ),
    max_size=60,
)


@given(quotes_of_faults, st.sampled_from(STRATEGIES.names()), st.integers(0, 2**31))
def test_whatever_is_wrong_with_the_quotes_a_choice_keeps_every_rule(faults, name, seed):
    columns = market_columns()
    for column, row, value in faults:
        columns[column][row] = value
    rules = make_rules({"strategy": name})
    chain, report = clean_chain("TEST", AS_OF, SPOT, columns)
    assert report.kept == len(chain)
    found = select(chain, rules)
    assert (found.structure is not None) == (found.status is ContractStatus.SUCCESS)
    if found.structure is not None:
        assert not broken_limits(found.structure, rules)
    order = np.random.default_rng(seed).permutation(len(columns["strike"]))
    again = clean_chain("TEST", AS_OF, SPOT, {key: each[order] for key, each in columns.items()})[0]
    second = select(again, rules)
    assert (second.status, second.reason) == (found.status, found.reason) or report.left_out.get(
        "listed twice"
    )
