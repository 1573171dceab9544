"""A quote's volatility and Greeks are our own where the market's middle tells one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from option_market import market_chain, market_columns

from engine.options.quote import quotes_at


def quotes(**changes):
    chain = market_chain(**changes)
    return quotes_at(chain, chain.expirations[2], 0.0, 0.0)


def test_quotes_come_by_strike_the_call_before_the_put():
    found = quotes()
    keys = [(quote.strike, quote.right) for quote in found]
    assert keys == sorted(keys)
    assert {quote.days for quote in found} == {42}


def test_the_volatility_is_that_of_the_middle_not_the_vendors():
    found = quotes(implied_volatility=np.full(200, 0.9))
    near = [quote for quote in found if abs(quote.strike - 100) <= 10]
    assert [quote.implied_volatility for quote in near] == pytest.approx([0.3] * len(near), rel=1e-3)
    at_the_money = next(quote for quote in found if quote.strike == 100 and quote.right == "call")
    assert at_the_money.delta == pytest.approx(0.52, abs=0.01)
    assert at_the_money.gamma > 0 > at_the_money.theta


def test_where_the_middle_tells_none_the_vendors_is_taken():
    bid, ask = market_columns()["bid"], market_columns()["ask"]
    bid[:], ask[:] = 5.0, 4.0
    found = quotes(bid=bid, ask=ask, implied_volatility=np.full(200, 0.9))
    assert {quote.implied_volatility for quote in found} == {0.9}


def test_without_any_volatility_greeks_are_unknown():
    nothing = np.full(200, np.nan)
    found = quotes(bid=nothing, ask=nothing, implied_volatility=nothing)
    assert all(math.isnan(quote.delta) and math.isnan(quote.spread_percent) for quote in found)


def test_a_rate_moves_calls_and_puts_apart():
    chain = market_chain()
    without, with_rate = (
        {(quote.strike, quote.right): quote for quote in quotes_at(chain, chain.expirations[3], rate, 0.0)}
        for rate in (0.0, 0.04)
    )
    assert with_rate[100, "call"].implied_volatility < without[100, "call"].implied_volatility
    assert with_rate[100, "put"].implied_volatility > without[100, "put"].implied_volatility
