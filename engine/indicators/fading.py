"""How long TA-Lib's recursive functions remember where the data began.

An exponential average never quite forgets its first value; after k bars a share (1 - a)^k of it is left, where a is
2 / (n + 1) for an EMA of n bars and 1 / n for Wilder's. Here is after how many bars the share is below
:data:`RESIDUE`, which keeps values within a millionth of those that a longer history gives. Averages of averages
settle one after the other, so their bars add up. Other functions look at a window and remember nothing else.

Not here: functions that add up from the first bar and never settle (``Indicator.path_dependent``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from engine.indicators.catalogue import Indicator, average_name

RESIDUE = 1e-8


def bars_until(share: float) -> int:
    """Return after how many bars an average that takes in ``share`` of each new value has forgotten the first."""
    return 0 if share >= 1 else math.ceil(math.log(RESIDUE) / math.log1p(-share))


def ema(period: float) -> int:
    """Return the bars that an EMA takes to settle."""
    return bars_until(2 / (period + 1))


def wilder(period: float) -> int:
    """Return the bars that Wilder's average takes to settle."""
    return bars_until(1 / period)


def _kaufman(_period: float) -> int:
    # At an efficiency of one tenth; a market without any trend at all would take four times as long.
    return bars_until((0.1 * (2 / 3 - 2 / 31) + 2 / 31) ** 2)


# The Hilbert transform smooths four times, taking in a fifth of each new value.
_HILBERT = 4 * bars_until(0.2) + 63
_MESA = _HILBERT + bars_until(0.05)

# How one stage settles, by the period, and how often it is repeated. Every period of the function counts.
_STAGES: dict[str, tuple[Callable[[float], int], int]] = {
    **dict.fromkeys(("EMA", "ZLEMA", "MACD", "MACDFIX", "CVI", "EFI", "ERI", "TSI", "SMI"), (ema, 1)),
    **dict.fromkeys(("DEMA", "MASSI"), (ema, 2)),
    **dict.fromkeys(("TEMA", "TRIX"), (ema, 3)),
    "T3": (ema, 6),
    **dict.fromkeys(("RMA", "RSI", "CMO", "ATR", "NATR", "DX", "RVI", "STOCHRSI", "KC"), (wilder, 1)),
    **dict.fromkeys(("PLUS_DI", "MINUS_DI", "PLUS_DM", "MINUS_DM"), (wilder, 1)),
    **dict.fromkeys(("ADX", "ADXR"), (wilder, 2)),
    "KAMA": (_kaufman, 1),
    "MAMA": (lambda _period: _MESA, 1),
}
# Functions that also smooth by a fixed amount.
_FIXED = {
    "MACDFIX": ema(26),
    "HA": bars_until(0.5),
    **dict.fromkeys(
        ("HT_DCPERIOD", "HT_DCPHASE", "HT_PHASOR", "HT_SINE", "HT_TRENDLINE", "HT_TRENDMODE"), _HILBERT
    ),
}
# PVO, APO and PPO are averages of the kind that their last parameter names, EMAs by default.


def settling(described: Indicator, values: Sequence[float]) -> int:
    """Return after how many bars a function with these parameters no longer depends on where the data begin."""
    given = list(zip(described.parameters, values, strict=True))
    periods = [value for parameter, value in given if parameter.kind == "whole"]
    kinds = [described.name]
    kinds += [average_name(value).upper() for parameter, value in given if parameter.kind == "average"]
    bars = described.lookback(values) + _FIXED.get(described.name, 0)
    if described.name == "MAMA":
        return bars + _HILBERT + bars_until(values[1])
    for kind in kinds:
        stage, repeats = _STAGES.get(kind, (None, 0))
        if stage is not None:
            bars += repeats * sum(stage(period) for period in periods)
    return bars
