"""Inside bars: the whole bar lies within the one before it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.detectors.base import Declaration, Detector, Triple, Values, register
from engine.detectors.windows import before, found
from engine.market.bars import Bars


def detect(bars: Bars, _values: Values) -> Iterator[Triple]:
    """Yield bars with a lower high and a higher low than the bar before."""
    width, mother = bars.high - bars.low, before(bars.high - bars.low)
    inside = (bars.high < before(bars.high)) & (bars.low > before(bars.low))
    with np.errstate(divide="ignore", invalid="ignore"):
        yield from found(inside, "INSIDE_BAR", 1 - width / mother)


register(
    Detector(
        Declaration(
            "inside_bar",
            "The bar lies within the one before; score: how much narrower it is, from 0 to 1",
            {"INSIDE_BAR": "A lower high and a higher low than the bar before"},
        ),
        detect,
        history=lambda _values: 2,
        memory=lambda _values: 1,
    )
)
