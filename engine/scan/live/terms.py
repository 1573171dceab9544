"""Numbers for terms that stay the same from text to text, so that what was computed for one serves the next.

1. :meth:`TermTable.add` goes through a plan's steps. A step that does the same to the same inputs as one of an earlier
   plan gets that one's number, whatever else the two texts say.
2. Terms without any bar in them are computed here, once.
3. A rank (``csrank``) has what it ranks as its input; how the universe is ranked is not a term's affair (``ranks``).
4. A term that is brought over from longer bars or another symbol carries the plan that computes it alone.

Not here: the steps (``engine.formula.planner``), and values over bars (``values``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.formula.frames import OWN
from engine.formula.operations import operation, spreads
from engine.formula.plan import Constant, Plan, Step

_Key = tuple[object, ...]
RankPasses = Sequence[tuple[tuple[int, ...], Plan]]


@dataclass(frozen=True, slots=True, eq=False)
class LiveTerm:
    """One operation over other terms, on the symbol's own bars.

    ``value`` is set for constants; ``alone`` for what other bars are needed for: the plan with this one result.
    """

    number: int
    step: Step
    inputs: tuple[int, ...]
    value: Any = None
    alone: Plan | None = None

    @property
    def is_rank(self) -> bool:
        """Whether all symbols are compared."""
        return self.step.operation == "csrank"

    @property
    def is_constant(self) -> bool:
        """Whether the value is known before any bar is read."""
        return self.value is not None


class TermTable:
    """Every term that was ever asked for; a term's inputs have smaller numbers than the term."""

    def __init__(self) -> None:
        self._terms: list[LiveTerm] = []
        self._numbers: dict[_Key, int] = {}

    def __len__(self) -> int:
        return len(self._terms)

    def __getitem__(self, number: int) -> LiveTerm:
        return self._terms[number]

    def add(self, plan: Plan, rank_passes: RankPasses = ()) -> tuple[int, ...]:
        """Return the numbers of the plan's results; ``rank_passes`` are the plans of what its ranks compare."""
        ranked: dict[int, int] = {}
        for ranks, compared in rank_passes:
            ranked |= dict(zip(ranks, self._add(compared, ranked), strict=True))
        return self._add(plan, ranked)

    def _add(self, plan: Plan, ranked: Mapping[int, int]) -> tuple[int, ...]:
        paths = _paths(plan)
        numbers: list[int] = []
        for position, step in enumerate(plan.steps):
            inputs = tuple(numbers[given] for given in step.inputs)
            constants: _Key = step.constants
            if step.operation == "align":
                constants = paths[int(step.constants[0])]
            elif step.operation == "csrank":
                # The number of a rank is the plan's own.
                inputs, constants = (ranked[int(float(step.constants[0]))],), ()
            key = (step.operation, inputs, constants, paths[step.frame])
            number = self._numbers.get(key)
            if number is None:
                self._numbers[key] = number = len(self._terms)
                self._terms.append(self._term(number, step, inputs, plan, position))
            numbers.append(number)
        return tuple(numbers[result] for result in plan.results)

    def _term(self, number: int, step: Step, inputs: tuple[int, ...], plan: Plan, position: int) -> LiveTerm:
        value = alone = None
        if step.operation == "align" and step.frame == OWN:
            alone = _alone(plan, position)
        elif not spreads(step):
            value = self._constant(step, inputs)
        return LiveTerm(number, step, inputs, value, alone)

    def _constant(self, step: Step, inputs: tuple[int, ...]) -> Any:
        if not inputs and step.operation not in {"number", "truth"}:
            return None
        given = [self._terms[number].value for number in inputs]
        if any(each is None for each in given):
            return None
        with np.errstate(all="ignore"):
            return operation(step.operation, step.constants)(0, *given)


def _paths(plan: Plan) -> list[_Key]:
    """Return, for every frame, the way to it from the symbol's own bars."""
    paths: list[_Key] = [()]
    for number in range(1, len(plan.frames) + 1):
        way: _Key = ()
        at = number
        while at != OWN:
            frame = plan.frames[at - 1]
            way = ((frame.kind, frame.name), *way)
            at = frame.outer
        paths.append(way)
    return paths


def _alone(plan: Plan, position: int) -> Plan:
    """Return the plan of which this step is the one result."""
    needed: set[int] = set()
    waiting = [position]
    while waiting:
        number = waiting.pop()
        if number not in needed:
            needed.add(number)
            waiting += plan.steps[number].inputs
    place = {number: at for at, number in enumerate(sorted(needed))}
    steps = tuple(_moved(plan.steps[number], place) for number in sorted(needed))
    return Plan(steps, (place[position],), plan.frames)


def _moved(step: Step, place: dict[int, int]) -> Step:
    inputs = tuple(place[given] for given in step.inputs)
    constants: tuple[Constant, ...] = step.constants
    # Nothing is dropped on the way: these plans are short.
    return Step(step.operation, inputs, constants, (), step.frame)
