"""New highs and lows of a year: the first after a quiet time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.detectors.base import Declaration, Detector, Parameter, Triple, Values, register
from engine.detectors.windows import before, found, highest, lowest
from engine.market.bars import Bars, BoolArray


def detect(bars: Bars, values: Values) -> Iterator[Triple]:
    """Yield highs above all of the bars before, and lows below them, unless there was one shortly before."""
    length, quiet = int(values["bars"]), int(values["quiet"])
    top, bottom = before(highest(bars.high, length)), before(lowest(bars.low, length))
    new_high, new_low = bars.high > top, bars.low < bottom
    yield from found(_first_in(new_high, quiet), "NEW_HIGH", 100 * (bars.high / top - 1))
    yield from found(_first_in(new_low, quiet), "NEW_LOW", 100 * (1 - bars.low / bottom))


def _first_in(condition: BoolArray, bars: int) -> BoolArray:
    """Return where a condition holds that held on none of so many bars before."""
    so_far = np.concatenate(([0], np.cumsum(condition)))
    number = np.arange(len(condition))
    recent = so_far[number] - so_far[np.maximum(number - bars, 0)]
    first: BoolArray = condition & (recent == 0)
    return first


register(
    Detector(
        Declaration(
            "high_52_weeks",
            "A new high or low of a year; score: how far beyond the old one, in percent",
            {
                "NEW_HIGH": "The high is above all of the bars before, for the first time in a while",
                "NEW_LOW": "The low is below all of the bars before, for the first time in a while",
            },
            (
                Parameter("bars", 252, 2, 5000, "How many bars are a year"),
                Parameter("quiet", 20, 0, 1000, "How many bars before must be without a new high (or low)"),
            ),
        ),
        detect,
        history=lambda values: int(values["bars"]) + 1,
        memory=lambda values: int(values["bars"]) + int(values["quiet"]) + 1,
    )
)
