"""What each operation of a plan does, whatever its inputs: unknowns, gaps and constants included.

What flows is float64 with NaN for unknown numbers, and int8 for truths: 0 false, 1 unknown, 2 true. With these three
numbers *and* is the minimum, *or* the maximum and *not* two minus. A constant is one value without a dimension. Window
functions see only bars on which their inputs are known (``engine.indicators.gaps``).

Not here: which operations are carried out (``evaluator``), and how to spare them work where nothing is missing
(``dense``).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from engine.formula.fields import FIELDS
from engine.formula.functions import index
from engine.formula.functions.definition import Function, Kernel
from engine.formula.plan import Constant, Step
from engine.indicators import kernels
from engine.indicators.gaps import over_valid

Operation: TypeAlias = Callable[..., Any]


@functools.lru_cache(maxsize=4096)
def operation(name: str, constants: tuple[Constant, ...]) -> Operation:
    """Return the function for an operation and its constants.

    It takes the number of bars and the inputs; that of a field takes the bars instead, those of ``align`` and
    ``csrank`` the scene, that of ``detector`` the scene and its own frame.
    """
    if name in _PLAIN:
        return _PLAIN[name]
    if name == "call":
        function = index.find(str(constants[0]))
        if function is None:
            message = f"no function '{constants[0]}'"
            raise LookupError(message)
        return _call(function, tuple(float(constant) for constant in constants[1:]))
    if name == "detector":
        detector, event = (str(constant) for constant in constants)
        return lambda scene, frame: scene.detected(frame, detector, event)
    return _NAMED[name](constants[0])


def spreads(step: Step) -> bool:
    """Tell whether a step makes one value per bar even of constants."""
    if step.operation != "call":
        return step.operation == "ago"
    function = index.find(str(step.constants[0]))
    return function is not None and function.is_windowed


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
