"""What comes out of a pair scan: one sorted table, one outcome per molecule, and who was left out.

Here: the shapes, and molecules' values put together. Not here: running anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.execution.backend import Status
from engine.market.bars import FloatArray, TimeArray
from engine.pairs.measures import Column, Measure
from engine.pairs.molecule import PairValues, strongest

T = TypeVar("T", bound=np.generic)

KEYS = ("symbol_a", "symbol_b", "timestamp", "overlap")


@dataclass(frozen=True, slots=True)
class MoleculeOutcome:
    """How one molecule ended: the rows of its first symbols, how many pairs those make, the reason if it failed."""

    rows: range
    pairs: int
    status: Status
    seconds: float
    error: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A symbol without pairs and why: it failed, or (``failed`` is False) it has too few bars."""

    symbol: str
    reason: str
    failed: bool


@dataclass(frozen=True, slots=True, eq=False)
class PairResult:
    """The whole outcome of a pair scan.

    ``table`` has the columns symbol_a, symbol_b, timestamp (the pair's last common bar), overlap (common bars in
    the window), then the measure's, null where unknown; sorted by the two symbols, or with a top the strongest
    pair first. ``symbols`` are those whose pairs were measured, ``left_out`` the others with the reason.
    ``unknown`` counts pairs without a value, ``missing`` those of molecules that failed or were cancelled.
    """

    table: pa.Table
    measure: str
    symbols: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    outcomes: tuple[MoleculeOutcome, ...]
    pairs: int
    unknown: int
    missing: int
    complete: bool
    seconds: Mapping[str, float]


def joined(found: Sequence[PairValues], measure: Measure, top: int | None) -> PairValues:
    """Put molecules' values, in order of their rows, together; keep the strongest if asked to."""
    whole = PairValues(
        first=_concatenated([each.first for each in found], np.int32),
        second=_concatenated([each.second for each in found], np.int32),
        overlap=_concatenated([each.overlap for each in found], np.int32),
        last=_concatenated([each.last for each in found], np.int32),
        values={
            column.name: _concatenated([each.values[column.name] for each in found], np.float64)
            for column in measure.columns
        },
        unknown=sum(each.unknown for each in found),
    )
    return whole if top is None else strongest(whole, measure, top)


def pair_table(found: PairValues, measure: Measure, symbols: Sequence[str], when: TimeArray) -> pa.Table:
    """Return the table of these pairs, in their order; ``when`` are the times of the panel's columns."""
    names = pa.array(symbols, pa.string())
    # One more time, for pairs without a common bar, at the place that NO_BAR (-1) points to.
    times = np.append(when.astype("datetime64[us]"), np.datetime64("NaT", "us"))[found.last]
    arrays: list[pa.Array] = [
        names.take(pa.array(found.first)),
        names.take(pa.array(found.second)),
        pa.array(times, pa.timestamp("us")),
        pa.array(found.overlap, pa.int64()),
    ]
    arrays += [_array(column, found, names) for column in measure.columns]
    return pa.table(arrays, names=[*KEYS, *(column.name for column in measure.columns)])


def _array(column: Column, found: PairValues, names: pa.Array) -> pa.Array:
    values: FloatArray = found.values[column.name]
    if column.kind == "number":
        return pa.array(values, pa.float64(), from_pandas=True)
    unknown = np.isnan(values)
    whole = np.where(unknown, 0, values).astype(np.int64)
    if column.kind == "count":
        return pa.array(whole, mask=unknown)
    return names.take(pa.array(np.where(whole == 1, found.second, found.first), mask=unknown))


def _concatenated(arrays: Sequence[NDArray[T]], dtype: type[T]) -> NDArray[T]:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype)
