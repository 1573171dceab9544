"""Buy a call and sell one above it: a rise up to the upper strike, for a smaller debit."""

from __future__ import annotations

from engine.options.strategy import AwayFrom, LegPlan, NearDelta, Strategy, register

register(
    Strategy(
        name="bull_call_spread",
        title="Bull call spread",
        bias="bullish",
        entry="debit",
        legs=(
            LegPlan(1, "call", NearDelta("target_delta")),
            LegPlan(-1, "call", AwayFrom(0, 1)),
        ),
        description="Buys a call near the target delta and sells one above it.",
    )
)
