"""Gaps: the bar opens beyond the whole bar before it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.detectors.base import Declaration, Detector, Parameter, Triple, Values, register
from engine.detectors.windows import before, found
from engine.market.bars import Bars


def detect(bars: Bars, values: Values) -> Iterator[Triple]:
    """Yield bars that open above the high, or below the low, of the bar before by the given percentage."""
    up = 100 * (bars.open / before(bars.high) - 1)
    down = 100 * (1 - bars.open / before(bars.low))
    # A gap of nothing is none.
    yield from found((up >= values["percent"]) & (up > 0), "GAP_UP", up)
    yield from found((down >= values["percent"]) & (down > 0), "GAP_DOWN", down)


register(
    Detector(
        Declaration(
            "gap",
            "The bar opens beyond the bar before; score: how far, in percent",
            {"GAP_UP": "The open is above the high before", "GAP_DOWN": "The open is below the low before"},
            (
                Parameter(
                    "percent", 1.0, 0.0, 100.0, "The least gap, in percent of the price", is_whole=False
                ),
            ),
        ),
        detect,
        history=lambda _values: 2,
        memory=lambda _values: 1,
    )
)
