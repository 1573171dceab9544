"""Buy a call and a put at the money: a large move either way."""

from __future__ import annotations

from engine.options.strategy import AtTheMoney, LegPlan, SameStrike, Strategy, register

register(
    Strategy(
        name="straddle",
        title="Long straddle",
        bias="volatile",
        entry="debit",
        legs=(
            LegPlan(1, "call", AtTheMoney()),
            LegPlan(1, "put", SameStrike(0)),
        ),
        description="Buys the call and the put nearest to the money.",
    )
)
