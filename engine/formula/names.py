"""Words that are not functions or fields: keywords, reserved names, and what other programs call things."""

from __future__ import annotations

KEYWORDS = ("and", "or", "not")

# Columns that every result has.
RESULT_COLUMNS = frozenset({"symbol", "timestamp", "close"})
# What a named line cannot be called: a column that is there already, or a word that the checker handles itself.
RESERVED_LINES = RESULT_COLUMNS | {"ref"}

# Names from AmiBroker, MetaStock, Pine, TC2000 and the Chinese family that spelling alone would not lead to ours.
FOREIGN_NAMES = {
    "average": "sma",
    "avg": "sma",
    "barslast": "barssince",
    "bb": "bbands",
    "bollinger": "bbands",
    "exist": "exists",
    "expma": "ema",
    "highestbars": "hhvbars",
    "ifelse": "iif",
    "lowestbars": "llvbars",
    "log": "ln",
    "mean": "sma",
    "psar": "sar",
    "std": "stddev",
    "stdev": "stddev",
    "stochastic": "stoch",
    "vol": "volume",
    "vma": "vwma",
    "wilders": "rma",
    "xavg": "ema",
}

# Functions that the language is going to have; until then a near miss such as 'vwma' for 'vwap' would mislead.
NOT_YET = {
    "vwap": "The session's vwap cannot be computed yet: vwma(close, 20) is the volume-weighted mean of 20 bars.",
}
