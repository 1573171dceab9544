"""Buy a call: a rise, with a loss limited to its price."""

from __future__ import annotations

from engine.options.strategy import LegPlan, NearDelta, Strategy, register

register(
    Strategy(
        name="long_call",
        title="Long call",
        bias="bullish",
        entry="debit",
        legs=(LegPlan(1, "call", NearDelta("target_delta")),),
        description="Buys a call near the target delta.",
    )
)
