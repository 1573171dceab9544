"""Sell a call and buy one above it: a credit that is kept if the price stays under it."""

from __future__ import annotations

from engine.options.strategy import AwayFrom, LegPlan, NearDelta, Strategy, register

register(
    Strategy(
        name="bear_call_spread",
        title="Bear call spread",
        bias="bearish",
        entry="credit",
        legs=(
            LegPlan(-1, "call", NearDelta("short_delta")),
            LegPlan(1, "call", AwayFrom(0, 1)),
        ),
        description="Sells a call near the short delta and buys one above it.",
    )
)
