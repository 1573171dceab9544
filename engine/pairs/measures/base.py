"""What a measure is: from aligned log closes of some symbols and some others to values for all their pairs.

Not here: any measure, and which bars are aligned (``engine.pairs.alignment``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from engine.market.bars import FloatArray
from engine.registry import Registry

Values: TypeAlias = dict[str, FloatArray]
# Less than a millionth of a millionth of the variance is rounding, not movement.
NOISE = 1e-12


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the result; ``symbol`` columns hold 0 for the pair's first symbol and 1 for its second."""

    name: str
    kind: Literal["number", "count", "symbol"] = "number"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of pairs, computed for many pairs in one call.

    ``compute`` takes the log closes of m symbols and of k others, shapes (m, n) and (k, n), on the same n bars
    without a gap, oldest first; it returns an (m, k) array for each column, NaN where the measure is unknown.
    ``strength`` is the column, with its sign or by size, that says which pairs come first.
    """

    name: str
    help: str
    window: int
    least_bars: int
    molecule_pairs: int
    columns: tuple[Column, ...]
    compute: Callable[[FloatArray, FloatArray], Values]
    strength: Callable[[Mapping[str, FloatArray]], FloatArray]
    needs: tuple[str, ...] = ()


measures: Registry[Measure] = Registry("measure of pairs")


def centred(rows: FloatArray) -> FloatArray:
    """Return each row without its mean."""
    without: FloatArray = rows - rows.mean(axis=1, keepdims=True)
    return without


def squares(rows: FloatArray) -> FloatArray:
    """Return each row's sum of squares, NaN where the row does not move."""
    sums: FloatArray = np.einsum("ij,ij->i", rows, rows)
    return np.where(sums > NOISE**2 * rows.shape[1], sums, np.nan)
