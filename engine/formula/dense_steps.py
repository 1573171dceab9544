"""The functions of which a dense evaluation is made: each takes the results so far and returns one more.

They are given which results to read, and know beforehand from which bar on those are known. None means that what was
taken on trust is not so. A *bare* truth is a bool array that only one *and* or *or* reads: it marks where a condition
of *or* is known to hold, or where one of *and* is known to fail, and nothing else. As comparisons with NaN are
false, it costs one call, and :func:`joined` makes the three values of all of them at once:

- Before bar ``first`` at least one operand is unknown, so the result is 1, or what a known operand decides alone.
- From there on all are known, and the result is 0 or 2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from engine.indicators import kernels

# The results so far, one place per step; the last is the number of bars.
Registers: TypeAlias = list[Any]
Operation: TypeAlias = Callable[[Registers], Any]

COMPARISONS: dict[str, Callable[..., Any]] = {
    ">": np.greater,
    "<": np.less,
    ">=": np.greater_equal,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
OPPOSITES: dict[str, Callable[..., Any]] = {
    ">": np.less_equal,
    "<": np.greater_equal,
    ">=": np.less,
    "<=": np.greater,
    "==": np.not_equal,
    "!=": np.equal,
}
ARITHMETIC: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.mod,
    "^": np.power,
}

_TRUTH = np.dtype(np.int8)
_TWO = np.int8(kernels.TRUE)
# The largest sum of squares of numbers that count as ordinary, and how many are added up at a time: longer products
# would wake BLAS's threads.
ORDINARY, AT_A_TIME = 1e100, 8192


def is_bounded(values: Any) -> bool:
    """Tell whether no value is missing, infinite or above 1e50."""
    if len(values) <= AT_A_TIME:
        return bool(values.dot(values) < ORDINARY)
    return all(is_bounded(values[start : start + AT_A_TIME]) for start in range(0, len(values), AT_A_TIME))


def applied(function: Callable[..., Any], inputs: tuple[int, ...]) -> Operation:
    """Call a function with results as they are."""
    if len(inputs) == 1:
        (only,) = inputs
        return lambda results: function(results[only])
    if len(inputs) == 2:
        left, right = inputs
        return lambda results: function(results[left], results[right])
    return lambda results: function(*[results[number] for number in inputs])


def general(function: Callable[..., Any], inputs: tuple[int, ...]) -> Operation:
    """Call one of the general operations, which want the number of bars first."""
    return lambda results: function(results[-1], *[results[number] for number in inputs])


def chosen(source: int, output: int) -> Operation:
    """Take one of several outputs."""
    return lambda results: results[source][output]


def shifted(source: int, bars: int, *, is_truth: bool) -> Operation:
    """Read some bars ago."""
    shift: Callable[..., Any] = kernels.shift_truth if is_truth else kernels.shift
    return lambda results: shift(results[source], bars)


def cut(function: Callable[..., Any], inputs: tuple[int, ...], first: int, is_several: bool) -> Operation:
    """Call a function without the bars before ``first``, and put those back as unknown."""

    def restored(values: Any, size: int) -> Any:
        whole = np.full(size, kernels.UNKNOWN if values.dtype == _TRUTH else np.nan, dtype=values.dtype)
        whole[first:] = values
        return whole

    def work(results: Registers) -> Any:
        values = function(*[results[number][first:] for number in inputs])
        if is_several:
            return tuple(restored(each, results[-1]) for each in values)
        return restored(values, results[-1])

    return work


def looked_at(work: Operation, first: int) -> Operation:
    """Do something whose result must be known and ordinary from ``first`` on; None when it is not."""

    def look(results: Registers) -> Any:
        value = work(results)
        outputs = value if isinstance(value, tuple) else (value,)
        return value if all(is_bounded(each[first:]) for each in outputs) else None

    return look


def begins_at(work: Operation, first: int) -> Operation:
    """Do something that is known ever after if it is known on bar ``first``; None when it is not."""

    def look(results: Registers) -> Any:
        value = work(results)
        begin = value.item(first)
        return value if begin == begin else None  # noqa: PLR0124  only NaN differs from itself

    return look


# ------------------------------------------------------------------------------------------------ truths


def as_truth(work: Operation, first: int) -> Operation:
    """Make the three values of a bool array that is known from ``first`` on."""
    head = slice(first)

    def whole(results: Registers) -> Any:
        truth = work(results).view(_TRUTH)
        np.add(truth, truth, truth)
        if first:
            truth[head] = kernels.UNKNOWN
        return truth

    return whole


def denied(source: int) -> Operation:
    """Turn a truth round."""
    return lambda results: _TWO - results[source]


def crossed(
    compare: Callable[..., Any], inputs: tuple[int, ...], first: int, *, is_denied: bool
) -> Operation:
    """Mark where a comparison holds and did not one bar before; or, denied, where not. Nothing before ``first``."""
    left, right = inputs
    step: Callable[..., Any] = np.less_equal if is_denied else np.greater
    now, before = slice(first, None), slice(first - 1, -1)

    def work(results: Registers) -> Any:
        held = compare(results[left], results[right])
        marks = np.zeros(len(held), np.bool_)
        step(held[now], held[before], marks[now])
        return marks

    return work


def joined(operator: str, bare: tuple[int, ...], others: tuple[int, ...], first: int) -> Operation:
    """Join bare truths, the last of which is known from ``first`` on, and others that have their three values."""
    extreme: Any = np.minimum if operator == "and" else np.maximum
    if not bare:
        begin, *rest = others
        if not rest:
            return lambda results: results[begin]
        second, *rest = rest
        return _met(lambda results: extreme(results[begin], results[second]), tuple(rest), extreme)
    known = _all_known if operator == "and" else _any_known
    return _met(known(bare[0], bare[1:], first), others, extreme)


def _all_known(begin: int, rest: tuple[int, ...], first: int) -> Operation:
    tail = slice(first, None)

    def work(results: Registers) -> Any:
        fails = results[begin]
        for number in rest:
            np.logical_or(fails, results[number], fails)
        truth = np.logical_not(fails, fails).view(_TRUTH)
        known = truth[tail] if first else truth
        np.add(known, known, known)
        return truth

    return work


def _any_known(begin: int, rest: tuple[int, ...], first: int) -> Operation:
    head, tail = slice(first), slice(first, None)

    def work(results: Registers) -> Any:
        holds = results[begin]
        for number in rest:
            np.logical_or(holds, results[number], holds)
        truth = holds.view(_TRUTH)
        known = truth[tail]
        np.add(known, known, known)
        if first:
            unknown = truth[head]
            np.add(unknown, kernels.UNKNOWN, unknown)
        return truth

    return work


def _met(work: Operation, others: tuple[int, ...], extreme: Any) -> Operation:
    if not others:
        return work

    def meet(results: Registers) -> Any:
        truth = work(results)
        for number in others:
            extreme(truth, results[number], out=truth)
        return truth

    return meet
