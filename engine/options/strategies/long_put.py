"""Buy a put: a fall, with a loss limited to its price."""

from __future__ import annotations

from engine.options.strategy import LegPlan, NearDelta, Strategy, register

register(
    Strategy(
        name="long_put",
        title="Long put",
        bias="bearish",
        entry="debit",
        legs=(LegPlan(1, "put", NearDelta("target_delta")),),
        description="Buys a put near the target delta.",
    )
)
