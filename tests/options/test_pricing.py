"""Prices against QuantLib, parity, finite differences and the limits of what a premium can mean."""

from __future__ import annotations

import math

import numpy as np
import pytest
import QuantLib as ql
from hypothesis import given
from hypothesis import strategies as st

from engine.options.pricing import Terms, american_price, greeks, implied_volatility, normal_cdf, price

CALL, PUT = True, False

CASES = [
    pytest.param(Terms(100, 110, 73 / 365, CALL, 0.04, 0.01), 0.25, id="call out of the money"),
    pytest.param(Terms(100, 110, 1.0, PUT, 0.04, 0.01), 0.25, id="put in the money"),
    pytest.param(Terms(100, 80, 2.0, PUT, 0.06), 0.45, id="long put, wide"),
    pytest.param(Terms(100, 100, 7 / 365, CALL, 0.0, 0.08), 0.6, id="a week, high dividend"),
    pytest.param(Terms(3, 250, 30 / 365, CALL, 0.02), 1.5, id="far out"),
]

options = st.builds(
    Terms,
    spot=st.floats(1, 1000),
    strike=st.floats(1, 1000),
    years=st.floats(1 / 365, 3),
    is_call=st.booleans(),
    rate=st.floats(-0.01, 0.1),
    dividend=st.floats(0, 0.08),
)


def oracle(terms: Terms, volatility: float, *, is_american: bool = False) -> ql.VanillaOption:
    today = ql.Date(2, 1, 2026)
    ql.Settings.instance().evaluationDate = today
    count = ql.Actual365Fixed()
    curve = [ql.FlatForward(today, rate, count) for rate in (terms.dividend, terms.rate)]
    process = ql.BlackScholesMertonProcess(
        ql.QuoteHandle(ql.SimpleQuote(terms.spot)),
        *(ql.YieldTermStructureHandle(each) for each in curve),
        ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), volatility, count)),
    )
    end = today + round(terms.years * 365)
    payoff = ql.PlainVanillaPayoff(ql.Option.Call if terms.is_call else ql.Option.Put, terms.strike)
    option = ql.VanillaOption(
        payoff, ql.AmericanExercise(today, end) if is_american else ql.EuropeanExercise(end)
    )
    engine = (
        ql.FdBlackScholesVanillaEngine(process, 400, 400)
        if is_american
        else ql.AnalyticEuropeanEngine(process)
    )
    option.setPricingEngine(engine)
    return option


@pytest.mark.parametrize(("terms", "volatility"), CASES)
def test_price_and_greeks_are_those_of_quantlib(terms, volatility):
    option, ours = oracle(terms, volatility), greeks(terms, volatility)
    assert price(terms, volatility) == pytest.approx(option.NPV(), rel=1e-10, abs=1e-12)
    expected = (option.delta(), option.gamma(), option.vega(), option.thetaPerDay(), option.rho())
    assert (ours.delta, ours.gamma, ours.vega, ours.theta, ours.rho) == pytest.approx(
        expected, rel=1e-9, abs=1e-12
    )


@pytest.mark.parametrize(("terms", "volatility"), CASES)
def test_the_american_price_is_near_quantlibs_finite_differences(terms, volatility):
    option = oracle(terms, volatility, is_american=True)
    assert american_price(terms, volatility) == pytest.approx(option.NPV(), rel=2e-3, abs=2e-3)


@given(options, st.floats(0.05, 2))
def test_put_and_call_keep_their_parity(terms, volatility):
    both = Terms(terms.spot, terms.strike, terms.years, [True, False], terms.rate, terms.dividend)
    call, put = price(both, volatility)
    forward = terms.spot * math.exp(-terms.dividend * terms.years) - terms.strike * math.exp(
        -terms.rate * terms.years
    )
    assert call - put == pytest.approx(forward, abs=1e-9 * (terms.spot + terms.strike))


@given(options, st.floats(0.1, 1.5))
def test_greeks_are_the_slopes_of_the_price(terms, volatility):
    ours = greeks(terms, volatility)

    def slope(name: str, step: float) -> float:
        def moved(by: float) -> float:
            values = {
                each: getattr(terms, each)
                for each in ("spot", "strike", "years", "is_call", "rate", "dividend")
            }
            sigma = volatility
            if name == "volatility":
                sigma += by
            else:
                values[name] += by
            return float(price(Terms(**values), sigma))

        return (moved(step) - moved(-step)) / (2 * step)

    size = terms.spot + terms.strike
    assert ours.delta == pytest.approx(slope("spot", terms.spot * 1e-4), abs=1e-4)
    assert ours.vega == pytest.approx(slope("volatility", 1e-4), abs=1e-4 * size)
    assert ours.rho == pytest.approx(slope("rate", 1e-5), abs=1e-4 * size)
    assert ours.theta == pytest.approx(-slope("years", terms.years * 1e-3) / 365, abs=1e-4 * size)


@given(options, st.floats(0.05, 3))
def test_a_price_gives_its_volatility_back(terms, volatility):
    premium = price(terms, volatility)
    if greeks(terms, volatility).vega < 1e-4 * terms.spot:
        return  # so deep in or out of the money that the price does not tell
    assert implied_volatility(terms, premium) == pytest.approx(volatility, rel=1e-6)


@pytest.mark.parametrize(
    ("premium", "years"),
    [
        pytest.param(math.nan, 1, id="unknown premium"),
        pytest.param(9.99, 1, id="under the intrinsic value"),
        pytest.param(10.0, 1, id="the intrinsic value itself"),
        pytest.param(110.0, 1, id="as dear as the share"),
        pytest.param(12.0, 0, id="expired"),
        pytest.param(-1.0, 1, id="negative"),
    ],
)
def test_a_premium_that_no_volatility_explains_has_none(premium, years):
    assert np.isnan(implied_volatility(Terms(110, 100, years, CALL), premium))


def test_volatilities_are_found_for_many_options_at_once():
    strikes = np.linspace(50, 200, 301)
    terms = Terms(100, strikes, 0.25, strikes > 100, 0.03)
    premium = price(terms, 0.4)
    found = implied_volatility(terms, premium)
    known = premium > 1e-6
    assert np.count_nonzero(known) > 200
    np.testing.assert_allclose(found[known], 0.4, rtol=1e-6)


@pytest.mark.parametrize("broken", ["spot", "strike", "years", "rate", "dividend"])
def test_an_unknown_argument_gives_an_unknown_price(broken):
    terms = Terms(**{"spot": 100, "strike": 100, "years": 1, "is_call": True, broken: math.nan})
    assert np.isnan(price(terms, 0.2))
    assert np.isnan(greeks(terms, 0.2).delta)
    assert np.isnan(american_price(terms, 0.2))


@pytest.mark.parametrize(("spot", "strike", "years"), [(0, 100, 1), (100, -5, 1), (100, 100, -1)])
def test_impossible_terms_give_an_unknown_price(spot, strike, years):
    assert np.isnan(price(Terms(spot, strike, years, CALL), 0.2))


def test_at_expiry_an_option_is_worth_its_exercise():
    terms = Terms(100, [90, 100, 110], 0, CALL)
    assert price(terms, 0.2).tolist() == [10, 0, 0]
    assert greeks(terms, 0.2).delta.tolist() == [1, 0.5, 0]
    assert american_price(terms, 0.2).tolist() == [10, 0, 0]


def test_early_exercise_is_worth_something_for_a_put_and_nothing_for_a_call_without_dividend():
    put, call = Terms(100, 110, 1, PUT, 0.06), Terms(100, 110, 1, CALL, 0.06)
    assert american_price(put, 0.2) > price(put, 0.2) + 0.5
    assert american_price(call, 0.2) == pytest.approx(float(price(call, 0.2)), rel=1e-3)


def test_a_deep_put_is_exercised_at_once():
    assert american_price(Terms(10, 100, 1, PUT, 0.06), 0.2) == 90


def test_the_normal_distribution_keeps_its_far_tail():
    assert normal_cdf([-40.0, -8.0, 0.0, 8.0]) == pytest.approx(
        [3.655893e-350, 6.220960574271785e-16, 0.5, 1.0]
    )
