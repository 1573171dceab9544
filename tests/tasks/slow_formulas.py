"""A slow, obvious interpreter of formulas, bar by bar over lists; what the planner and the kernels must agree with.

None is unknown. Nothing here is shared with the engine but the syntax tree.
"""

from __future__ import annotations

import math
import statistics
from decimal import ROUND_HALF_UP, Decimal

from engine.formula.tree import (
    Arithmetic,
    Call,
    Comparison,
    Logic,
    Name,
    Negative,
    Not,
    Number,
    Offset,
    Truth,
)


class Slow:
    """Evaluates a tree bar by bar with lists; None is unknown. As plain as it can be."""

    def __init__(self, bars):
        self.size = len(bars)
        self.days = [moment.date() for moment in bars.timestamp.tolist()]
        self.fields = {
            name: [None if math.isnan(x) else x for x in bars.field(name).tolist()]
            for name in ("open", "high", "low", "close", "volume")
        }

    def of(self, node):
        match node:
            case Number(value=value) | Truth(value=value):
                return [value] * self.size
            case Name(name=name):
                return self.fields[name]
            case Negative(operand=operand):
                return [None if x is None else -x for x in self.of(operand)]
            case Not(operand=operand):
                return [None if x is None else not x for x in self.of(operand)]
            case Arithmetic(operator=operator, left=left, right=right):
                return [
                    arithmetic(operator, *pair) for pair in zip(self.of(left), self.of(right), strict=True)
                ]
            case Comparison(operators=operators, operands=operands):
                parts = [self.of(operand) for operand in operands]
                pairs = [
                    [compare(operator, *pair) for pair in zip(left, right, strict=True)]
                    for operator, left, right in zip(operators, parts[:-1], parts[1:], strict=True)
                ]
                return [conjunction(row) for row in zip(*pairs, strict=True)]
            case Logic(operator=operator, operands=operands):
                decide = conjunction if operator == "and" else disjunction
                return [decide(row) for row in zip(*map(self.of, operands), strict=True)]
            case Offset(source=source, bars=Number(value=bars)):
                return self.windowed(lambda seen: seen[-1 - int(bars)][0], int(bars) + 1, self.of(source))
            case Call(function=function, arguments=arguments):
                return self.call(function, arguments)
        raise AssertionError(node)

    def windowed(self, function, needed, *series):
        """Apply to the rows seen so far on which all series are known."""
        result, seen = [], []
        for row in zip(*series, strict=True):
            if None in row:
                result.append(None)
                continue
            seen.append(row)
            result.append(function(seen) if len(seen) >= needed else None)
        return result

    def call(self, name, arguments):
        if name in {"dollar_volume", "vwap"}:
            return getattr(self, name)(*arguments)
        first = self.of(arguments[0])
        if name == "isna":
            return [x is None for x in first]
        if name in {"max", "min", "nz", "iif"}:
            rows = zip(*map(self.of, arguments), strict=True)
            return [ELEMENTWISE[name](*row) for row in rows]
        if name in CROSSES:
            return self.windowed(
                lambda seen: CROSSES[name](seen[-2], seen[-1]), 2, first, self.of(arguments[1])
            )
        if name in SINGLE:
            return [None if x is None else SINGLE[name](x) for x in first]
        if name == "valuewhen":
            back = int(arguments[2].value)
            return self.windowed(lambda seen: value_when(seen, back), 1, first, self.of(arguments[1]))
        if name == "change":
            bars = int(arguments[1].value)
            return self.windowed(lambda seen: seen[-1][0] - seen[-1 - bars][0], bars + 1, first)
        if name in {"barssince", "streak"}:
            return self.windowed(EVENTS[name], 1, first)
        bars = int(arguments[1].value)
        if name == "round":
            return [None if x is None else rounded(x, bars) for x in first]
        if name == "quantile":
            share = arguments[2].value
            return self.windowed(lambda seen: quantile([row[0] for row in seen[-bars:]], share), bars, first)
        if name in {"count", "every", "exists"}:
            parts = [first[end - bars : end] if end >= bars else None for end in range(1, self.size + 1)]
            return [None if part is None else TALLY[name](part) for part in parts]
        return self.windowed(lambda seen: WINDOWS[name]([row[0] for row in seen[-bars:]]), bars, first)

    def vwap(self):
        """Start anew on each day; a bar without a volume is left out."""
        result, day, traded, paid = [], None, 0.0, 0.0
        rows = zip(
            self.days, *(self.fields[name] for name in ("high", "low", "close", "volume")), strict=True
        )
        for today, high, low, close, volume in rows:
            if today != day:
                day, traded, paid = today, 0.0, 0.0
            if volume is not None:
                traded += volume
                paid += (high + low + close) / 3 * volume
            result.append(paid / traded if volume is not None and traded else None)
        return result

    def dollar_volume(self, period):
        bars = int(period.value)
        return self.windowed(
            lambda seen: sum(close * volume for close, volume in seen[-bars:]) / bars,
            bars,
            self.fields["close"],
            self.fields["volume"],
        )


def arithmetic(operator, a, b):
    if a is None or b is None or (operator in "/%" and b == 0):
        return None
    if operator == "^":
        return power(a, b)
    return {"+": a + b, "-": a - b, "*": a * b, "/": a / (b or 1), "%": a % (b or 1)}[operator]


def power(base, exponent):
    if (base == 0 and exponent < 0) or (base < 0 and exponent != int(exponent)):
        return None
    return base**exponent


def rounded(value, digits):
    return float(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def quantile(part, share):
    """Return the value at that share of the way from the lowest to the highest, linear between neighbours."""
    ordered = sorted(part)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def zscore(part):
    return None if min(part) == max(part) else (part[-1] - statistics.fmean(part)) / statistics.pstdev(part)


def slope(part):
    """Return the slope of the line through the points with the least squares."""
    middle, mean = (len(part) - 1) / 2, sum(part) / len(part)
    rise = sum((place - middle) * (value - mean) for place, value in enumerate(part))
    return rise / sum((place - middle) ** 2 for place in range(len(part)))


def compare(operator, a, b):
    if a is None or b is None:
        return None
    return {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b, "==": a == b, "!=": a != b}[operator]


def conjunction(row):
    return False if False in row else (None if None in row else True)


def disjunction(row):
    return True if True in row else (None if None in row else False)


def bars_since(seen):
    return next((ago for ago, row in enumerate(reversed(seen)) if row[0]), None)


def streak(seen):
    return next((ago for ago, row in enumerate(reversed(seen)) if not row[0]), len(seen))


def value_when(seen, back):
    values = [value for condition, value in reversed(seen) if condition]
    return values[back] if back < len(values) else None


def crosses_above(before, now):
    return now[0] > now[1] and before[0] <= before[1]


def crosses_below(before, now):
    return now[0] < now[1] and before[0] >= before[1]


CROSSES = {
    "cross_above": crosses_above,
    "cross_below": crosses_below,
    "crosses": lambda before, now: crosses_above(before, now) or crosses_below(before, now),
}
SINGLE = {"abs": abs, "sign": lambda x: (x > 0) - (x < 0)}
EVENTS = {"barssince": bars_since, "streak": streak}
TALLY = {
    "count": lambda part: None if None in part else part.count(True),
    "every": conjunction,
    "exists": disjunction,
}
WINDOWS = {
    "sma": lambda part: sum(part) / len(part),
    "hhv": max,
    "llv": min,
    "median": statistics.median,
    "hhvbars": lambda part: part[::-1].index(max(part)),
    "llvbars": lambda part: part[::-1].index(min(part)),
}
# Their last digit depends on the order of the additions: they are compared, and nothing is computed from them.
INEXACT = {"zscore": zscore, "slope": slope}
WINDOWS |= INEXACT
OTHERS = frozenset(
    {
        "vwap",
        "isna",
        "valuewhen",
        "change",
        "round",
        "quantile",
        "dollar_volume",
        *("max", "min", "nz", "iif"),
    }
)
KNOWN = frozenset({*CROSSES, *SINGLE, *EVENTS, *TALLY, *WINDOWS, *OTHERS})
ELEMENTWISE = {
    "max": lambda *row: None if None in row else max(row),
    "min": lambda *row: None if None in row else min(row),
    "nz": lambda value, instead: instead if value is None else value,
    "iif": lambda condition, yes, no: None if condition is None else (yes if condition else no),
}
