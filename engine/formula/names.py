"""Words that are not functions or fields: keywords, reserved names, and what other programs call things."""

from __future__ import annotations

KEYWORDS = ("and", "or", "not")

# Columns that every result has.
RESULT_COLUMNS = frozenset({"symbol", "timestamp", "close"})
# What a named line cannot be called: a column that is there already, or a word that the checker handles itself.
RESERVED_LINES = RESULT_COLUMNS | {"ref"}

# Names from AmiBroker, MetaStock, Pine, TC2000 and the Chinese family that spelling alone would not lead to ours.
FOREIGN_NAMES = {
    "alert": "exists",
    "avedev": "avgdev",
    "average": "sma",
    "avg": "sma",
    "barindex": "bar_index",
    "barslast": "barssince",
    "bb": "bbands",
    "bollinger": "bbands",
    "correlation": "correl",
    "cum": "cumsum",
    "exist": "exists",
    "expma": "ema",
    "expmema": "ema",
    "fabs": "abs",
    "forcast": "linearreg",
    "highestbars": "hhvbars",
    "ifelse": "iif",
    "linreg": "linearreg",
    "linregslope": "slope",
    "log": "ln",
    "lowestbars": "llvbars",
    "mdi": "minus_di",
    "mean": "sma",
    "momentum": "mom",
    "na": "isna",
    "pdi": "plus_di",
    "psar": "sar",
    "std": "stddev",
    "stdev": "stddev",
    "stdevp": "stddev",
    "stdp": "stddev",
    "stochastic": "stoch",
    "tr": "trange",
    "truerange": "trange",
    "variance": "var",
    "vma": "vwma",
    "vol": "volume",
    "wilders": "rma",
    "wpr": "willr",
    "xavg": "ema",
}

# Pine's ta.… and math.… whose arguments are ours and whose name is not; those of one name need no entry.
PINE_NAMES = {
    "crossover": "cross_above",
    "crossunder": "cross_below",
    "cross": "crosses",
    "highest": "hhv",
    "lowest": "llv",
    "stdev": "stddev",
    "variance": "var",
    "correlation": "correl",
    "cum": "cumsum",
    "wpr": "willr",
    "cmo": "cmou",
    "log": "ln",
    "obv": "obv()",
    "tr": "trange()",
}
# Pine's words that no single name of ours replaces.
PINE_NOTES = {
    "alma": "There is no alma here: hma and kama are averages that follow as closely.",
    "avg": "The mean of some values is (a + b) / 2.",
    "dmi": "Its three lines are plus_di(14), minus_di(14) and adx(14).",
    "highestbars": "hhvbars counts the bars upwards: 3 where Pine says -3.",
    "lowestbars": "llvbars counts the bars upwards: 3 where Pine says -3.",
    "kc": "The channel is kc(20, 10, 2).upper, around an average of the typical price.",
    "percentrank": "percentrank(close, 100) says which share of the last values lies below.",
    "pivothigh": "hhv(high, 5)[2] == high[2] says that the high of two bars ago was the highest of five.",
    "pivotlow": "llv(low, 5)[2] == low[2] says that the low of two bars ago was the lowest of five.",
    "supertrend": "The period comes first here: supertrend(10, 3).supertrend and .trend.",
    "swma": "There is no swma here: wma(close, 4) weights the last four bars.",
    "tsi": "The long period comes first here: tsi(close, 25, 13), on a scale of 100.",
    "vwap": "vwap() is that of the typical price and starts anew with each session.",
    "bb": "The bands are bbands(close, 20, 2, 2).upper, .middle and .lower.",
    "linreg": "The end of the fitted line is linearreg(close, 14).",
    "pow": "A power is a ^ b.",
    "rising": "every(close > close[1], 3) is three rises in a row.",
    "falling": "every(close < close[1], 3) is three falls in a row.",
    "sar": "The parabolic is sar(0.02, 0.2): its step and its greatest step.",
    "stoch": "Its lines are stoch(14, 3, 3).k and .d.",
    "cci": "cci(20) is that of the typical price.",
    "mfi": "mfi(14) is that of the typical price.",
}
# MetaStock's Mov(x, n, METHOD).
METASTOCK_AVERAGES = {
    "s": "sma",
    "simple": "sma",
    "e": "ema",
    "exponential": "ema",
    "w": "wma",
    "weighted": "wma",
    "tri": "trima",
    "triangular": "trima",
    "vol": "vwma",
    "volumeadjusted": "vwma",
}
# Calls of scripts that draw, order or set up; none is about what to look for.
SCRIPT_CALLS = (
    *(
        "plot",
        "plotshape",
        "plotchar",
        "bgcolor",
        "barcolor",
        "hline",
        "alertcondition",
        "indicator",
        "study",
    ),
    *(
        "addcolumn",
        "addtextcolumn",
        "setbarsrequired",
        "strategy",
        r"strategy\.\w+",
        "drawtext",
        "drawicon",
        "stickline",
    ),
)
