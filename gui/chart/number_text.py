"""Numbers as the chart prints them: prices, volumes, indicator values and changes. No Qt."""

from __future__ import annotations

import math

from engine.outcomes.picture import percent

UNKNOWN = "–"
_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))


def volume_text(value: float, decimals: int = 1) -> str:
    """Return a count with its unit: ``3.0M``, ``885.8K``, ``12``."""
    if not math.isfinite(value):
        return UNKNOWN
    for unit, letter in _UNITS:
        # 999,960 is written 1.0M, not 1000.0K.
        if round(abs(value) / unit, decimals) >= 1:
            return f"{value / unit:.{decimals}f}{letter}"
    return f"{value:.0f}"


def price_text(value: float) -> str:
    """Return a price with two decimals, more for prices below one."""
    if not math.isfinite(value):
        return UNKNOWN
    return f"{value:,.{_decimals(value)}f}"


def value_text(value: float) -> str:
    """Return an indicator's value, short enough for the legend."""
    if not math.isfinite(value):
        return UNKNOWN
    if abs(value) >= 1e6:
        return volume_text(value, 2)
    return f"{value:,.{_decimals(value)}f}"


def change_text(value: float, before: float) -> str:
    """Return the change from ``before`` in per cent, with an arrow beside the sign: ``▲ +0.68 %``."""
    if not (math.isfinite(value) and math.isfinite(before)) or before == 0:
        return UNKNOWN
    # Adding zero turns minus zero into zero.
    share = round(value / before - 1, 4) + 0.0
    arrow = "▲" if share > 0 else "▼" if share < 0 else "■"
    return f"{arrow} {percent(share)}"


def tick_text(value: float, decimals: int) -> str:
    """Return a price on the axis; all labels of an axis have the same decimals."""
    # Adding zero turns minus zero into zero.
    return f"{round(value, decimals) + 0.0:,.{decimals}f}"


def _decimals(value: float) -> int:
    size = abs(value)
    if size >= 1 or size == 0:
        return 2
    return min(8, 3 - math.floor(math.log10(size)))
