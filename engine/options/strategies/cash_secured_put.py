"""Sell a put and keep the cash to take the shares: income, or the shares at a lower price."""

from __future__ import annotations

from engine.options.strategy import LegPlan, NearDelta, Strategy, register

register(
    Strategy(
        name="cash_secured_put",
        title="Cash-secured put",
        bias="bullish",
        entry="credit",
        legs=(LegPlan(-1, "put", NearDelta("short_delta")),),
        description="Sells a put near the short delta; the strike is kept in cash.",
    )
)
