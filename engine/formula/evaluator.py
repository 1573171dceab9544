"""A plan over one symbol's bars. Pure NumPy and TA-Lib; this is what runs in the workers.

1. :func:`run` goes through the steps, keeps each result until its last user is done, and returns the asked-for ones.
   Which function does a step is looked up once per plan.
2. :func:`_operation` makes the function for an operation and its constants, once per process.
3. Steps may run over other bars than the symbol's own; ``scene`` knows which, and lays the results side by side.
4. Window functions see only bars on which their inputs are known (``engine.indicators.gaps``).

What flows is float64 with NaN for unknown numbers, and int8 for truths: 0 false, 1 unknown, 2 true. With these three
numbers *and* is the minimum, *or* the maximum and *not* two minus.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.formula.fields import FIELDS
from engine.formula.frames import OWN, Surroundings
from engine.formula.functions import index
from engine.formula.functions.definition import Function, Kernel
from engine.formula.plan import Constant, Plan, Step
from engine.formula.scene import Scene
from engine.indicators import kernels
from engine.indicators.gaps import over_valid
from engine.market.bars import Bars, FloatArray

# Takes the number of bars and the inputs.
Operation: TypeAlias = Callable[..., Any]

_TRUTH_AS_NUMBER = np.array([0.0, np.nan, 1.0])


def run(plan: Plan, bars: Bars, surroundings: Surroundings | None = None) -> list[Any]:
    """Return the plan's results over these bars: arrays, or single values for constants.

    ``surroundings`` are needed by plans that read other symbols or ranks; FormulaError without them.
    """
    prepared = _prepared(plan)
    if not prepared.is_alone:
        return _run_in_scene(plan, bars, surroundings or Surroundings())
    results: list[Any] = []
    size = len(bars)
    with np.errstate(all="ignore"):
        for operation, reads_bars, inputs, done in prepared.steps:
            if reads_bars:
                results.append(operation(bars))
            else:
                results.append(operation(size, *[results[number] for number in inputs]))
            for number in done:
                results[number] = None
    return [results[number] for number in plan.results]


class _Prepared(NamedTuple):
    """A plan with its operations looked up; ``is_alone`` when it needs nothing but the symbol's own bars."""

    plan: Plan
    steps: tuple[tuple[Operation, bool, tuple[int, ...], tuple[int, ...]], ...]
    is_alone: bool


# By the plan's identity, for to hash a plan takes as long as to run it; the entry keeps its plan alive.
_PREPARED: dict[int, _Prepared] = {}
_PREPARED_AT_MOST = 256


def _prepared(plan: Plan) -> _Prepared:
    known = _PREPARED.get(id(plan))
    if known is not None and known.plan is plan:
        return known
    steps = tuple(
        (_operation(step.operation, step.constants), step.operation == "field", step.inputs, step.done)
        for step in plan.steps
    )
    is_alone = all(step.frame == OWN and step.operation not in {"align", "csrank"} for step in plan.steps)
    if len(_PREPARED) >= _PREPARED_AT_MOST:
        _PREPARED.clear()
    _PREPARED[id(plan)] = prepared = _Prepared(plan, steps, is_alone)
    return prepared


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
    operation = _operation(step.operation, step.constants)
    inputs = [results[number] for number in step.inputs]
    if step.operation == "field":
        return operation(scene.bars(step.frame))
    if step.operation in {"align", "csrank"}:
        return operation(scene, *inputs)
    return operation(len(scene.bars(step.frame)), *inputs)


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
    numbers: FloatArray = _TRUTH_AS_NUMBER[value] if value.dtype == np.int8 else value
    return numbers if numbers.ndim else np.full(size, numbers, dtype=np.float64)


def as_truth(value: Any, size: int) -> NDArray[np.int8]:
    """Return a condition as one int8 per bar."""
    truth: NDArray[np.int8] = value
    return truth if truth.ndim else np.full(size, truth, dtype=np.int8)


@functools.lru_cache(maxsize=4096)
def _operation(name: str, constants: tuple[Constant, ...]) -> Operation:
    if name in _PLAIN:
        return _PLAIN[name]
    if name == "call":
        function = index.find(str(constants[0]))
        if function is None:
            message = f"no function '{constants[0]}'"
            raise LookupError(message)
        return _call(function, tuple(float(constant) for constant in constants[1:]))
    return _NAMED[name](constants[0])


def _call(function: Function, constants: tuple[float, ...]) -> Operation:
    kernel = function.bind(constants)
    if not function.is_windowed:
        return lambda _size, *values: kernel(*values)
    if function.takes_unknown:
        return lambda size, *values: kernel(*_spread(values, size))
    if function.outputs:
        return lambda size, *values: over_valid(kernel, _spread(values, size))
    return functools.partial(_single, kernel)


def _single(kernel: Kernel, size: int, *values: Any) -> Any:
    return over_valid(lambda *arrays: (kernel(*arrays),), _spread(values, size))[0]


def _spread(values: tuple[Any, ...], size: int) -> list[Any]:
    """Return one array per value; constants are repeated on every bar."""
    return [value if value.ndim else _repeated(value, size) for value in values]


def _repeated(value: Any, size: int) -> Any:
    """Return a constant as an array that takes no room: every bar reads the same place."""
    array: Any = np.ndarray((size,), value.dtype, np.array([value]), strides=(0,))
    array.flags.writeable = False
    return array


def _ago(bars: int, size: int, value: Any) -> Any:
    shift: Callable[..., Any] = kernels.shift_truth if value.dtype == np.int8 else kernels.shift
    return over_valid(lambda array: (shift(array, bars),), _spread((value,), size))[0]


def _finite(values: Any) -> Any:
    return np.where(np.isfinite(values), values, np.nan)


def _power(base: Any, exponent: Any) -> Any:
    """Return the power; unknown to the 0 and 1 to the unknown are 1 for NumPy and unknown here."""
    unknown = np.isnan(base) | np.isnan(exponent)
    return np.where(unknown, np.nan, _finite(np.power(base, exponent)))


def _known(holds: Any, fails: Any) -> Any:
    """Return true where one holds, false where the other does, and unknown where neither can."""
    truth = holds.view(np.int8) - fails.view(np.int8)
    truth += 1
    return truth


def _equal(left: Any, right: Any) -> Any:
    if left.dtype == np.int8:
        truth = np.where(left == right, np.int8(kernels.TRUE), np.int8(kernels.FALSE))
        unknown = (left == kernels.UNKNOWN) | (right == kernels.UNKNOWN)
        return np.where(unknown, np.int8(kernels.UNKNOWN), truth)
    return _known(left == right, (left < right) | (left > right))


_PLAIN: dict[str, Operation] = {
    "+": lambda _size, a, b: a + b,
    "-": lambda _size, a, b: a - b,
    "*": lambda _size, a, b: a * b,
    "/": lambda _size, a, b: _finite(a / b),
    "%": lambda _size, a, b: _finite(np.mod(a, b)),
    "^": lambda _size, a, b: _power(a, b),
    "negative": lambda _size, a: -a,
    ">": lambda _size, a, b: _known(a > b, a <= b),
    "<": lambda _size, a, b: _known(a < b, a >= b),
    ">=": lambda _size, a, b: _known(a >= b, a < b),
    "<=": lambda _size, a, b: _known(a <= b, a > b),
    "==": lambda _size, a, b: _equal(a, b),
    "!=": lambda _size, a, b: np.int8(2) - _equal(a, b),
    "not": lambda _size, a: np.int8(2) - a,
    "and": lambda _size, *values: functools.reduce(np.minimum, values),
    "or": lambda _size, *values: functools.reduce(np.maximum, values),
}

# Operations of one constant: those that look elsewhere first, then the constants themselves.
_NAMED: dict[str, Callable[[Any], Operation]] = {
    "field": lambda name: FIELDS[name].read,
    "align": lambda frame: lambda scene, value: scene.aligned(int(frame), value),
    "csrank": lambda number: lambda scene: scene.ranks(int(number)),
    "ago": lambda bars: functools.partial(_ago, int(bars)),
    "output": lambda number: lambda _size, outputs: outputs[int(number)],
    "number": lambda number: lambda _size: np.float64(number),
    "truth": lambda truth: lambda _size: np.int8(kernels.TRUE if truth else kernels.FALSE),
}
