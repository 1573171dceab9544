"""Where TA-Lib answers 0 although the quotient is 0 / 0: oscillators over bars on which nothing moved.

A suspended share would otherwise be "oversold" for as long as it does not trade: its RSI and its stochastic are 0 in
TA-Lib. A division by zero is unknown in this program, so such bars are blanked. Every other value stays TA-Lib's.

- ``RSI``, ``CMO``: no bar has changed so far. (Later, gains and losses are averages that fade but do not vanish.)
- ``WILLR``, ``STOCHF``, ``STOCH``, ``KDJ``: the window has no range.
- ``MFI``: no typical price in the window differs from the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from engine.indicators.binding import talib
from engine.market.bars import BoolArray, FloatArray

# Takes the inputs, the parameters in TA-Lib's order and the first output; returns the bars to blank, if any.
Undefined: TypeAlias = Callable[[Sequence[FloatArray], Sequence[float], FloatArray], BoolArray | None]


def undefined_bars(name: str) -> Undefined | None:
    """Return how to find the undefined bars of the TA-Lib function of that name, or None where there are none."""
    return _RULES.get(name)


def _without_movement(
    inputs: Sequence[FloatArray], numbers: Sequence[float], _: FloatArray
) -> BoolArray | None:
    values = inputs[0]
    # Nearly every series moves on its second bar, and to compare all bars takes a tenth as long as the indicator.
    if len(values) > 1 and values.item(1) != values.item(0):
        return None
    changed = values != values[0]
    first = int(changed.argmax())
    if changed[first] and first <= numbers[0]:
        return None
    blank: BoolArray = ~np.logical_or.accumulate(changed)
    return blank


def _without_range(inputs: Sequence[FloatArray], numbers: Sequence[float], _: FloatArray) -> BoolArray | None:
    high, low = inputs[0], inputs[1]
    bars = int(numbers[0])
    if len(high) < bars:
        return None
    if bars == 1:
        no_range: BoolArray = high == low
        return no_range
    blank: BoolArray = talib.MAX(high, bars) == talib.MIN(low, bars)
    return blank


def _without_flow(
    inputs: Sequence[FloatArray], numbers: Sequence[float], output: FloatArray
) -> BoolArray | None:
    is_zero = output == 0.0
    bars = int(numbers[0])
    if not is_zero.any() or len(output) <= bars:
        return None
    typical = talib.TYPPRICE(*inputs[:3])
    moved = np.cumsum(np.diff(typical, prepend=typical[:1]) != 0)
    blank = np.zeros(len(output), dtype=bool)
    blank[bars:] = is_zero[bars:] & (moved[bars:] == moved[:-bars])
    return blank


_RULES: dict[str, Undefined] = {
    "RSI": _without_movement,
    "CMO": _without_movement,
    "WILLR": _without_range,
    "STOCHF": _without_range,
    "STOCH": _without_range,
    "KDJ": _without_range,
    "MFI": _without_flow,
}
