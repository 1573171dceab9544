"""The kernels that TA-Lib lacks, vectorised over one symbol's bars.

All take arrays of one length n without missing values (``engine.indicators.gaps`` sees to that), oldest bar first,
and return arrays of length n. Truths are int8 with 0 for false and 2 for true (1, unknown, only where a kernel says
so). A window is the current bar and the n - 1 before it; where it is not full, the result is NaN. No result depends on
a later bar, nor on how far back the series starts.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.indicators.binding import talib
from engine.indicators.gaps import TruthArray
from engine.market.bars import BoolArray, FloatArray

TRUE = 2
FALSE = 0
UNKNOWN = 1

# Sliding windows are copied while they are reduced: this many values at a time, 8 MB.
_CHUNK_VALUES = 1_000_000


def shift(values: FloatArray, bars: int) -> FloatArray:
    """Return the value ``bars`` ago; NaN on the first ``bars``."""
    result = np.empty(len(values))
    result[:bars] = np.nan
    if bars < len(values):
        result[bars:] = values[: len(values) - bars]
    return result


def shift_truth(truth: TruthArray, bars: int) -> TruthArray:
    """Return the truth ``bars`` ago; unknown on the first ``bars``."""
    result = np.empty(len(truth), dtype=np.int8)
    result[:bars] = UNKNOWN
    if bars < len(truth):
        result[bars:] = truth[: len(truth) - bars]
    return result


def change(values: FloatArray, bars: int) -> FloatArray:
    """Return the difference to the value ``bars`` ago."""
    return values - shift(values, bars)


def cross_above(a: FloatArray, b: FloatArray) -> TruthArray:
    """Return where ``a > b`` and one bar before ``a <= b``; the first bar is unknown."""
    return _becomes(a > b)


def cross_below(a: FloatArray, b: FloatArray) -> TruthArray:
    """Return where ``a < b`` and one bar before ``a >= b``; the first bar is unknown."""
    return _becomes(a < b)


def crosses(a: FloatArray, b: FloatArray) -> TruthArray:
    """Return where either of the two crosses the other; the first bar is unknown."""
    return np.maximum(_becomes(a > b), _becomes(a < b))


def _becomes(condition: BoolArray) -> TruthArray:
    result = np.empty(len(condition), dtype=np.int8)
    result[:1] = UNKNOWN
    np.greater(condition[1:], condition[:-1], out=result[1:], casting="unsafe")
    result[1:] *= TRUE
    return result


def bars_since(truth: TruthArray) -> FloatArray:
    """Return how many bars ago the condition was last true: 0 now, NaN before it was true at all."""
    number = np.arange(len(truth), dtype=np.float64)
    last = np.maximum.accumulate(np.where(truth == TRUE, number, -np.inf))
    since = number - last
    since[np.isinf(since)] = np.nan
    return since


def value_when(truth: TruthArray, values: FloatArray, occurrence: int) -> FloatArray:
    """Return the value on the bar of the last true (``occurrence`` 0), of the one before (1), and so on."""
    is_true = truth == TRUE
    wanted = np.cumsum(is_true) - 1 - occurrence
    result = np.full(len(values), np.nan)
    exists = wanted >= 0
    result[exists] = values[is_true][wanted[exists]]
    return result


def streak(truth: TruthArray) -> FloatArray:
    """Return how many bars in a row, up to this one, the condition has been true."""
    number = np.arange(1, len(truth) + 1, dtype=np.float64)
    return number - np.maximum.accumulate(np.where(truth == TRUE, 0.0, number))


def count(truth: TruthArray, bars: int) -> FloatArray:
    """Return how many of the last ``bars`` are true; NaN when one of them is unknown. Takes unknowns."""
    return np.where(_tally(truth == UNKNOWN, bars) == 0, _tally(truth == TRUE, bars), np.nan)


def exists(truth: TruthArray, bars: int) -> TruthArray:
    """Return whether any of the last ``bars`` is true; unknown when only an unknown bar could say so."""
    return _extreme_truth(talib.MAX, truth, bars)


def every(truth: TruthArray, bars: int) -> TruthArray:
    """Return whether all of the last ``bars`` are true; unknown when only an unknown bar could deny it."""
    return _extreme_truth(talib.MIN, truth, bars)


def _extreme_truth(extreme: Callable[..., FloatArray], truth: TruthArray, bars: int) -> TruthArray:
    """Join each window by *and* (the least truth) or *or* (the greatest); unknown where it is not full."""
    result = np.full(len(truth), UNKNOWN, dtype=np.int8)
    if bars == 1:
        result[:] = truth
    elif bars <= len(truth):
        result[bars - 1 :] = extreme(truth.astype(np.float64), bars)[bars - 1 :]
    return result


def _tally(marks: BoolArray, bars: int) -> FloatArray:
    """Count marks in each window, NaN where it is not full; whole numbers, hence exact."""
    total = np.cumsum(marks, dtype=np.float64)
    result = np.full(len(marks), np.nan)
    result[bars - 1 :] = total[bars - 1 :]
    result[bars:] -= total[: max(len(marks) - bars, 0)]
    return result


def median(values: FloatArray, bars: int) -> FloatArray:
    """Return the window's median; of an even number, the mean of the two in the middle."""
    return _over_windows(values, bars, lambda windows: np.median(windows, axis=1))


def quantile(values: FloatArray, bars: int, share: float) -> FloatArray:
    """Return the window's quantile for a share from 0 to 1, linear between neighbours."""
    return _over_windows(values, bars, lambda windows: np.quantile(windows, share, axis=1))


def zscore(values: FloatArray, bars: int) -> FloatArray:
    """Return how many (population) standard deviations the value is from its window's mean; no spread: NaN."""
    return _over_windows(values, bars, _zscore_of_last)


def _zscore_of_last(windows: FloatArray) -> FloatArray:
    spread = windows.max(axis=1) - windows.min(axis=1)
    offset = windows - windows[:, -1:]
    mean = offset.mean(axis=1)
    deviation = np.sqrt(np.square(offset - mean[:, None]).mean(axis=1))
    result = np.full(len(windows), np.nan)
    np.divide(-mean, deviation, out=result, where=(spread > 0) & (deviation > 0))
    return result


def bars_since_highest(values: FloatArray, bars: int) -> FloatArray:
    """Return how many bars ago the window's highest value was; of several, the most recent."""
    return _over_windows(values, bars, lambda windows: windows[:, ::-1].argmax(axis=1).astype(np.float64))


def bars_since_lowest(values: FloatArray, bars: int) -> FloatArray:
    """Return how many bars ago the window's lowest value was; of several, the most recent."""
    return _over_windows(values, bars, lambda windows: windows[:, ::-1].argmin(axis=1).astype(np.float64))


def _over_windows(
    values: FloatArray, bars: int, reduce: Callable[[NDArray[np.float64]], FloatArray]
) -> FloatArray:
    """Reduce each full window, a copied (rows, bars) block at a time: equal rows give equal results."""
    result = np.full(len(values), np.nan)
    if len(values) < bars:
        return result
    windows = sliding_window_view(values, bars)
    rows = max(1, _CHUNK_VALUES // bars)
    for start in range(0, len(windows), rows):
        block = np.ascontiguousarray(windows[start : start + rows])
        result[bars - 1 + start : bars - 1 + start + len(block)] = reduce(block)
    return result


def session_vwap(
    high: FloatArray, low: FloatArray, close: FloatArray, volume: FloatArray, session: FloatArray
) -> FloatArray:
    """Return the volume-weighted mean of ``(high + low + close) / 3`` since the session's first bar.

    ``session`` is the number of each bar's session and never falls. NaN until something was traded in the session.
    Each session is added up by itself, so that no rounding of an earlier one remains.
    """
    begins = np.append(True, session[1:] != session[:-1])[: len(session)]
    starts = np.flatnonzero(begins)
    row = np.cumsum(begins) - 1
    place = np.arange(len(session)) - starts[row]
    shape = (len(starts), int(place.max(initial=-1)) + 1)
    sums = []
    for values in ((high + low + close) / 3 * volume, volume):
        table = np.zeros(shape)
        table[row, place] = values
        sums.append(np.cumsum(table, axis=1)[row, place])
    result = np.full(len(close), np.nan)
    np.divide(sums[0], sums[1], out=result, where=sums[1] > 0)
    return result


def round_half_away(values: FloatArray, digits: int) -> FloatArray:
    """Return values rounded to ``digits`` decimals, halves away from zero as on paper."""
    scale = 10.0**digits
    return np.copysign(np.floor(np.abs(values) * scale + 0.5) / scale, values)
