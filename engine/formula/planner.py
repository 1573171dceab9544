"""Trees to a plan: a list of steps in which each distinct term is computed once.

1. :meth:`Planner.add` lowers a normalised tree to terms, from the leaves up. A term is an operation, the numbers of
   its input terms and its constants; a term that is there already is not added again. So what formula, columns and
   named lines have in common is computed once.
2. What stands inside ``tf`` or ``sym`` is lowered for other bars: the same operations in another *frame*, and an
   ``align`` step that brings the result back. A rank is a leaf: its values come from outside, its argument is worked
   out in a plan of its own (:meth:`Planner.rank_plans`).
3. :meth:`Planner.plan` keeps the terms that the asked-for results need, in order, and notes after which step each
   array has had its last user.

Not here: the plan itself (``plan``), computation (``evaluator``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.formula import across
from engine.formula.frames import OWN, Frame
from engine.formula.functions import index
from engine.formula.plan import Constant, Plan, Step
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

_SINGLE_VALUES = frozenset({"number", "truth"})


class Planner:
    """Collects the terms of any number of trees."""

    def __init__(self) -> None:
        self.terms: list[Step] = []
        self.frames: list[Frame] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self._ranks: list[int] = []

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
                waiting += self._given(number)
        order = sorted(needed)
        place = {number: position for position, number in enumerate(order)}
        last_user = {number: number for number in order}
        for number in order:
            for given in self._given(number):
                last_user[given] = number
        done: dict[int, list[int]] = {number: [] for number in order}
        for number in needed.difference(results):
            done[last_user[number]].append(place[number])
        steps = tuple(
            Step(
                self.terms[number].operation,
                tuple(place[given] for given in self._given(number)),
                self._constants(number),
                tuple(sorted(done[number])),
                self.terms[number].frame,
            )
            for number in order
        )
        return Plan(steps, tuple(place[number] for number in results), tuple(self.frames))

    def rank_plans(self, results: Sequence[int]) -> tuple[tuple[tuple[int, ...], Plan], ...]:
        """Return what must be ranked before ``results`` can be computed, innermost ranks first.

        Each entry is one pass over the universe: the numbers of its ranks, and the plan whose results are ranked.
        """
        if not self._ranks:
            return ()
        needs: dict[int, tuple[int, ...]] = {}
        waiting = list(self.plan(results).ranks)
        while waiting:
            rank = waiting.pop()
            if rank not in needs:
                needs[rank] = self.plan([self._ranked(rank)]).ranks
                waiting += needs[rank]
        passes: list[tuple[tuple[int, ...], Plan]] = []
        known: set[int] = set()
        while len(known) < len(needs):
            ready = tuple(
                rank for rank in sorted(needs) if rank not in known and known.issuperset(needs[rank])
            )
            passes.append((ready, self.plan([self._ranked(rank) for rank in ready])))
            known |= set(ready)
        return tuple(passes)

    def _ranked(self, rank: int) -> int:
        return self.terms[self._ranks[rank]].inputs[0]

    def _given(self, number: int) -> tuple[int, ...]:
        """Return the terms that a term needs; a rank's argument is not computed where the rank is used."""
        term = self.terms[number]
        return () if term.operation == "csrank" else term.inputs

    def _constants(self, number: int) -> tuple[Constant, ...]:
        term = self.terms[number]
        return (float(self._ranks.index(number)),) if term.operation == "csrank" else term.constants

    # ------------------------------------------------------------------------------------------- frames

    def _across(self, node: Call, names: Mapping[str, int]) -> int:
        if node.function == "detector":
            texts = [argument.value for argument in node.arguments if isinstance(argument, Text)]
            return self._term("detector", (), (texts[0], texts[1] if len(texts) > 1 else ""))
        inner = self.add(node.arguments[-1], names)
        if node.function == "csrank":
            number = self._term("csrank", (inner,))
            if number not in self._ranks:
                self._ranks.append(number)
            return number
        name = node.arguments[0]
        assert isinstance(name, Text)
        frame = self._frame(Frame(OWN, "tf" if node.function == "tf" else "sym", name.value))
        return self._term("align", (self._moved(inner, frame),), (float(frame),))

    def _frame(self, frame: Frame) -> int:
        if frame not in self.frames:
            self.frames.append(frame)
        return self.frames.index(frame) + 1

    def _moved(self, number: int, frame: int) -> int:
        """Return the term that does in ``frame`` what this one does over the symbol's own bars.

        What a term looks at from there is moved along: another symbol inside ``tf`` is read in the longer timeframe.
        """
        wanted: set[tuple[int, int]] = set()
        waiting = [(number, frame)]
        while waiting:
            pair = waiting.pop()
            if pair not in wanted:
                wanted.add(pair)
                waiting += self._inner_pairs(*pair)
        moved: dict[tuple[int, int], int] = {}
        # A term's inputs have smaller numbers than the term.
        for old, target in sorted(wanted):
            term = self.terms[old]
            if term.operation in _SINGLE_VALUES:
                moved[old, target] = old
                continue
            pairs = self._inner_pairs(old, target)
            constants = (float(pairs[0][1]),) if term.operation == "align" else term.constants
            inputs = tuple(moved[pair] for pair in pairs)
            moved[old, target] = self._term(term.operation, inputs, constants, target)
        return moved[number, frame]

    def _inner_pairs(self, number: int, frame: int) -> list[tuple[int, int]]:
        """Return the inputs of a term that is moved to ``frame``, and the frame that each must move to."""
        term = self.terms[number]
        if term.operation == "align":
            frame = self._frame(replace(self.frames[int(term.constants[0]) - 1], outer=frame))
        return [(given, frame) for given in term.inputs]

    # ------------------------------------------------------------------------------------------- nodes

    def _leaf(self, node: Number | Truth | Name, names: Mapping[str, int]) -> int:
        if isinstance(node, Name):
            return names[node.name] if node.name in names else self._term("field", (), (node.name,))
        return self._term("number" if isinstance(node, Number) else "truth", (), (float(node.value),))

    def _call(self, node: Call, names: Mapping[str, int]) -> int:
        if node.function in across.NAMES:
            return self._across(node, names)
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

    def _term(
        self, operation: str, inputs: tuple[int, ...], constants: tuple[Constant, ...] = (), frame: int = OWN
    ) -> int:
        key = (operation, inputs, constants, frame)
        number = self._numbers.setdefault(key, len(self.terms))
        if number == len(self.terms):
            self.terms.append(Step(operation, inputs, constants, frame=frame))
        return number
