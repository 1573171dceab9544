"""Which of TA-Lib's functions are known on every bar after their lookback, whatever finite numbers they are given.

They add, subtract, multiply by constants and pick; where they divide or take a root, TA-Lib looks at the divisor
itself. So nobody needs to search their results for missing values. They also begin by themselves after a run of NaN at
the start of an input. The list is short on purpose: a function that is not in it is looked at bar by bar.

Here: the names. The proof is a test that tries to break each with hostile numbers.
"""

from __future__ import annotations

from typing import Literal

# Where a value can be unknown after the lookback although the inputs are known: nowhere, on an unbroken run of bars
# right after it, or anywhere.
Gaps = Literal["none", "start", "anywhere"]

_AVERAGES = frozenset(
    {"DEMA", "EMA", "HMA", "RMA", "SMA", "T3", "TEMA", "TRIMA", "WMA", "BBANDS", "DPO", "SUM"}
)
_DIFFERENCES = frozenset({"APO", "MACD", "MACDFIX", "MOM", "ATR", "TRANGE", "STDDEV", "AO"})
_DIRECTIONS = frozenset({"ADX", "ADXR", "DX", "MINUS_DM", "PLUS_DM"})
_EXTREMES = frozenset({"DONCHIAN", "MAX", "MIDPOINT", "MIDPRICE", "MIN", "MINMAX"})
_LINES = frozenset({"LINEARREG", "LINEARREG_INTERCEPT", "LINEARREG_SLOPE", "TSF"})
_PRICES = frozenset({"AVGPRICE", "MEDPRICE", "OBV", "TYPPRICE", "WCLPRICE"})

STEADY = _AVERAGES | _DIFFERENCES | _DIRECTIONS | _EXTREMES | _LINES | _PRICES
# Unknown until something moves (``undefined``), known ever after.
_LATE = frozenset({"CMO", "RSI"})


def gaps_of(name: str) -> Gaps:
    """Return where TA-Lib's function of that upper-case name can be unknown after its lookback."""
    if name in STEADY:
        return "none"
    return "start" if name in _LATE else "anywhere"
