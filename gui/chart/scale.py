"""The vertical scale of a panel: its range, its ticks and the logarithm of prices. No Qt.

On a log scale a panel works with the base-10 logarithm of the price; only the labels are prices again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.market.bars import FloatArray
from gui.chart.number_text import tick_text, volume_text

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
# So many pixels lie between a level's label and any other.
_CLEAR_OF_LEVEL = 20.0
_LOG_DIGITS = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0))


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled position on the scale; ``at`` is in the panel's own unit (a logarithm on a log scale)."""

    at: float
    text: str


def to_log(prices: FloatArray) -> FloatArray:
    """Return base-10 logarithms; what has none is NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(prices > 0, np.log10(prices), np.nan)


def extent(arrays: Iterable[FloatArray], first: int, last: int) -> tuple[float, float] | None:
    """Return the lowest and highest finite value of bars ``first`` to ``last``, or None without any."""
    low, high = math.inf, -math.inf
    for array in arrays:
        part = array[first:last]
        part = part[np.isfinite(part)]
        if len(part):
            low, high = min(low, float(part.min())), max(high, float(part.max()))
    return (low, high) if low <= high else None


def fit(low: float, high: float, pixels: float, top: float, bottom: float) -> tuple[float, float]:
    """Return a range with ``top`` pixels free above ``high`` and ``bottom`` pixels free below ``low``."""
    if high - low <= abs(high) * 1e-9:
        half = abs(high) * 0.01 or 1.0
        low, high = low - half, high + half
    room = max(pixels - top - bottom, pixels * 0.25, 1.0)
    unit = (high - low) / room
    return low - unit * bottom, high + unit * top


def linear_ticks(low: float, high: float, pixels: float, spacing: float = 36.0) -> tuple[Tick, ...]:
    """Return round numbers between ``low`` and ``high``, at least ``spacing`` pixels apart."""
    values, decimals = _round_numbers(low, high, pixels, spacing)
    return tuple(Tick(value, tick_text(value, decimals)) for value in values)


def volume_ticks(high: float, pixels: float, spacing: float = 28.0) -> tuple[Tick, ...]:
    """Return round volumes above zero with their units."""
    values, _ = _round_numbers(0.0, high, pixels, spacing)
    texts = [volume_text(value) for value in values]
    decimals = 0 if all(".0" in text for text in texts[1:]) else 1
    return tuple(Tick(value, volume_text(value, decimals)) for value in values if value > 0)


def level_ticks(levels: tuple[float, ...], low: float, high: float, pixels: float) -> tuple[Tick, ...]:
    """Return an indicator's levels as ticks: round numbers beside one alone, or where they are too close or none."""
    if pixels <= 0:
        return ()  # a window that is still being laid out
    inside = [level for level in levels if low < level < high]
    gaps = [(b - a) / (high - low) * pixels for a, b in pairwise(inside)]
    if not inside or any(gap < 16 for gap in gaps):
        return linear_ticks(low, high, pixels, spacing=28.0)
    decimals = max(_needed_decimals(level) for level in inside)
    ticks = [Tick(level, tick_text(level, decimals)) for level in inside]
    if len(inside) == 1:
        clear = _CLEAR_OF_LEVEL / pixels * (high - low)
        round_ones = linear_ticks(low, high, pixels, spacing=28.0)
        ticks += [tick for tick in round_ones if abs(tick.at - inside[0]) >= clear]
    return tuple(sorted(ticks, key=lambda tick: tick.at))


def log_ticks(low: float, high: float, pixels: float, spacing: float = 36.0) -> tuple[Tick, ...]:
    """Return round prices on a log scale that reaches from ``low`` to ``high`` (logarithms)."""
    span = high - low
    if span <= 0:
        return ()
    if span < math.log10(3):
        values, decimals = _round_numbers(10**low, 10**high, pixels, spacing)
        return tuple(Tick(math.log10(value), tick_text(value, decimals)) for value in values if value > 0)
    chosen: list[float] = []
    for digits in _LOG_DIGITS:
        exponents = range(math.floor(low), math.ceil(high) + 1)
        values = [digit * 10.0**exponent for exponent in exponents for digit in digits]
        inside = [value for value in values if low <= math.log10(value) <= high]
        gaps = [math.log10(b / a) / span * pixels for a, b in pairwise(inside)]
        if chosen and any(gap < spacing for gap in gaps):
            break
        chosen = inside
    return tuple(Tick(math.log10(value), tick_text(value, _needed_decimals(value))) for value in chosen)


def within_edges(
    ticks: tuple[Tick, ...], low: float, high: float, pixels: float, margin: float
) -> tuple[Tick, ...]:
    """Return the ticks that keep ``margin`` pixels from both edges of the panel."""
    if high <= low:
        return ()
    share = margin / max(pixels, 1.0) * (high - low)
    return tuple(tick for tick in ticks if low + share <= tick.at <= high - share)


def _round_numbers(low: float, high: float, pixels: float, spacing: float) -> tuple[list[float], int]:
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return [], 0
    smallest = span * spacing / max(pixels, spacing)
    power = 10.0 ** math.floor(math.log10(smallest))
    step = next(step * power for step in _STEPS if step * power >= smallest * (1 - 1e-9))
    values = [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return values, _needed_decimals(step)


def _needed_decimals(value: float) -> int:
    """Return how many decimals print ``value`` exactly, at most eight."""
    return next((count for count in range(8) if abs(round(value, count) - value) <= abs(value) * 1e-9), 8)
