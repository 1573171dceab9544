"""Buy a call and a put on either side of the price: a larger move, for less."""

from __future__ import annotations

from engine.options.strategy import LegPlan, NearDelta, Strategy, register

register(
    Strategy(
        name="strangle",
        title="Long strangle",
        bias="volatile",
        entry="debit",
        legs=(
            LegPlan(1, "call", NearDelta("short_delta")),
            LegPlan(1, "put", NearDelta("short_delta")),
        ),
        description="Buys a call and a put near the short delta, on either side of the price.",
    )
)
