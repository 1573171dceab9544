"""What the shipped detectors look at: windows that end with a bar, and values of the bars before it.

All take and return arrays of one length, oldest bar first, and give NaN where the window is not full. No value depends
on a later bar, nor on how far back the series begins: sums are made anew for each window, from the last value's
distances, so that a window of equal values has exactly their mean. Missing values are left out as in formulas
(``engine.indicators.gaps``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engine.indicators import kernels
from engine.indicators.gaps import over_valid
from engine.market.bars import BoolArray, FloatArray

# Windows are copied while they are summed: this many values at a time, 8 MB.
_BLOCK = 1_000_000


def before(values: FloatArray, bars: int = 1) -> FloatArray:
    """Return the value ``bars`` ago."""
    return kernels.shift(values, bars)


def highest(values: FloatArray, bars: int) -> FloatArray:
    """Return the highest of the last ``bars`` values."""
    return _over_valid(lambda known: _reduced(known, bars, lambda windows: windows.max(axis=1)), values)


def lowest(values: FloatArray, bars: int) -> FloatArray:
    """Return the lowest of the last ``bars`` values."""
    return _over_valid(lambda known: _reduced(known, bars, lambda windows: windows.min(axis=1)), values)


def mean(values: FloatArray, bars: int) -> FloatArray:
    """Return the mean of the last ``bars`` values."""
    return _over_valid(
        lambda known: _reduced(
            known, bars, lambda windows: windows[:, -1] + (windows - windows[:, -1:]).mean(axis=1)
        ),
        values,
    )


def deviation(values: FloatArray, bars: int) -> FloatArray:
    """Return the (population) standard deviation of the last ``bars`` values."""
    return _over_valid(lambda known: _reduced(known, bars, _deviation), values)


def zscore(values: FloatArray, bars: int) -> FloatArray:
    """Return how many (population) standard deviations the value is from its window's mean; no spread: NaN."""
    return _over_valid(lambda known: kernels.zscore(known, bars), values)


def found(condition: BoolArray, event: str, score: FloatArray) -> Iterator[tuple[int, str, float]]:
    """Yield an event for each bar on which the condition holds and the score is a finite number."""
    rows = np.flatnonzero(condition & np.isfinite(score))
    return ((bar, event, value) for bar, value in zip(rows.tolist(), score[rows].tolist(), strict=True))


def begins(condition: BoolArray) -> BoolArray:
    """Return where a condition holds that did not hold on the bar before; never on the first bar."""
    result = np.zeros(len(condition), dtype=np.bool_)
    result[1:] = condition[1:] & ~condition[:-1]
    return result


def _deviation(windows: FloatArray) -> FloatArray:
    offset = windows - windows[:, -1:]
    return cast(FloatArray, np.sqrt(np.square(offset - offset.mean(axis=1)[:, None]).mean(axis=1)))


def _over_valid(kernel: Callable[[FloatArray], FloatArray], values: FloatArray) -> FloatArray:
    return cast(FloatArray, over_valid(lambda known: (kernel(known),), (values,))[0])


def _reduced(values: FloatArray, bars: int, reduce: Callable[[FloatArray], FloatArray]) -> FloatArray:
    result = np.full(len(values), np.nan)
    if len(values) < bars:
        return result
    windows = sliding_window_view(values, bars)
    rows = max(1, _BLOCK // bars)
    for start in range(0, len(windows), rows):
        # The same layout for every block: how a sum is made depends on it.
        block = np.ascontiguousarray(windows[start : start + rows])
        result[bars - 1 + start : bars - 1 + start + len(block)] = reduce(block)
    return result
