"""The same results in less time, over bars on which nothing is missing: which is nearly every symbol.

Three-valued logic asks of every comparison where it holds and where it fails, and every window whether its series has
gaps. Where no field of the bars has a missing value, the answers are the same for every symbol, and are worked out once
per plan:

1. :class:`Binder` goes through the plan and notes what is *certain* about each result: from which bar on it is known,
   how large it can be at most. It binds each step to the cheapest function for that (``dense_steps``). Steps of which
   nothing is certain keep the functions of ``operations``.
2. :meth:`Dense.run` looks at the fields that are read, one product per field the first time, and goes through the
   bound steps.
3. A few steps, such as a division, are taken on trust and looked at when they are done. One that disappoints is bound
   anew, without the trust; the bars at hand are left to the general evaluator.

Bars with a missing value, and those shorter than the warm-up, are the general evaluator's as well. Both ways give the
same bits. Not here: the general way (``evaluator``).
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from engine.formula import dense_steps as steps
from engine.formula.dense_steps import AT_A_TIME, ORDINARY, Operation, is_bounded
from engine.formula.fields import FIELDS
from engine.formula.functions import index
from engine.formula.functions.definition import Function
from engine.formula.operations import operation, spreads
from engine.formula.plan import Plan, Step
from engine.indicators.gaps import UNKNOWN
from engine.market.bars import Bars

# Powers of ten. What was looked at is at most 1e50; sums of squares stay finite up to inputs of 1e140; a step of
# TA-Lib's or ours makes a number at most 1e40 times as large.
_LOOKED_AT, _MOST, _GROWTH = 50, 140, 40
_CROSSES = {"cross_above": ">", "cross_below": "<"}


class Certain(NamedTuple):
    """A result is unknown before bar ``first``, known from there on, and not above ten to the ``power``."""

    first: int
    power: int
    is_truth: bool = False


# How a step is done, and what is certain about its result.
Bound: TypeAlias = tuple[Operation, Certain]


class Dense:
    """One plan over the symbol's own bars; it learns which steps cannot be trusted."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._doubted: frozenset[int] = frozenset()
        self._bound = Binder(plan, self._doubted)

    def run(self, bars: Bars) -> list[Any] | None:
        """Return the plan's results, or None when these bars are for the general evaluator."""
        bound = self._bound
        size = len(bars)
        if size <= bound.warm_up:
            return None
        results = bound.constants.copy()
        results[-1] = size
        known = bars.known
        for number, name, read in bound.fields:
            results[number] = values = read(bars)
            if name in known:
                continue
            # Nearly always one product; a call of is_bounded would take half as long again.
            if not (values.dot(values) < ORDINARY if size <= AT_A_TIME else is_bounded(values)):
                return None
            known[name] = 1
        for number, work, done in bound.steps:
            value = work(results)
            if value is None:
                self._doubted |= {number}
                self._bound = Binder(self._plan, self._doubted)
                return None
            results[number] = value
            for last in done:
                results[last] = None
        return [results[number] for number in self._plan.results]


class Binder:
    """A plan's steps, bound. ``constants`` is where every run begins: one place per step, the last for the size."""

    def __init__(self, plan: Plan, doubted: frozenset[int]) -> None:
        self._plan = plan
        self._doubted = doubted
        self._users = Counter(number for step in plan.steps for number in step.inputs)
        self._logic = {
            number: step.operation
            for step in plan.steps
            if step.operation in {"and", "or"}
            for number in step.inputs
        }
        self._certain: list[Certain | None] = []
        self._bare: dict[int, int] = {}
        self.constants: list[Any] = [None] * (len(plan.steps) + 1)
        self.fields: list[tuple[int, str, Any]] = []
        self.steps: list[tuple[int, Operation, tuple[int, ...]]] = []
        with np.errstate(all="ignore"):
            for number, step in enumerate(plan.steps):
                self._bind(number, step)
        self.warm_up = max((each.first for each in self._certain if each is not None), default=0)

    def _bind(self, number: int, step: Step) -> None:
        certain: Certain | None = None
        if step.operation == "field":
            name = str(step.constants[0])
            self.fields.append((number, name, FIELDS[name].read))
            certain = Certain(0, _LOOKED_AT)
        elif self._is_constant(step):
            certain = self._constant(number, step)
        else:
            work, certain = self._work(number, step)
            self.steps.append((number, work, step.done))
        self._certain.append(certain)

    # ------------------------------------------------------------------------------------------- constants

    def _is_constant(self, step: Step) -> bool:
        return not spreads(step) and self._are_constant(step)

    def _are_constant(self, step: Step) -> bool:
        return all(self.constants[number] is not None for number in step.inputs)

    def _constant(self, number: int, step: Step) -> Certain | None:
        given = [self.constants[each][()] for each in step.inputs]
        value = np.asarray(operation(step.operation, step.constants)(0, *given))
        self.constants[number] = value
        is_truth = value.dtype == np.int8
        if value == UNKNOWN if is_truth else not math.isfinite(value):
            return None
        return Certain(0, math.ceil(math.log10(abs(float(value)) + 1)), is_truth)

    # ------------------------------------------------------------------------------------------- steps

    def _work(self, number: int, step: Step) -> tuple[Operation, Certain | None]:
        """Return how a step is done, and what is certain about its result."""
        if step.operation in {"and", "or"}:
            return self._joined(step), None
        inputs = [each for given in step.inputs if (each := self._certain[given]) is not None]
        is_certain = len(inputs) == len(step.inputs) and not self._are_constant(step)
        if is_certain and number not in self._doubted:
            bound = self._trusted(number, step, inputs)
            if bound is not None:
                return bound
        return steps.general(operation(step.operation, step.constants), step.inputs), None

    def _trusted(self, number: int, step: Step, inputs: list[Certain]) -> Bound | None:
        first = max(each.first for each in inputs)
        name = step.operation
        if name == "call":
            return self._called(number, step, inputs, first)
        if name in steps.COMPARISONS:
            return None if inputs[0].is_truth else self._compared(number, step, first)
        if name in steps.ARITHMETIC:
            return self._calculated(step, inputs, first)
        return _of_one(step, inputs[0])

    def _calculated(self, step: Step, inputs: list[Certain], first: int) -> Bound:
        left, right = (each.power for each in inputs)
        power = {"+": max(left, right) + 1, "-": max(left, right) + 1, "*": left + right}.get(step.operation)
        if power is not None and power <= _MOST:
            return steps.applied(steps.ARITHMETIC[step.operation], step.inputs), Certain(first, power)
        if step.operation == "^":
            work = steps.general(operation("^", ()), step.inputs)
        else:
            work = steps.applied(steps.ARITHMETIC[step.operation], step.inputs)
        return steps.looked_at(work, first), Certain(first, _LOOKED_AT)

    def _compared(self, number: int, step: Step, first: int) -> Bound:
        certain = Certain(first, 1, is_truth=True)
        logic = self._only_logic(number)
        # Of a bare comparison nothing may hold where a side is unknown, and != does hold there.
        if logic == "and" and (step.operation != "==" or not first):
            self._bare[number] = first
            return steps.applied(steps.OPPOSITES[step.operation], step.inputs), certain
        if logic == "or" and (step.operation != "!=" or not first):
            self._bare[number] = first
            return steps.applied(steps.COMPARISONS[step.operation], step.inputs), certain
        compare = steps.applied(steps.COMPARISONS[step.operation], step.inputs)
        return steps.as_truth(compare, first), certain

    def _only_logic(self, number: int) -> str | None:
        """Return ``and`` or ``or`` when that is the one step that reads a truth."""
        is_read_once = self._users[number] == 1 and number not in self._plan.results
        return self._logic.get(number) if is_read_once else None

    def _joined(self, step: Step) -> Operation:
        """Bind *and* or *or*: bare comparisons first, all at once."""
        bare = tuple(number for number in step.inputs if number in self._bare)
        others = sorted(set(step.inputs) - set(bare), key=lambda number: self.constants[number] is not None)
        first = max((self._bare[number] for number in bare), default=0)
        return steps.joined(step.operation, bare, tuple(others), first)

    # ------------------------------------------------------------------------------------------- calls

    def _called(self, number: int, step: Step, inputs: list[Certain], first: int) -> Bound | None:
        function = _function(step)
        constants = tuple(float(constant) for constant in step.constants[1:])
        is_truth = function.result == "truth"
        if function.name in _CROSSES:
            return self._crossed(number, step, first + 1)
        if not function.is_windowed:
            return self._elementwise(function, step, inputs, first)
        power = max((each.power for each in inputs), default=0)
        certain = Certain(first + function.lookback(constants), power + _GROWTH, is_truth)
        if function.takes_unknown:
            work = steps.general(operation("call", step.constants), step.inputs)
            return None if is_truth else (work, certain)
        if any(self.constants[each] is not None for each in step.inputs):
            work = steps.general(operation("call", step.constants), step.inputs)
        elif first == 0 or function.skips_start:
            work = steps.applied(function.bind(constants), step.inputs)
        else:
            work = steps.cut(function.bind(constants), step.inputs, first, bool(function.outputs))
        if is_truth or (function.gaps == "none" and power <= _MOST):
            return work, certain
        if function.gaps == "start" and power <= _MOST:
            return steps.begins_at(work, certain.first), certain
        return steps.looked_at(work, certain.first), certain._replace(power=_LOOKED_AT)

    def _elementwise(self, function: Function, step: Step, inputs: list[Certain], first: int) -> Bound | None:
        constants = tuple(float(constant) for constant in step.constants[1:])
        work = steps.applied(function.bind(constants), step.inputs)
        power = max(each.power for each in inputs)
        if function.name == "isna" or (function.name == "nz" and inputs[1].first == 0):
            return work, Certain(0, power, function.result == "truth")
        if function.gaps != "none" or power + _GROWTH > _MOST:
            return None
        return work, Certain(first, power + _GROWTH)

    def _crossed(self, number: int, step: Step, first: int) -> Bound:
        certain = Certain(first, 1, is_truth=True)
        compare = steps.COMPARISONS[_CROSSES[str(step.constants[0])]]
        logic = self._only_logic(number)
        crossed = steps.crossed(compare, step.inputs, first, is_denied=logic == "and")
        if logic is None:
            return steps.as_truth(crossed, first), certain
        self._bare[number] = first
        return crossed, certain


def _of_one(step: Step, given: Certain) -> Bound:
    """Bind a step that reads one result and moves or turns it."""
    (source,) = step.inputs
    if step.operation == "not":
        return steps.denied(source), given
    if step.operation == "negative":
        return steps.applied(np.negative, step.inputs), given
    if step.operation == "output":
        return steps.chosen(source, int(step.constants[0])), given
    assert step.operation == "ago"
    bars = int(step.constants[0])
    moved = given._replace(first=given.first + bars)
    return steps.shifted(source, bars, is_truth=given.is_truth), moved


def _function(step: Step) -> Function:
    function = index.find(str(step.constants[0]))
    assert function is not None
    return function
