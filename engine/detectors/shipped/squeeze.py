"""Squeezes: Bollinger's bands as narrow as they have been for long, and the way out of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.detectors.base import Declaration, Detector, Parameter, Triple, Values, register
from engine.detectors.windows import before, begins, deviation, found, highest, lowest, mean
from engine.market.bars import Bars

_WIDTH = 2.0


def detect(bars: Bars, values: Values) -> Iterator[Triple]:
    """Yield the beginning of a squeeze, and the first close outside the bands shortly after one."""
    length, span, within = int(values["bars"]), int(values["span"]), int(values["within"])
    middle, spread = mean(bars.close, length), deviation(bars.close, length)
    width = spread / middle
    squeezed = width <= lowest(width, span)
    with np.errstate(divide="ignore", invalid="ignore"):
        narrowness = mean(width, span) / width
        distance = (bars.close - middle) / spread
    yield from found(begins(squeezed), "SQUEEZE", narrowness)
    recent = before(highest(squeezed.astype(np.float64), within)) == 1.0
    yield from found(recent & begins(distance > _WIDTH), "SQUEEZE_UP", distance)
    yield from found(recent & begins(distance < -_WIDTH), "SQUEEZE_DOWN", -distance)


register(
    Detector(
        Declaration(
            "squeeze",
            "The bands are narrow, or the price leaves them; score: how many times narrower than in the mean, or how "
            "many standard deviations from the middle",
            {
                "SQUEEZE": "The bands become as narrow as they have been in the whole span",
                "SQUEEZE_UP": "The first close above the bands shortly after a squeeze",
                "SQUEEZE_DOWN": "The first close below the bands shortly after a squeeze",
            },
            (
                Parameter(
                    "bars", 20, 3, 500, "Bars of the bands' average; they are two standard deviations wide"
                ),
                Parameter("span", 126, 2, 2000, "The bars among which the bands must be narrowest"),
                Parameter("within", 10, 2, 250, "The most bars from the squeeze to the way out"),
            ),
        ),
        detect,
        history=lambda values: int(values["bars"]) + int(values["span"]) - 1,
        memory=lambda values: int(values["bars"]) + int(values["span"]) + int(values["within"]) + 1,
    )
)
