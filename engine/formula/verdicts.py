"""What can never hold and what must always hold, by the values that its sides can take, and why.

Here: verdicts and their reasons as words. Not here: which of them a user is told (``lint``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.formula.printer import print_node, print_number
from engine.formula.ranges import ANY, INF, Range, never_below, range_of, resolve
from engine.formula.term import Findings, Term
from engine.formula.tree import Comparison, Logic, Node, Number, Span

_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


class Verdicts:
    """Judges comparisons of one text, whose named lines are ``lines``."""

    def __init__(self, lines: Mapping[str, Term], findings: Findings) -> None:
        self._lines = lines
        self._findings = findings

    def outcome(self, operator: str, left: Term, right: Term) -> bool | None:
        """Return whether the comparison holds on every bar, on none (False), or depends (None)."""
        if (holds := self._range(left).always(operator, self._range(right))) is not None:
            return holds
        if operator in {"<", ">="} and never_below(left.node, right.node, self._lines):
            return operator == ">="
        if operator in {">", "<="} and never_below(right.node, left.node, self._lines):
            return operator == "<="
        return operator == "==" if operator in {"==", "!="} and self._are_same(left, right) else None

    def reason(self, left: Term, right: Term) -> str:  # noqa: PLR0911  one per reason
        """Say why a comparison has an outcome."""
        one, other = self._findings.words(left.span), self._findings.words(right.span)
        if left.is_constant and right.is_constant:
            return "both sides are fixed numbers"
        if self._are_same(left, right):
            return "both sides are the same"
        if right.is_constant:
            return f"{one} is {_limits(self._range(left))}"
        if left.is_constant:
            return f"{other} is {_limits(self._range(right))}"
        if never_below(left.node, right.node, self._lines):
            return f"{one} is never below {other}"
        if never_below(right.node, left.node, self._lines):
            return f"{one} is never above {other}"
        return f"{one} is {_limits(self._range(left))} and {other} is {_limits(self._range(right))}"

    def contradictions(self, node: Logic) -> Iterator[tuple[Span, str]]:
        """Yield where the operands of an *and* leave an expression no value, and which expression."""
        allowed: dict[Node, tuple[Range, Span]] = {}
        for value, operator, number, span in self._limits_of(node):
            before, first = allowed.get(value, (ANY, span))
            if before.always(operator, Range(number, number)) is False:
                if before != ANY:
                    yield Span(min(first.start, span.start), max(first.end, span.end)), print_node(value)
                allowed[value] = (ANY, span)
            else:
                allowed[value] = (_narrowed(before, operator, number), first)

    def _limits_of(self, node: Logic) -> Iterator[tuple[Node, str, float, Span]]:
        for operand in node.operands:
            if not isinstance(operand, Comparison):
                continue
            pairs = zip(operand.operators, operand.operands[:-1], operand.operands[1:], strict=True)
            for operator, left, right in pairs:
                one, other = resolve(left, self._lines), resolve(right, self._lines)
                if isinstance(other, Number) and not isinstance(one, Number):
                    yield one, operator, other.value, operand.span
                elif isinstance(one, Number) and not isinstance(other, Number):
                    yield other, _FLIPPED.get(operator, operator), one.value, operand.span

    def _range(self, term: Term) -> Range:
        return range_of(term.node, self._lines, self._findings.ranges)

    def _are_same(self, left: Term, right: Term) -> bool:
        return resolve(left.node, self._lines) == resolve(right.node, self._lines)


def _narrowed(before: Range, operator: str, number: float) -> Range:
    if operator in {">", ">="} and number >= before.low:
        return Range(number, before.high, operator == ">" or (before.is_open and number == before.low))
    if operator in {"<", "<="} and number <= before.high:
        return Range(before.low, number, before.is_open)
    return Range(number, number) if operator == "==" else before


def _limits(limits: Range) -> str:
    low, high = print_number(limits.low), print_number(limits.high)
    if limits.high == INF:
        return f"always above {low}" if limits.is_open else f"never below {low}"
    return f"never above {high}" if limits.low == -INF else f"always between {low} and {high}"
