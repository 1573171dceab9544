"""Missing values around window functions: left out before, put back as unknown after.

One missing value thereby blanks one bar and not the rest of the series. Numbers are float64 with NaN for missing;
truths are int8 with 1 for unknown (0 is false, 2 is true).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.market.bars import BoolArray, FloatArray

TruthArray: TypeAlias = NDArray[np.int8]
Array: TypeAlias = FloatArray | TruthArray
Outputs: TypeAlias = tuple[Array, ...]

UNKNOWN = 1


def over_valid(kernel: Callable[..., Outputs], arrays: Sequence[Array]) -> Outputs:
    """Return the kernel's outputs for arrays of one length, computed over the bars on which all are known.

    The kernel gets arrays without NaN or unknown, never empty, and returns arrays of the length that it was given.
    """
    size = len(arrays[0])
    if size == 0 or not any(has_missing(array) for array in arrays):
        return kernel(*arrays) if size else _nothing(kernel, arrays)
    known = ~missing(arrays[0])
    for array in arrays[1:]:
        known &= ~missing(array)
    first = int(known.argmax())
    if not known[first]:
        return _nothing(kernel, arrays)
    rows: Any = slice(first, None) if known[first:].all() else known
    return tuple(_put_back(output, rows, size) for output in kernel(*(array[rows] for array in arrays)))


def has_missing(array: Array) -> bool:
    """Tell whether any value is missing; the array is not empty."""
    if array.dtype == np.int8:
        return bool((array == UNKNOWN).any())
    lowest = np.minimum.reduce(array)
    return bool(lowest != lowest)  # noqa: PLR0124  NaN wins every minimum and differs from itself


def missing(array: Array) -> BoolArray:
    """Return which values are missing."""
    if array.dtype == np.int8:
        unknown: BoolArray = array == UNKNOWN
        return unknown
    return np.isnan(array)


def _put_back(values: Array, rows: Any, size: int) -> Array:
    if values.dtype == np.int8:
        truth = np.full(size, UNKNOWN, dtype=np.int8)
        truth[rows] = values
        return truth
    numbers = np.full(size, np.nan)
    numbers[rows] = values
    return numbers


def _nothing(kernel: Callable[..., Outputs], arrays: Sequence[Array]) -> Outputs:
    """Return all-unknown outputs; one bar of ones tells how many there are and of which type."""
    size = len(arrays[0])
    probe = kernel(*(np.ones(1) if array.dtype != np.int8 else np.zeros(1, np.int8) for array in arrays))
    return tuple(_put_back(output[:0], slice(0, 0), size) for output in probe)
