"""Breakout: the close leaves the channel of the bars before it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.detectors.base import Declaration, Detector, Parameter, Triple, Values, register
from engine.detectors.windows import before, begins, found, highest, lowest
from engine.market.bars import Bars


def detect(bars: Bars, values: Values) -> Iterator[Triple]:
    """Yield the first close of a run above the highest high, or below the lowest low, of the bars before it."""
    top = before(highest(bars.high, int(values["bars"])))
    bottom = before(lowest(bars.low, int(values["bars"])))
    yield from found(begins(bars.close > top), "BREAKOUT_UP", 100 * (bars.close / top - 1))
    yield from found(begins(bars.close < bottom), "BREAKOUT_DOWN", 100 * (1 - bars.close / bottom))


register(
    Detector(
        Declaration(
            "breakout",
            "The close leaves the range of the bars before; score: how far, in percent",
            {
                "BREAKOUT_UP": "The first close above the highest high of the bars before",
                "BREAKOUT_DOWN": "The first close below the lowest low of the bars before",
            },
            (Parameter("bars", 20, 2, 1000, "How many bars before make the range"),),
        ),
        detect,
        history=lambda values: int(values["bars"]) + 1,
        memory=lambda values: int(values["bars"]) + 1,
    )
)
