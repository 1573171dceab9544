"""From bars to whole device pixels: the rectangles of candles and histograms and the points of lines. No Qt.

All bodies of a view have one width and one parity with their wick, so the wick stands exactly in the middle.
Bars narrower than ``DENSE`` pixels are merged into columns as wide as a wick (minimum, maximum and direction
of each), so that ten thousand bars cost no more than the screen is wide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.market.bars import BoolArray, FloatArray
from gui.chart.data import IndexArray

DENSE = 3.0
BODY_SHARE = 0.78


@dataclass(frozen=True, slots=True)
class PixelMapping:
    """Maps bars and values to device pixels; ``ratio`` is device pixels for one pixel of the layout."""

    scale_x: float
    offset_x: float
    scale_y: float
    offset_y: float
    ratio: float = 1.0

    @property
    def line(self) -> int:
        """The width of a thin line in device pixels."""
        return max(1, round(self.ratio))

    @property
    def body(self) -> int:
        """The width of a candle's body in device pixels, odd or even as its wick is."""
        # Each side of the wick gets the same whole number of pixels, and the next bar keeps its distance.
        side = round((self.scale_x * BODY_SHARE - self.line) / 2)
        widest = int((self.scale_x - 2 * self.line) / 2)
        return self.line + 2 * max(0, min(side, widest))

    @property
    def dense(self) -> bool:
        """Whether bars are too narrow to be drawn one by one."""
        return self.scale_x < DENSE * self.ratio

    def x(self, bars: FloatArray) -> FloatArray:
        """Return the pixel of each bar's middle, not rounded."""
        return bars * self.scale_x + self.offset_x

    def y(self, values: FloatArray) -> FloatArray:
        """Return the pixel of each value, not rounded."""
        return values * self.scale_y + self.offset_y

    def wick_left(self, bars: FloatArray) -> FloatArray:
        """Return the left pixel of each bar's wick, whole."""
        return np.floor(self.x(bars) - self.line / 2 + 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Four prices a bar, in the unit of the panel's scale."""

    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray

    def __len__(self) -> int:
        return len(self.close)

    def cut(self, first: int, last: int) -> Prices:
        """Return the bars from ``first`` up to ``last``, sharing memory."""
        part = slice(first, last)
        return Prices(self.open[part], self.high[part], self.low[part], self.close[part])


@dataclass(frozen=True, slots=True, eq=False)
class Rectangles:
    """Rectangles as rows of left, top, width, height, split by direction."""

    up: FloatArray
    down: FloatArray


def candle_rectangles(mapping: PixelMapping, first: int, prices: Prices) -> Rectangles:
    """Return wicks and bodies of consecutive bars, the first being number ``first``."""
    if not len(prices):
        return _nothing()
    bars = np.arange(first, first + len(prices), dtype=np.float64)
    if mapping.dense:
        return _candle_columns(mapping, bars, prices)
    wicks = mapping.wick_left(bars)
    rising = prices.close >= prices.open
    tops, bottoms = np.maximum(prices.open, prices.close), np.minimum(prices.open, prices.close)
    wick = _boxes(mapping, wicks, mapping.line, prices.high, prices.low)
    body = _boxes(mapping, wicks - (mapping.body - mapping.line) / 2, mapping.body, tops, bottoms)
    return Rectangles(
        np.concatenate((wick[rising], body[rising])), np.concatenate((wick[~rising], body[~rising]))
    )


def histogram_rectangles(
    mapping: PixelMapping, first: int, values: FloatArray, rising: BoolArray, base: float = 0.0
) -> Rectangles:
    """Return bars from ``base`` to each value; NaN leaves a gap. A dense column has its longest bar."""
    known = np.isfinite(values)
    bars = (first + np.flatnonzero(known)).astype(np.float64)
    values, rising = values[known], rising[known]
    if not len(values):
        return _nothing()
    if mapping.dense:
        bars, values, rising = _longest(mapping, bars, values, rising, base)
        width = mapping.line
        lefts = _columns(mapping, bars) * width
    else:
        width = mapping.body
        lefts = mapping.wick_left(bars) - (width - mapping.line) / 2
    boxes = _boxes(mapping, lefts, width, np.maximum(values, base), np.minimum(values, base))
    return Rectangles(boxes[rising], boxes[~rising])


def line_points(mapping: PixelMapping, first: int, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a line's points in pixels, NaN where it is broken; a dense column keeps its extremes."""
    bars = np.arange(first, first + len(values), dtype=np.float64)
    values = np.where(np.isfinite(values), values, np.nan)
    if not len(values) or mapping.scale_x >= mapping.line:
        middle = mapping.wick_left(bars) + mapping.line / 2 if not mapping.dense else mapping.x(bars)
        return middle, mapping.y(values)
    starts = _starts(_columns(mapping, bars))
    low, high = np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)
    # Each column is entered at the end that is nearer to where it begins.
    upwards = values[starts] <= (low + high) / 2
    points = np.column_stack((np.where(upwards, low, high), np.where(upwards, high, low))).ravel()
    middles = (_columns(mapping, bars)[starts] + 0.5) * mapping.line
    return np.repeat(middles, 2), mapping.y(points)


def _candle_columns(mapping: PixelMapping, bars: FloatArray, prices: Prices) -> Rectangles:
    columns = _columns(mapping, bars)
    starts = _starts(columns)
    ends = np.append(starts[1:], len(columns)) - 1
    high, low = np.fmax.reduceat(prices.high, starts), np.fmin.reduceat(prices.low, starts)
    rising = prices.close[ends] >= prices.open[starts]
    boxes = _boxes(mapping, columns[starts] * mapping.line, mapping.line, high, low)
    return Rectangles(boxes[rising], boxes[~rising])


def _longest(
    mapping: PixelMapping, bars: FloatArray, values: FloatArray, rising: BoolArray, base: float
) -> tuple[FloatArray, FloatArray, BoolArray]:
    columns = _columns(mapping, bars)
    length = np.abs(values - base)
    # Within a column by length: the last one of each column is its longest.
    order = np.lexsort((length, columns))
    last = np.append(_starts(columns[order])[1:], len(order)) - 1
    kept: IndexArray = order[last]
    return bars[kept], values[kept], rising[kept]


def _columns(mapping: PixelMapping, bars: FloatArray) -> FloatArray:
    return np.floor(mapping.x(bars) / mapping.line)


def _starts(columns: FloatArray) -> IndexArray:
    return np.concatenate((np.zeros(1, dtype=np.intp), np.flatnonzero(np.diff(columns)) + 1))


def _boxes(
    mapping: PixelMapping, lefts: FloatArray, width: int, tops: FloatArray, bottoms: FloatArray
) -> FloatArray:
    upper, lower = np.round(mapping.y(tops)), np.round(mapping.y(bottoms))
    boxes = np.empty((len(lefts), 4))
    boxes[:, 0] = lefts
    boxes[:, 1] = upper
    boxes[:, 2] = width
    # A day without movement is still a line.
    boxes[:, 3] = np.maximum(lower - upper, mapping.line)
    return boxes


def _nothing() -> Rectangles:
    return Rectangles(np.empty((0, 4)), np.empty((0, 4)))
