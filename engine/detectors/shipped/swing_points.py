"""Swing points: highs and lows that the bars after them have confirmed. The event is on the confirming bar."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engine.detectors.base import Declaration, Detector, Parameter, Triple, Values, register
from engine.detectors.windows import before, found
from engine.market.bars import Bars, BoolArray, FloatArray


def detect(bars: Bars, values: Values) -> Iterator[Triple]:
    """Yield the bars that confirm a swing high or low ``wing`` bars before them."""
    wing = int(values["wing"])
    highs, lows = confirmed_peaks(bars.high, wing), confirmed_peaks(-bars.low, wing)
    yield from found(highs, "SWING_HIGH", 100 * (before(bars.high, wing) / bars.close - 1))
    yield from found(lows, "SWING_LOW", 100 * (1 - before(bars.low, wing) / bars.close))


def confirmed_peaks(values: FloatArray, wing: int) -> BoolArray:
    """Return where a peak ``wing`` bars ago is confirmed: above the ``wing`` values before it, below none after."""
    result = np.zeros(len(values), dtype=np.bool_)
    if len(values) <= 2 * wing:
        return result
    windows = sliding_window_view(values, 2 * wing + 1)
    peak = windows[:, wing]
    result[2 * wing :] = (peak > windows[:, :wing].max(axis=1)) & (peak >= windows[:, wing + 1 :].max(axis=1))
    return result


register(
    Detector(
        Declaration(
            "swing_points",
            "A swing high or low is confirmed; score: how far the close is from it by then, in percent",
            {
                "SWING_HIGH": "The bars since have confirmed a swing high",
                "SWING_LOW": "The bars since have confirmed a swing low",
            },
            (Parameter("wing", 5, 1, 100, "How many bars on either side make a swing point"),),
        ),
        detect,
        history=lambda values: 2 * int(values["wing"]) + 1,
        memory=lambda values: 2 * int(values["wing"]),
    )
)
