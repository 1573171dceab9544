"""Sell a put and buy one below it: a credit that is kept if the price holds."""

from __future__ import annotations

from engine.options.strategy import AwayFrom, LegPlan, NearDelta, Strategy, register

register(
    Strategy(
        name="bull_put_spread",
        title="Bull put spread",
        bias="bullish",
        entry="credit",
        legs=(
            LegPlan(-1, "put", NearDelta("short_delta")),
            LegPlan(1, "put", AwayFrom(0, -1)),
        ),
        description="Sells a put near the short delta and buys one below it.",
    )
)
