"""Divergences: the price makes a new swing point and the RSI does not. The event is on the confirming bar."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import cast

import numpy as np

from engine.detectors.base import Declaration, Detector, Parameter, Triple, Values, register
from engine.detectors.shipped.swing_points import confirmed_peaks
from engine.indicators.catalogue import indicator
from engine.indicators.fading import wilder
from engine.indicators.gaps import over_valid
from engine.market.bars import Bars, FloatArray


def detect(bars: Bars, values: Values) -> Iterator[Triple]:
    """Yield confirmations of a lower low on a higher RSI, and of a higher high on a lower RSI."""
    strength = _rsi(bars.close, int(values["rsi"]))
    yield from _diverging(bars.high, strength, values, "BEARISH_DIVERGENCE")
    yield from _diverging(-bars.low, -strength, values, "BULLISH_DIVERGENCE")


def _diverging(price: FloatArray, strength: FloatArray, values: Values, event: str) -> Iterator[Triple]:
    """Yield where a higher peak of the price than the last one comes with a lower strength."""
    wing = int(values["wing"])
    confirmed = np.flatnonzero(confirmed_peaks(price, wing)).tolist()
    for last, bar in itertools.pairwise(confirmed):
        if bar - last > values["apart"]:
            continue
        lost = float(strength[last - wing] - strength[bar - wing])
        if price[bar - wing] > price[last - wing] and lost > 0:
            yield bar, event, lost


def _rsi(close: FloatArray, bars: int) -> FloatArray:
    kernel = indicator("RSI").kernel
    return cast(FloatArray, over_valid(lambda known: (kernel(known, bars),), (close,))[0])


def _memory(values: Values) -> int:
    return int(values["apart"]) + 2 * int(values["wing"]) + int(values["rsi"]) + wilder(values["rsi"])


register(
    Detector(
        Declaration(
            "divergence",
            "Price and RSI disagree at two swing points in a row; score: by how many points of RSI",
            {
                "BULLISH_DIVERGENCE": "A lower swing low with a higher RSI is confirmed",
                "BEARISH_DIVERGENCE": "A higher swing high with a lower RSI is confirmed",
            },
            (
                Parameter("wing", 5, 1, 100, "How many bars on either side make a swing point"),
                Parameter("rsi", 14, 2, 500, "Bars of the RSI"),
                Parameter("apart", 60, 2, 1000, "The most bars between the two swing points"),
            ),
        ),
        detect,
        history=lambda values: 2 * int(values["wing"]) + int(values["rsi"]) + 2,
        memory=_memory,
    )
)
