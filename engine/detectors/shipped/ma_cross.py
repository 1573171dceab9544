"""Moving averages that cross: golden cross and death cross."""

from __future__ import annotations

from collections.abc import Iterator

from engine.detectors.base import Declaration, Detector, Parameter, Triple, Values, register
from engine.detectors.windows import before, found, mean
from engine.market.bars import Bars


def detect(bars: Bars, values: Values) -> Iterator[Triple]:
    """Yield bars on which the fast simple average of the close comes above, or below, the slow one."""
    distance = mean(bars.close, int(values["fast"])) - mean(bars.close, int(values["slow"]))
    score = 100 * (distance - before(distance)) / bars.close
    yield from found((distance > 0) & (before(distance) <= 0), "GOLDEN_CROSS", score)
    yield from found((distance < 0) & (before(distance) >= 0), "DEATH_CROSS", -score)


def _refusal(values: Values) -> str | None:
    if values["fast"] < values["slow"]:
        return None
    return "The fast average of ma_cross must have fewer bars than the slow one: choose other numbers."


register(
    Detector(
        Declaration(
            "ma_cross",
            "A fast average crosses a slow one; score: by how much of the price in one bar, in percent",
            {
                "GOLDEN_CROSS": "The fast average of the close comes above the slow one",
                "DEATH_CROSS": "The fast average of the close comes below the slow one",
            },
            (
                Parameter("fast", 50, 1, 1000, "Bars of the fast average"),
                Parameter("slow", 200, 2, 5000, "Bars of the slow average"),
            ),
        ),
        detect,
        history=lambda values: int(values["slow"]) + 1,
        memory=lambda values: int(values["slow"]),
        refuses=_refusal,
    )
)
