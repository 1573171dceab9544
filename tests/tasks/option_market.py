"""A small market of options with prices from the model, so that every quote makes sense."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from engine.options.chain import OptionChain, clean_chain, years_between
from engine.options.pricing import Terms, price

AS_OF = datetime(2026, 2, 13, 15, 50, tzinfo=UTC)
SPOT = 100.0


def market_columns(days: tuple[int, ...] = (7, 35, 42, 90), volatility: float = 0.3) -> dict[str, np.ndarray]:
    """Return columns of a chain with strikes from 70 to 130, quoted a cent or one per cent around the model's price."""
    strikes = np.arange(70.0, 131.0, 2.5)
    today = np.datetime64(AS_OF.date(), "D")
    expiration = np.repeat(today + np.array(days), 2 * len(strikes))
    strike = np.tile(np.repeat(strikes, 2), len(days))
    is_call = np.tile([True, False], len(strikes) * len(days))
    years = [years_between(AS_OF, day) for day in expiration.astype(object)]
    worth = price(Terms(SPOT, strike, years, is_call), volatility)
    half = np.maximum(0.01, worth * 0.01)
    count = len(strike)
    return {
        "symbol": np.array([f"T{row}" for row in range(count)], dtype=object),
        "expiration": expiration,
        "right": np.where(is_call, "call", "put").astype(object),
        "strike": strike,
        "bid": np.maximum(worth - half, 0.0),
        "ask": worth + half,
        "last": worth,
        "volume": np.full(count, 100.0),
        "open_interest": np.full(count, 500.0),
        "implied_volatility": np.full(count, volatility),
    }


def market_chain(**changes: Any) -> OptionChain:
    """Return the market's chain, with columns replaced."""
    return clean_chain("TEST", AS_OF, SPOT, {**market_columns(), **changes})[0]
