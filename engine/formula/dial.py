"""The number at a place of a formula as something to turn: between which values, in which steps.

1. :func:`dial_at` finds the number that stands there and what it is for: a period, a number of bars ago, or one side
   of a comparison.
2. A period goes from its least value to five times what it is, a threshold over all values that the other side can
   take (RSI: 0 to 100), any other number to twice its size. Whole numbers stay whole.

A text with problems has dials as well, as long as its brackets close. Not here: the text that turning leaves
(:meth:`Dial.text_of` gives the number alone), and evaluating it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from engine.formula.check import NO_VALUES, check_text
from engine.formula.functions import index
from engine.formula.functions.definition import Argument
from engine.formula.printer import print_node
from engine.formula.ranges import ANY, Range, range_of
from engine.formula.term import Term
from engine.formula.tree import Call, Comparison, Formula, Node, Number, Offset, children

_TIMES = 5
# How many steps a dial has from end to end.
_LEAST_STOPS, _MOST_STOPS = 20, 100
_CROSSES = frozenset({"cross_above", "cross_below", "crosses"})

# A number's node, the node around it, and which of that one's children it is.
_Place: TypeAlias = tuple[Number, Node | None, int]


@dataclass(frozen=True, slots=True)
class Dial:
    """A number of a text, from character ``start`` to ``end``, exclusive; ``what`` is where it stands, in words."""

    start: int
    end: int
    value: float
    low: float
    high: float
    step: float
    what: str

    @property
    def decimals(self) -> int:
        """How many digits after the point its values have."""
        return max(0, -math.floor(math.log10(self.step) + 1e-9))

    @property
    def stops(self) -> int:
        """How many steps there are from end to end."""
        return round((self.high - self.low) / self.step)

    def at(self, stop: int) -> float:
        """Return the value so many steps from the low end."""
        return min(self.high, max(self.low, round(self.low + stop * self.step, self.decimals)))

    def stop_of(self, value: float) -> int:
        """Return how many steps from the low end a value stands, about."""
        return round((value - self.low) / self.step)

    def stepped(self, steps: int) -> float:
        """Return the value so many steps from the present one; a period stops at its least."""
        wanted = round(self.value + steps * self.step, self.decimals)
        return max(self.low, wanted) if steps < 0 else wanted

    def text_of(self, value: float) -> str:
        """Return a value as it is written into the text."""
        return f"{value:.{self.decimals}f}"


def dial_at(text: str, position: int, parameters: Mapping[str, float | str] = NO_VALUES) -> Dial | None:
    """Return the dial of the number that stands at a place of a text, or touches it; None where none does."""
    lines: Mapping[str, Term] = {}
    checked = check_text(text, parameters)
    formula, lines = checked.formula, checked.lines
    if formula is None:
        from engine.formula.parser import parse  # noqa: PLC0415  a tenth of a second that workers must not pay

        formula, lines = parse(text).formula, {}
    place = _number_at(formula, position) if formula is not None else None
    if place is None:
        return None
    number, around, which = place
    start, end = number.span
    # A parameter is a number in another place.
    if text[start : start + 1] == ":":
        return None
    is_whole = not set(text[start:end]) & set(".eE")
    limits = _limits(number.value, around, which, lines, is_whole=is_whole)
    low, high = min(limits.low, number.value), max(limits.high, number.value)
    dial = Dial(start, end, number.value, low, high, _step(text[start:end], low, high, is_whole=is_whole), "")
    return replace(dial, what=print_node(around) if around is not None else "")


def _number_at(formula: Formula, position: int) -> _Place | None:
    for root in (*(line.expression for line in formula.lines), formula.final):
        for number, around, which in _numbers(root):
            if number.span.start <= position <= number.span.end and number.span.start < number.span.end:
                return number, around, which
    return None


def _numbers(root: Node) -> Iterator[_Place]:
    waiting: list[tuple[Node, Node | None, int]] = [(root, None, 0)]
    while waiting:
        node, around, which = waiting.pop()
        if isinstance(node, Number):
            yield node, around, which
        waiting += [(child, node, place) for place, child in enumerate(children(node))]


def _limits(
    value: float, around: Node | None, which: int, lines: Mapping[str, Term], *, is_whole: bool
) -> Range:
    size = abs(value)
    usual = Range(0.0 if value >= 0 else -2 * size, 2 * size if size else 10.0 if is_whole else 1.0)
    match around:
        case Offset() if which == 1:
            return Range(0.0, max(_TIMES * size, 10.0))
        case Comparison(operands=operands):
            neighbours = operands[max(0, which - 1) : which] + operands[which + 1 : which + 2]
            return _finite([range_of(each, lines, {}) for each in neighbours], usual)
        case Call(function=name, arguments=arguments) if name in _CROSSES:
            return _finite([range_of(arguments[1 - which], lines, {})], usual)
        case Call(function=name):
            argument = _argument(name, which)
            if argument is not None and argument.is_constant:
                return _of_argument(argument, size, usual)
        case _:
            pass
    return usual


def _finite(ranges: list[Range], otherwise: Range) -> Range:
    """Return the limits of the first range that has both."""
    for each in ranges:
        if each != ANY and math.isfinite(each.low) and math.isfinite(each.high):
            return each
    return otherwise


def _argument(name: str, which: int) -> Argument | None:
    function = index.find(name)
    if function is None or not function.arguments:
        return None
    return function.arguments[min(which, len(function.arguments) - 1)]


def _of_argument(argument: Argument, size: float, usual: Range) -> Range:
    least, greatest = argument.limits()
    if argument.kind == "period":
        return Range(max(least, 1.0 if least <= 1 else least), min(greatest, max(_TIMES * size, 10.0)))
    return Range(max(least, usual.low), min(greatest, max(usual.high, 1.0)))


def _step(text: str, low: float, high: float, *, is_whole: bool) -> float:
    """Return 1, 10, … for whole numbers; else the last digit that is written, or a finer one where that is coarse."""
    reach = high - low
    if is_whole:
        # Up to ten thousand of anything each one counts: bars, prices, percent.
        return 1.0 if reach <= 10_000 else float(10 ** math.floor(math.log10(reach / _MOST_STOPS)))
    plain = text.lower().partition("e")
    power = -len(plain[0].partition(".")[2]) if not plain[1] else math.floor(math.log10(reach or 1.0)) - 2
    while reach and reach / 10.0**power < _LEAST_STOPS:
        power -= 1
    return float(10.0**power)
