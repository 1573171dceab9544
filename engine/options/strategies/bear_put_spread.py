"""Buy a put and sell one below it: a fall down to the lower strike, for a smaller debit."""

from __future__ import annotations

from engine.options.strategy import AwayFrom, LegPlan, NearDelta, Strategy, register

register(
    Strategy(
        name="bear_put_spread",
        title="Bear put spread",
        bias="bearish",
        entry="debit",
        legs=(
            LegPlan(1, "put", NearDelta("target_delta")),
            LegPlan(-1, "put", AwayFrom(0, -1)),
        ),
        description="Buys a put near the target delta and sells one below it.",
    )
)
