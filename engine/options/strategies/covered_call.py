"""Hold the shares and sell a call: income for giving up the rise above its strike."""

from __future__ import annotations

from engine.options.strategy import LegPlan, NearDelta, Strategy, register

register(
    Strategy(
        name="covered_call",
        title="Covered call",
        bias="bullish",
        entry="debit",
        legs=(LegPlan(-1, "call", NearDelta("short_delta")),),
        shares=1,
        description="Holds 100 shares a contract and sells a call near the short delta.",
    )
)
