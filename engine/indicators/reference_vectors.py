"""Other libraries' published results, which of our formulas must agree with them, and why some do not.

Here: the table as data. A test compares every row with the published files (which are not part of the program), and
the reference page on differences is written from it. Not here: the files, or any computation.

Sources: *Stock.Indicators* publishes regression results over 502 daily bars; *ta* publishes StockCharts' worked
examples, mostly of 30 bars; *Tulip* publishes short vectors of three decimals, some of them from Achelis' book.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["Stock.Indicators", "ta", "Tulip"]

# Instead of a bar's number: only the last bar of the vector is compared.
LAST_BAR = -1


@dataclass(frozen=True, slots=True)
class Comparison:
    """One published series and the formula that must give it.

    ``result`` and ``output`` name the series in its source. The values agree from bar ``from_bar`` of the series (0 is
    the first) to ``tolerance`` of the largest published value; before that ``because`` names the difference. When
    ``differs_by`` is set they do not agree at all: the largest difference is at least that share. ``early`` is by how
    many bars the published value stands before the bar on which it can be known. ``changes`` compares bar-to-bar
    changes, where only the level differs. Tulip's vectors are computed from ``inputs``, the first letters of fields,
    and every vector of that name is compared; ``{0}`` in the formula is its first parameter.
    """

    function: str
    source: Source
    result: str
    output: str
    formula: str
    from_bar: int = 0
    tolerance: float = 1e-9
    because: str | None = None
    differs_by: float | None = None
    early: int = 0
    changes: bool = False
    inputs: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Why a published result is not ours on some or all bars."""

    what: str
    why: str


DIFFERENCES: dict[str, Difference] = {
    "directional seed": Difference(
        "The first values of the directional indicators differ; the difference fades.",
        "TA-Lib's first Wilder sum holds n - 1 moves, the other libraries' holds n. Wilder smoothing forgets the "
        "difference at the rate 1 - 1/n per bar.",
    ),
    "adxr distance": Difference(
        "ADXR differs for good.",
        "TA-Lib averages today's ADX with that of n - 1 bars ago, Stock.Indicators with that of n bars ago: "
        "(adx(14) + adx(14)[14]) / 2 gives theirs.",
    ),
    "nested seed": Difference(
        "Averages of averages differ on the first bars; the difference fades.",
        "TA-Lib starts each inner average where the one before it becomes valid, seeded with a mean of n values. The "
        "other library starts all of them at once, or with the first value.",
    ),
    "filter start": Difference(
        "The first values differ; the difference fades.",
        "The filters of the Hilbert transform begin on other bars: TA-Lib waits until they are filled.",
    ),
    "first value seed": Difference(
        "The first values differ; the difference fades.",
        "The other library starts the average with the first value of the series, TA-Lib with the mean of the first n. "
        "An EMA forgets the difference at the rate 1 - 2/(n + 1) per bar.",
    ),
    "zero seed": Difference(
        "The first values differ; the difference fades.",
        "The example starts both averages with zero at the first bar instead of the mean of the first n changes. From "
        "bar 150 on RSI 14 differs by less than 0.005.",
    ),
    "aligned start": Difference(
        "The first values of MACD differ; the difference fades.",
        "TA-Lib starts the fast and the slow average on the same bar, the other library starts each as soon as it can.",
    ),
    "cumulative start": Difference(
        "The first values of the oscillator differ; the difference fades.",
        "TA-Lib starts both averages with the first value of the accumulation line, the other library with a mean.",
    ),
    "chande smoothing": Difference(
        "CMO really differs, on every bar.",
        "TA-Lib smooths gains and losses after Wilder, as in RSI; the other libraries sum them plainly, as Chande did. "
        "cmou is the plain one and equals theirs.",
    ),
    "ties": Difference(
        "Aroon differs on the few bars where two bars of the window share the extreme.",
        "TA-Lib counts from the most recent one, as hhvbars and llvbars do; Stock.Indicators from the oldest.",
    ),
    "window without today": Difference(
        "The Donchian channel differs on every bar.",
        "Stock.Indicators leaves the current bar out of the window, ours (and ta's) includes it: hhv(high, 20)[1] "
        "gives theirs.",
    ),
    "drawn in the past": Difference(
        "Each value is published some bars before ours.",
        "The other library writes the value at the bar that it is about, where it could not be known yet. Ours stands "
        "on the bar on which it becomes known, so that no scan sees the future.",
    ),
    "typical price": Difference(
        "The Keltner channel differs on every bar.",
        "TA-Lib's middle is an EMA of the typical price (high + low + close) / 3, the other library's is one of the "
        "close: ema(close, 20) + 2 * atr(10) gives theirs.",
    ),
    "first volume": Difference(
        "OBV differs by a fixed amount.",
        "TA-Lib starts with the volume of the first bar, the other library with zero. Changes are equal.",
    ),
    "first direction": Difference(
        "The parabolic differs up to its first reversals.",
        "The programs guess differently in which direction the first trend goes; after the next reversals they agree.",
    ),
    "reversal bar": Difference(
        "The parabolic differs on single bars at a reversal.",
        "Where the bar that reverses is itself the extreme, TA-Lib's new stop lies beyond this very bar, "
        "Stock.Indicators' one bar later.",
    ),
    "whole periods": Difference(
        "The dominant cycle differs on every bar.",
        "Stock.Indicators publishes it as a whole number of bars, TA-Lib with its fraction.",
    ),
    "first bar's range": Difference(
        "The first values differ; the difference fades.",
        "Tulip counts high - low of the first bar as its true range. TA-Lib leaves the first bar out, because it has "
        "no close before it.",
    ),
    "rounded factor": Difference(
        "The example's TSI differs in its fourth digit.",
        "Its sheet smooths with 0.07692 where 2 / 26 is meant.",
    ),
}
