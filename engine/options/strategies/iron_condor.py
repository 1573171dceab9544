"""Sell a put and a call on either side of the price and buy protection beyond both: a quiet market."""

from __future__ import annotations

from engine.options.strategy import AwayFrom, LegPlan, NearDelta, Strategy, register

register(
    Strategy(
        name="iron_condor",
        title="Iron condor",
        bias="neutral",
        entry="credit",
        legs=(
            LegPlan(-1, "put", NearDelta("short_delta")),
            LegPlan(1, "put", AwayFrom(0, -1)),
            LegPlan(-1, "call", NearDelta("short_delta")),
            LegPlan(1, "call", AwayFrom(2, 1)),
        ),
        description="Sells a put and a call near the short delta and buys one beyond each.",
    )
)
