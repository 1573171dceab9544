"""A plan over one symbol's bars. Pure NumPy and TA-Lib; this is what runs in the workers.

1. :func:`run` goes through the steps, keeps each result until its last user is done, and returns the asked-for ones.
   Which function does a step (``operations``) is looked up once per plan.
2. Over bars on which nothing is missing the same is done in less time (``dense``).
3. Steps may run over other bars than the symbol's own; ``scene`` knows which, and lays the results side by side.

What flows is described in ``operations``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.formula.dense import Dense
from engine.formula.frames import OWN, Surroundings
from engine.formula.operations import Operation, operation, spreads
from engine.formula.plan import Plan, Step
from engine.formula.scene import Scene
from engine.market.bars import Bars, FloatArray

# What needs more than the symbol's own bars.
_IN_A_SCENE = frozenset({"align", "csrank", "detector"})
_TRUTH_AS_NUMBER = np.array([0.0, np.nan, 1.0])


def run(plan: Plan, bars: Bars, surroundings: Surroundings | None = None) -> list[Any]:
    """Return the plan's results over these bars, one array of their length for each.

    ``surroundings`` are needed by plans that read other symbols or ranks; FormulaError without them.
    """
    prepared = _prepared(plan)
    if prepared.dense is None:
        results = _run_in_scene(plan, bars, surroundings or Surroundings())
    else:
        results = _run_alone(prepared, prepared.dense, bars)
    for position in prepared.single:
        results[position] = np.full(len(bars), results[position])
    return results


class _Prepared(NamedTuple):
    """A plan with its operations looked up.

    ``dense`` is set when it needs nothing but the symbol's own bars; ``single`` are the positions of results that are
    constants.
    """

    plan: Plan
    steps: tuple[tuple[Operation, bool, tuple[int, ...], tuple[int, ...]], ...]
    dense: Dense | None
    single: tuple[int, ...]


# By the plan's identity, for to hash a plan takes as long as to run it; the entry keeps its plan alive.
_PREPARED: dict[int, _Prepared] = {}
_PREPARED_AT_MOST = 256


def _prepared(plan: Plan) -> _Prepared:
    known = _PREPARED.get(id(plan))
    if known is not None and known.plan is plan:
        return known
    steps = tuple(
        (operation(step.operation, step.constants), step.operation == "field", step.inputs, step.done)
        for step in plan.steps
    )
    is_alone = all(step.frame == OWN and step.operation not in _IN_A_SCENE for step in plan.steps)
    dense = Dense(plan) if is_alone else None
    if len(_PREPARED) >= _PREPARED_AT_MOST:
        _PREPARED.clear()
    _PREPARED[id(plan)] = prepared = _Prepared(plan, steps, dense, _single(plan))
    return prepared


@np.errstate(all="ignore")
def _run_alone(prepared: _Prepared, dense: Dense, bars: Bars) -> list[Any]:
    found = dense.run(bars)
    return _run_steps(prepared, bars) if found is None else found


def _run_steps(prepared: _Prepared, bars: Bars) -> list[Any]:
    results: list[Any] = []
    size = len(bars)
    for work, reads_bars, inputs, done in prepared.steps:
        if reads_bars:
            results.append(work(bars))
        else:
            results.append(work(size, *[results[number] for number in inputs]))
        for number in done:
            results[number] = None
    return [results[number] for number in prepared.plan.results]


def _single(plan: Plan) -> tuple[int, ...]:
    """Return which of the plan's results do not read any bar."""
    single: list[bool] = []
    for step in plan.steps:
        if step.inputs:
            is_single = all(single[number] for number in step.inputs) and not spreads(step)
        else:
            is_single = step.operation in {"number", "truth"}
        single.append(is_single)
    return tuple(position for position, number in enumerate(plan.results) if single[number])


def _run_in_scene(plan: Plan, bars: Bars, around: Surroundings) -> list[Any]:
    """Run a plan that reads longer bars, other symbols or ranks."""
    scene = Scene(plan, bars, around)
    foreign: dict[int, Any] = {}
    if plan.symbols:
        foreign = around.kept(("foreign", plan), lambda: _foreign(plan, scene))
    results: list[Any] = []
    with np.errstate(all="ignore"):
        for position, step in enumerate(plan.steps):
            if foreign and scene.is_foreign(step.frame):
                results.append(foreign.get(position))
                continue
            results.append(_step(step, scene, results))
            for number in step.done:
                results[number] = None
    return [results[number] for number in plan.results]


def _step(step: Step, scene: Scene, results: Sequence[Any]) -> Any:
    work = operation(step.operation, step.constants)
    inputs = [results[number] for number in step.inputs]
    if step.operation == "field":
        return work(scene.bars(step.frame))
    if step.operation == "detector":
        return work(scene, step.frame)
    if step.operation in _IN_A_SCENE:
        return work(scene, *inputs)
    return work(len(scene.bars(step.frame)), *inputs)


def _foreign(plan: Plan, scene: Scene) -> dict[int, Any]:
    """Compute what other symbols' bars say: the results that steps of other frames look at."""
    results: list[Any] = []
    looked_at = {
        number for step in plan.steps if not scene.is_foreign(step.frame) for number in step.inputs
    } | set(plan.results)
    with np.errstate(all="ignore"):
        for step in plan.steps:
            wanted = scene.is_foreign(step.frame) or step.operation in {"number", "truth"}
            results.append(_step(step, scene, results) if wanted else None)
    return {
        number: results[number]
        for number, step in enumerate(plan.steps)
        if number in looked_at and scene.is_foreign(step.frame)
    }


def as_numbers(value: Any, size: int) -> FloatArray:
    """Return a result as one float64 per bar; truths become 1, 0 and NaN."""
    numbers: FloatArray = _TRUTH_AS_NUMBER[value] if value.dtype.kind == "i" else value
    return numbers if numbers.ndim else np.full(size, numbers, dtype=np.float64)


def as_truth(value: Any, size: int) -> NDArray[np.int8]:
    """Return a condition as one int8 per bar."""
    truth: NDArray[np.int8] = value
    return truth if truth.ndim else np.full(size, truth, dtype=np.int8)
