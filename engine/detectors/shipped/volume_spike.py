"""Volume spikes: many times the mean volume of the bars before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.detectors.base import Declaration, Detector, Parameter, Triple, Values, register
from engine.detectors.windows import before, found, mean
from engine.market.bars import Bars


def detect(bars: Bars, values: Values) -> Iterator[Triple]:
    """Yield bars whose volume is at least ``times`` the mean of the bars before."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = bars.volume / before(mean(bars.volume, int(values["bars"])))
    yield from found(ratio >= values["times"], "VOLUME_SPIKE", ratio)


register(
    Detector(
        Declaration(
            "volume_spike",
            "Far more volume than usual; score: how many times the mean of the bars before",
            {"VOLUME_SPIKE": "The volume is many times the mean of the bars before"},
            (
                Parameter("bars", 20, 2, 1000, "How many bars before make the mean"),
                Parameter("times", 3.0, 1.0, 1000.0, "The least multiple of the mean", is_whole=False),
            ),
        ),
        detect,
        history=lambda values: int(values["bars"]) + 1,
        memory=lambda values: int(values["bars"]) + 1,
    )
)
