"""What values an expression can take, and which of two is never below the other, on any bars whatever.

1. :func:`range_of` computes with intervals: prices are positive, RSI runs from 0 to 100, an average stays inside the
   range of what it averages.
2. :func:`never_below` knows orders that intervals do not show: high and close, a window's highest value and any
   value inside the window.

Both say only what holds for sure; what they do not know is unbounded or unordered. Not here: warnings (``lint``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.formula.tree import Arithmetic, Call, Name, Negative, Node, Number, Offset, Output

if TYPE_CHECKING:
    from engine.formula.term import Term

INF = math.inf


@dataclass(frozen=True, slots=True)
class Range:
    """The values from ``low`` to ``high``; ``is_open`` says that ``low`` itself is not among them."""

    low: float = -INF
    high: float = INF
    is_open: bool = False

    def always(self, operator: str, other: Range) -> bool | None:
        """Tell whether the comparison holds for all values (True), for none (False), or depends (None)."""
        if operator in {">", ">="}:
            return other.always({">": "<", ">=": "<="}[operator], self)
        apart = self.high < other.low or (self.high == other.low and other.is_open)
        if operator in {"==", "!="}:
            overlaps = not apart and not (other.high < self.low or (other.high == self.low and self.is_open))
            return None if overlaps else operator == "!="
        if apart or (operator == "<=" and self.high <= other.low):
            return True
        behind = self.low > other.high or (self.low == other.high and (operator == "<" or self.is_open))
        return False if behind else None


ANY = Range()
_PRICE = Range(0.0, INF, is_open=True)
_NOT_NEGATIVE = Range(0.0, INF)
_PERCENT = Range(0.0, 100.0)

FIELD_RANGES: Mapping[str, Range] = {
    **dict.fromkeys(("open", "high", "low", "close", "hl2", "hlc3", "ohlc4"), _PRICE),
    "volume": _NOT_NEGATIVE,
    "bar_index": _NOT_NEGATIVE,
    "month": Range(1, 12),
    "day": Range(1, 31),
    "dayofweek": Range(1, 7),
    "hour": Range(0, 23),
    "minute": Range(0, 59),
}

# Results that are pure numbers with limits of their own, whatever the prices.
OSCILLATORS: Mapping[str, Range] = {
    **dict.fromkeys(("adx", "adxr", "dx", "plus_di", "minus_di", "rsi", "mfi", "stoch", "stochf"), _PERCENT),
    **dict.fromkeys(("stochrsi", "ultosc", "imi", "percentrank", "aroon", "csrank"), _PERCENT),
    **dict.fromkeys(("aroonosc", "cmo", "cmou", "tsi"), Range(-100.0, 100.0)),
    **dict.fromkeys(("bop", "cmf", "correl"), Range(-1.0, 1.0)),
    "willr": Range(-100.0, 0.0),
    "er": Range(0.0, 1.0),
}
# Pure numbers without a limit.
UNITLESS = frozenset(
    {"cci", "ppo", "pvo", "roc", "rocp", "rocr", "rocr100", "trix", "zscore", "natr", "fosc"}
)
_NEVER_NEGATIVE = frozenset(
    {
        "abs",
        "atr",
        "natr",
        "trange",
        "stddev",
        "var",
        "avgdev",
        "vhf",
        "dollar_volume",
        "rvol",
        "streak",
        "barssince",
    }
)
# Their value lies between the least and the greatest of their first argument's.
_INSIDE = frozenset(
    {
        "sma",
        "ema",
        "rma",
        "wma",
        "trima",
        "vwma",
        "hhv",
        "llv",
        "median",
        "quantile",
        "midpoint",
        "percentile",
    }
)
_BELOW: Mapping[str, frozenset[str]] = {
    "high": frozenset({"open", "close", "low", "hl2", "hlc3", "ohlc4"}),
    **{name: frozenset({"low"}) for name in ("open", "close", "hl2", "hlc3", "ohlc4")},
}
_AVERAGES = frozenset({"sma", "wma", "median", "trima", "vwma", "quantile"})


def range_of(node: Node, lines: Mapping[str, Term], known: MutableMapping[str, Range]) -> Range:  # noqa: PLR0911  one per kind of node
    """Return the values that a normalised expression can take; ``known`` keeps those of named lines."""
    match node:
        case Number(value=value):
            return Range(value, value)
        case Name(name=name) if name in lines:
            if name not in known:
                known[name] = range_of(lines[name].node, lines, known)
            return known[name]
        case Name(name=name):
            return FIELD_RANGES.get(name, ANY)
        case Offset(source=source):
            return range_of(source, lines, known)
        case Negative(operand=operand):
            inner = range_of(operand, lines, known)
            return Range(-inner.high, -inner.low)
        case Arithmetic(operator=operator, left=left, right=right):
            return _arithmetic(operator, range_of(left, lines, known), range_of(right, lines, known))
        case Output(source=Call(function=function), name=output):
            return (
                Range(-1.0, 1.0)
                if (function, output) == ("supertrend", "trend")
                else OSCILLATORS.get(function, ANY)
            )
        case Call():
            return _of_call(node, lines, known)
        case _:
            return ANY


def _of_call(  # noqa: PLR0911  one return per family
    node: Call, lines: Mapping[str, Term], known: MutableMapping[str, Range]
) -> Range:
    name, arguments = node.function, node.arguments
    if name in OSCILLATORS:
        return OSCILLATORS[name]
    if name in _NEVER_NEGATIVE:
        return _NOT_NEGATIVE
    if name in _INSIDE:
        return range_of(arguments[0], lines, known)
    if name in {"count", "hhvbars", "llvbars"} and isinstance(arguments[1], Number):
        return Range(0.0, arguments[1].value - (name != "count"))
    if name == "sign":
        return Range(-1.0, 1.0)
    if name in {"max", "min"}:
        return _extreme(name, [range_of(argument, lines, known) for argument in arguments])
    if name in {"iif", "nz"}:
        one, other = (range_of(argument, lines, known) for argument in arguments[-2:])
        low = min(one.low, other.low)
        return Range(
            low, max(one.high, other.high), all(each.is_open or each.low > low for each in (one, other))
        )
    return ANY


def _extreme(name: str, ranges: list[Range]) -> Range:
    pick = max if name == "max" else min
    low = pick(each.low for each in ranges)
    at_low = [each.is_open for each in ranges if each.low == low]
    is_open = any(at_low) if name == "max" else all(at_low)
    return Range(low, pick(each.high for each in ranges), is_open)


def _arithmetic(operator: str, left: Range, right: Range) -> Range:
    if operator == "+":
        return Range(left.low + right.low, left.high + right.high, left.is_open or right.is_open)
    if operator == "-":
        return Range(left.low - right.high, left.high - right.low)
    if operator == "/" and right.low == right.high and right.low != 0:
        operator, right = "*", Range(1 / right.low, 1 / right.low)
    if operator == "*":
        corners = [_product(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
        is_open = (left.is_open and right.low > 0) or (right.is_open and left.low > 0)
        return Range(min(corners), max(corners), is_open or (left.is_open and right.is_open))
    if operator == "/" and left.low >= 0 and right.low >= 0:
        return _NOT_NEGATIVE
    return ANY


def _product(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


# ------------------------------------------------------------------------------------------------- order


def resolve(node: Node, lines: Mapping[str, Term]) -> Node:
    """Return what a named line stands for; a name is only ever that of an earlier line."""
    while isinstance(node, Name) and node.name in lines:
        node = lines[node.name].node
    return node


def never_below(upper: Node, lower: Node, lines: Mapping[str, Term], *, steps: int = 6) -> bool:
    """Tell whether ``upper`` is at least ``lower`` on every bar on which both are known."""
    upper, lower = resolve(upper, lines), resolve(lower, lines)
    if upper == lower:
        return True
    if steps == 0:
        return False
    if isinstance(upper, Name) and isinstance(lower, Name):
        return lower.name in _BELOW.get(upper.name, ())
    if isinstance(upper, Offset) and isinstance(lower, Offset) and upper.bars == lower.bars:
        return never_below(upper.source, lower.source, lines, steps=steps - 1)
    upper, lower = _as_window(upper), _as_window(lower)
    return _above(upper, lower, lines, steps - 1) or _under(upper, lower, lines, steps - 1)


def _above(upper: Node, lower: Node, lines: Mapping[str, Term], steps: int) -> bool:
    """Use what the larger one is: a highest value of its window, or the largest of several."""
    if not isinstance(upper, Call):
        return False
    if upper.function == "hhv":
        inside = upper.arguments[0]
        if _is_shorter_window(lower, upper):
            assert isinstance(lower, Call)
            return never_below(inside, lower.arguments[0], lines, steps=steps)
        return never_below(inside, lower, lines, steps=steps)
    if upper.function == "max" and len(upper.arguments) <= 3:
        return any(never_below(argument, lower, lines, steps=steps) for argument in upper.arguments)
    return False


def _under(upper: Node, lower: Node, lines: Mapping[str, Term], steps: int) -> bool:
    """Use what the smaller one is: a lowest value of its window, or the smallest of several."""
    if not isinstance(lower, Call):
        return False
    if lower.function == "llv":
        inside = lower.arguments[0]
        if _is_shorter_window(upper, lower):
            assert isinstance(upper, Call)
            return never_below(upper.arguments[0], inside, lines, steps=steps)
        return never_below(upper, inside, lines, steps=steps)
    if lower.function == "min" and len(lower.arguments) <= 3:
        return any(never_below(upper, argument, lines, steps=steps) for argument in lower.arguments)
    return False


def _is_shorter_window(inner: Node, outer: Call) -> bool:
    if not isinstance(inner, Call) or inner.function not in _AVERAGES | {outer.function}:
        return False
    bars, most = inner.arguments[1], outer.arguments[1]
    return isinstance(bars, Number) and isinstance(most, Number) and bars.value <= most.value


def _as_window(node: Node) -> Node:
    """Write the bands of a Donchian channel as the windows that they are."""
    if isinstance(node, Output) and isinstance(node.source, Call) and node.source.function == "donchian":
        bars = node.source.arguments[0]
        if node.name == "upper":
            return Call("hhv", (Name("high"), bars))
        if node.name == "lower":
            return Call("llv", (Name("low"), bars))
    return node
