"""Trees to a plan: a list of steps in which each distinct term is computed once.

1. :meth:`Planner.add` lowers a normalised tree to terms, from the leaves up. A term is an operation, the numbers of
   its input terms and its constants; a term that is there already is not added again. So what formula, columns and
   named lines have in common is computed once.
2. :meth:`Planner.plan` keeps the terms that the asked-for results need, in order, and notes after which step each
   array has had its last user.

A plan is plain data: it travels to the workers. Not here: computation (``evaluator``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.formula.functions import index
from engine.formula.tree import (
    Arithmetic,
    Call,
    Comparison,
    Formula,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Offset,
    Output,
    Parameter,
    Text,
    Truth,
)
from engine.indicators.catalogue import AVERAGES

Constant = float | str


@dataclass(frozen=True, slots=True)
class Step:
    """One operation over earlier steps' results; ``done`` are the steps whose results nobody needs afterwards."""

    operation: str
    inputs: tuple[int, ...]
    constants: tuple[Constant, ...]
    done: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in an order in which they can run, and which of them are the results."""

    steps: tuple[Step, ...]
    results: tuple[int, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are read, sorted."""
        found = {str(step.constants[0]) for step in self.steps if step.operation == "field"}
        for step in self.steps:
            if step.operation == "call":
                function = index.find(str(step.constants[0]))
                found |= set(function.implied) if function is not None else set()
        return tuple(sorted(found))


class Planner:
    """Collects the terms of any number of trees."""

    def __init__(self) -> None:
        self.terms: list[Step] = []
        self._numbers: dict[Step, int] = {}

    def add_formula(
        self, formula: Formula, outer: Mapping[str, int] | None = None
    ) -> tuple[int, dict[str, int]]:
        """Add a formula; return the term of its last expression and those of its named lines."""
        names = dict(outer or {})
        for line in formula.lines:
            names[line.name] = self.add(line.expression, names)
        return self.add(formula.final, names), names

    def add(self, node: Node, names: Mapping[str, int]) -> int:  # noqa: PLR0911  one return per kind of node
        """Add a normalised tree and return its term; ``names`` are the terms of named lines."""
        match node:
            case Number() | Truth() | Name():
                return self._leaf(node, names)
            case Call():
                return self._call(node, names)
            case Output(source=Call() as source, name=name):
                return self._output(source, name, names)
            case Offset(source=source, bars=Number(value=bars)):
                inner = self.add(source, names)
                return self._term("ago", (inner,), (bars,)) if bars else inner
            case Negative(operand=operand):
                return self._term("negative", (self.add(operand, names),))
            case Not(operand=operand):
                return self._term("not", (self.add(operand, names),))
            case Arithmetic(operator=operator, left=left, right=right):
                return self._term(operator, (self.add(left, names), self.add(right, names)))
            case Comparison():
                return self._comparison(node, names)
            case Logic(operator=operator, operands=operands):
                return self._term(operator, tuple(self.add(operand, names) for operand in operands))
            case Output() | Offset() | Parameter() | Text():
                message = f"the checker lets no {type(node).__name__} like this through"
                raise TypeError(message)

    def plan(self, results: Sequence[int]) -> Plan:
        """Return the steps that ``results`` need."""
        needed: set[int] = set()
        waiting = list(results)
        while waiting:
            number = waiting.pop()
            if number not in needed:
                needed.add(number)
                waiting += self.terms[number].inputs
        order = sorted(needed)
        place = {number: position for position, number in enumerate(order)}
        last_user = {number: number for number in order}
        for number in order:
            for given in self.terms[number].inputs:
                last_user[given] = number
        done: dict[int, list[int]] = {number: [] for number in order}
        for number in order:
            if number not in results:
                done[last_user[number]].append(place[number])
        steps = tuple(
            Step(
                self.terms[number].operation,
                tuple(place[given] for given in self.terms[number].inputs),
                self.terms[number].constants,
                tuple(done[number]),
            )
            for number in order
        )
        return Plan(steps, tuple(place[number] for number in results))

    def _leaf(self, node: Number | Truth | Name, names: Mapping[str, int]) -> int:
        if isinstance(node, Name):
            return names[node.name] if node.name in names else self._term("field", (), (node.name,))
        return self._term("number" if isinstance(node, Number) else "truth", (), (float(node.value),))

    def _call(self, node: Call, names: Mapping[str, int]) -> int:
        function = index.find(node.function)
        if function is None:
            message = f"the checker lets no function '{node.function}' through"
            raise TypeError(message)
        inputs: list[int] = []
        constants: list[Constant] = [function.name]
        count = len(function.arguments)
        for position, given in enumerate(node.arguments):
            argument = function.arguments[min(position, count - 1)]
            if not argument.is_constant:
                inputs.append(self.add(given, names))
            elif isinstance(given, Number):
                constants.append(given.value)
            elif isinstance(given, Text):
                constants.append(float(AVERAGES[given.value]))
        inputs += [self._term("field", (), (field,)) for field in function.implied]
        return self._term("call", tuple(inputs), tuple(constants))

    def _output(self, source: Call, name: str, names: Mapping[str, int]) -> int:
        function = index.find(source.function)
        number = function.output_named(name) if function is not None else None
        return self._term("output", (self._call(source, names),), (float(number or 0),))

    def _comparison(self, node: Comparison, names: Mapping[str, int]) -> int:
        terms = [self.add(operand, names) for operand in node.operands]
        pairs = [
            self._term(operator, (left, right))
            for operator, left, right in zip(node.operators, terms[:-1], terms[1:], strict=True)
        ]
        return pairs[0] if len(pairs) == 1 else self._term("and", tuple(pairs))

    def _term(self, operation: str, inputs: tuple[int, ...], constants: tuple[Constant, ...] = ()) -> int:
        step = Step(operation, inputs, constants)
        if step not in self._numbers:
            self._numbers[step] = len(self.terms)
            self.terms.append(step)
        return self._numbers[step]
