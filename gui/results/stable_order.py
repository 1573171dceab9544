"""The order of rows by several keys, equal ones as they came, several times as fast as a stable sort by each key.

1. Keys of 16 bits are sorted by radix, which is stable: the last key first, this one after it.
2. Wider keys become whole numbers of the same order, for which NumPy has a vectorised sort. It is not stable, so rows
   with equal keys get the same rank, and rank and place in the order of the remaining keys together make one number
   that no other row has: those are sorted as they are. Where no two keys are equal, the remaining ones say nothing.

Here: plain arrays. Not here: which keys (``row_order``) and how a column makes one (``column_data``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Key = NDArray[Any]
Order = NDArray[np.int64]

_LARGEST = np.iinfo(np.int64).max


def stable_order(keys: Sequence[Key]) -> Order:
    """Return the places of the rows in ascending order of the first key, then the next; NaN stands last."""
    first, rest = keys[0], keys[1:]
    if first.dtype.itemsize <= 2:
        if not rest:
            return np.argsort(first, kind="stable")
        before = stable_order(rest)
        return before[np.argsort(first[before], kind="stable")]
    numbers = _whole(first)
    order = np.argsort(numbers)
    ordered = numbers[order]
    differs = ordered[1:] != ordered[:-1]
    if differs.all():
        return order
    ranks = np.zeros(len(order), np.int64)
    ranks[order[1:]] = np.cumsum(differs)
    return _by_rank(ranks, stable_order(rest) if rest else None)


def _by_rank(ranks: NDArray[np.int64], before: Order | None) -> Order:
    """Return the rows by rank, equal ones in the order ``before``; None stands for that in which they came."""
    count = len(ranks)
    places = np.arange(count)
    together = (ranks if before is None else ranks[before]) * count + places
    together.sort()
    together %= count
    return together if before is None else before[together]


def _whole(key: Key) -> NDArray[Any]:
    """Return numbers as integers of the same order, the two zeros as one, NaN as the largest."""
    if key.dtype != np.float64:
        return key
    values = key + 0.0  # minus zero becomes zero
    bits = values.view(np.int64)
    # The bits of negative numbers grow with their size.
    bits ^= (bits >> 63) & _LARGEST
    bits[np.isnan(key)] = _LARGEST
    return bits
