"""Why a formula is true, false or unknown on a bar: its conditions as a tree, with values and distances.

1. :func:`compile_explanation` takes a checked formula apart: ``and``, ``or``, ``not``, comparisons, crosses and the
   named lines that they use, down to the numbers that are compared. All parts go into one plan.
2. :meth:`Explainer.over` computes them over a symbol's bars, and :meth:`Explained.at` reads off one bar.

The distance of a comparison is how far it is from changing: positive while it holds, negative while it fails.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import FormulaError
from engine.formula import across
from engine.formula.check import NO_VALUES, CheckedText, check_text, in_order
from engine.formula.checker import Checker
from engine.formula.compiled import ranked
from engine.formula.evaluator import as_numbers, as_truth, run
from engine.formula.frames import Surroundings
from engine.formula.plan import Plan
from engine.formula.planner import Planner
from engine.formula.printer import print_node
from engine.formula.term import Findings
from engine.formula.tree import Call, Comparison, Logic, Name, Node, Not, Number, Offset
from engine.indicators.kernels import TRUE, UNKNOWN
from engine.market.bars import Bars, FloatArray

# What must hold now, and what one bar before.
_CROSSES = {"cross_above": (">", "<="), "cross_below": ("<", ">=")}
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Part:
    """One expression: its text, where its result stands in the plan, and the parts that it is made of.

    ``word`` is ``and``, ``or``, ``line`` for a named line, or the operator that compares the two ``sides``: results of
    the plan as well, a constant on the right.
    """

    text: str
    kind: Literal["number", "truth"]
    result: int
    parts: tuple[Part, ...] = ()
    word: str = ""
    sides: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a part says on one bar; ``value`` and ``truth`` are None where unknown or of the other kind.

    ``distance`` is how far a comparison is from changing, positive while it holds; ``threshold`` is its right side.
    """

    text: str
    kind: Literal["number", "truth"]
    value: float | None
    truth: bool | None
    distance: float | None = None
    threshold: float | None = None
    parts: tuple[Reading, ...] = ()

    @property
    def percent(self) -> float | None:
        """The distance in percent of the threshold, where that is not zero."""
        if self.distance is None or not self.threshold:
            return None
        return 100.0 * self.distance / abs(self.threshold)


@dataclass(frozen=True, slots=True)
class Explainer:
    """A formula taken apart; plain data that travels to workers.

    ``rank_passes`` are what must be ranked over the universe beforehand, as in a compiled scan.
    """

    canonical: str
    plan: Plan
    root: Part
    rank_passes: tuple[tuple[tuple[int, ...], Plan], ...] = ()

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plan and those of the rank passes."""
        return (self.plan, *(plan for _, plan in self.rank_passes))

    @property
    def conditions(self) -> tuple[Part, ...]:
        """What must all hold: the operands of the outermost ``and``, or the formula itself."""
        part = self.root
        while part.parts and part.word == "line":
            part = part.parts[0]
        return part.parts if part.word == "and" else (part,)

    def over(self, bars: Bars, surroundings: Surroundings | None = None) -> Explained:
        """Compute all parts over these bars; FormulaError for what one symbol alone cannot say."""
        return Explained(self, tuple(run(self.plan, bars, surroundings)), len(bars))

    def ranked(self, number: int, bars: Bars, surroundings: Surroundings) -> tuple[FloatArray, ...]:
        """Return what rank pass ``number`` ranks on these bars, one array per rank of the pass."""
        return ranked(self.rank_passes[number][1], bars, surroundings)


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """All parts of a formula over one symbol's bars."""

    explainer: Explainer
    results: tuple[NDArray[np.float64] | NDArray[np.int8], ...]
    size: int

    def at(self, bar: int) -> Reading:
        """Read off the whole tree on one bar."""
        return self._read(self.explainer.root, bar)

    def conditions_at(self, bar: int) -> tuple[Reading, ...]:
        """Read off each of the conditions on one bar."""
        return tuple(self._read(part, bar) for part in self.explainer.conditions)

    def truths_at(self, bar: int) -> tuple[bool | None, ...]:
        """Return the truth of each of the conditions on one bar."""
        return tuple(self._truth(part, bar) for part in self.explainer.conditions)

    def truth_of(self, part: Part) -> NDArray[np.int8]:
        """Return a condition's truth on every bar."""
        return as_truth(self.results[part.result], self.size)

    def numbers(self, result: int) -> FloatArray:
        """Return a number's values on every bar."""
        return as_numbers(self.results[result], self.size)

    def _read(self, part: Part, bar: int) -> Reading:
        parts = tuple(self._read(each, bar) for each in part.parts)
        if part.kind == "number":
            return Reading(part.text, "number", self._number(part.result, bar), None, parts=parts)
        distance = threshold = None
        if part.sides is not None:
            left, threshold = (self._number(side, bar) for side in part.sides)
            distance = _distance(part.word, left, threshold)
        return Reading(part.text, "truth", None, self._truth(part, bar), distance, threshold, parts)

    def _number(self, result: int, bar: int) -> float | None:
        value = float(self.numbers(result)[bar])
        return None if math.isnan(value) else value

    def _truth(self, part: Part, bar: int) -> bool | None:
        truth = int(self.truth_of(part)[bar])
        return None if truth == UNKNOWN else truth == TRUE


def compile_explanation(text: str, parameters: Mapping[str, float | str] = NO_VALUES) -> Explainer:
    """Take a formula apart; raises FormulaError with every problem of the text."""
    checked = check_text(text, parameters)
    if checked.formula is None:
        raise FormulaError(text, in_order(checked.findings.problems))
    return _Takedown(checked).explainer()


def parts_of(part: Part) -> Iterator[Part]:
    """Yield a part and everything that it is made of, the smallest parts first."""
    for inner in part.parts:
        yield from parts_of(inner)
    yield part


class _Takedown:
    """Makes parts of nodes while it collects their terms in one planner."""

    def __init__(self, checked: CheckedText) -> None:
        assert checked.formula is not None
        self._formula = checked.formula
        self._lines = checked.lines
        self._checker = Checker(Findings(""), {}, checked.lines)
        self._planner = Planner()
        _, self._names = self._planner.add_formula(checked.formula)
        self._results: list[int] = []

    def explainer(self) -> Explainer:
        root = self._part(self._formula.final)
        lines = [f"{line.name} := {print_node(line.expression)}" for line in self._formula.lines]
        text = "\n".join([*lines, print_node(self._formula.final)])
        passes = self._planner.rank_plans(self._results)
        return Explainer(text, self._planner.plan(self._results), root, passes)

    def _part(self, node: Node) -> Part:
        kind = self._checker.term(node).kind
        text, result = print_node(node), self._result(node)
        if isinstance(node, Name) and node.name in self._lines:
            inner = self._part(self._lines[node.name].node)
            return Part(text, "truth" if kind == "truth" else "number", result, (inner,), "line")
        if kind != "truth":
            return Part(text, "number", result)
        if isinstance(node, Comparison) and len(node.operators) == 1:
            return self._comparison(text, result, node)
        word = node.operator if isinstance(node, Logic) else "and" if isinstance(node, Comparison) else ""
        return Part(text, "truth", result, self._parts(_made_of(node)), word)

    def _comparison(self, text: str, result: int, node: Comparison) -> Part:
        (operator,), (left, right) = node.operators, node.operands
        terms = self._checker.term(left), self._checker.term(right)
        parts = self._parts(node.operands)
        if terms[0].kind != "number":
            return Part(text, "truth", result, parts)
        if terms[0].is_constant and not terms[1].is_constant:
            left, right, operator = right, left, _FLIPPED.get(operator, operator)
        sides = self._result(left), self._result(right)
        return Part(text, "truth", result, parts, operator, sides)

    def _parts(self, nodes: Sequence[Node]) -> tuple[Part, ...]:
        terms = ((node, self._checker.term(node)) for node in nodes)
        return tuple(self._part(node) for node, term in terms if not term.is_constant)

    def _result(self, node: Node) -> int:
        self._results.append(self._planner.add(node, self._names))
        return len(self._results) - 1


def _made_of(node: Node) -> Sequence[Node]:
    """Return the conditions and numbers that a condition is made of."""
    match node:
        case Logic(operands=operands):
            return operands
        case Not(operand=operand):
            return (operand,)
        case Comparison(operators=operators, operands=operands):
            pairs = zip(operators, operands[:-1], operands[1:], strict=True)
            return [Comparison((operator,), (left, right)) for operator, left, right in pairs]
        case Call(function=function, arguments=(left, right)) if function in _CROSSES:
            now, before = _CROSSES[function]
            past = [each if isinstance(each, Number) else Offset(each, Number(1.0)) for each in (left, right)]
            return Comparison((now,), (left, right)), Comparison((before,), tuple(past))
        case Call(function=function, arguments=arguments) if function not in across.NAMES:
            return arguments
        case _:
            return ()


def _distance(operator: str, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    if operator in {">", ">="}:
        return left - right
    if operator in {"<", "<="}:
        return right - left
    return abs(left - right) if operator == "!=" else -abs(left - right)
