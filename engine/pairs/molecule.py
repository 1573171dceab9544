"""The part of a pair scan that computes: some rows of the triangle of pairs, in a worker process.

A molecule is a range of rows of the panel; its pairs are each of them with every later row. Nothing here writes
a file; what goes back is arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.market.bars import FloatArray
from engine.pairs.alignment import Alignment, Places
from engine.pairs.measures import Measure, measures
from engine.pairs.panel import open_panel

TASK = "engine.pairs.molecule:open_molecules"
NO_BAR = -1


@dataclass(frozen=True, slots=True)
class MoleculeContext:
    """All that a worker needs to know: the panel's file, the measure, and what a pair must have to be known."""

    panel: str
    measure: str
    window: int
    min_overlap: int
    top: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PairValues:
    """The pairs of a molecule, sorted by their rows: which they are, the bars they share, what was measured.

    ``overlap`` counts the common bars in the window, ``last`` is the panel's column of the last of them
    (NO_BAR for none). ``unknown`` counts the pairs without a value, also those that ``top`` left out.
    """

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    overlap: NDArray[np.int32]
    last: NDArray[np.int32]
    values: dict[str, FloatArray]
    unknown: int


def open_molecules(context: MoleculeContext) -> Callable[[range], PairValues]:
    """Map the panel and return the function that measures the pairs of some rows."""
    measure = measures.get(context.measure)
    panel = open_panel(Path(context.panel))
    alignment = Alignment(panel, context.window)

    def measure_rows(rows: range) -> PairValues:
        found = _measured(panel, alignment, measure, context.min_overlap, rows)
        return found if context.top is None else strongest(found, measure, context.top)

    return measure_rows


def strongest(found: PairValues, measure: Measure, top: int) -> PairValues:
    """Return the ``top`` pairs of greatest strength, the strongest first; equal ones in order of their rows."""
    strength = measure.strength(found.values)
    order = np.lexsort((found.second, found.first, -strength))
    kept = order[np.isfinite(strength[order])][:top]
    values = {name: column[kept] for name, column in found.values.items()}
    return PairValues(
        found.first[kept], found.second[kept], found.overlap[kept], found.last[kept], values, found.unknown
    )


def _measured(
    panel: FloatArray, alignment: Alignment, measure: Measure, min_overlap: int, rows: range
) -> PairValues:
    shape = (len(rows), panel.shape[0])
    overlap = np.zeros(shape, dtype=np.int32)
    last = np.full(shape, NO_BAR, dtype=np.int32)
    values = {column.name: np.full(shape, np.nan) for column in measure.columns}
    for block in alignment.blocks(rows):
        place = np.ix_(block.first - rows.start, block.second)
        overlap[place] = len(block.bars)
        if len(block.bars):
            last[place] = block.bars[-1]
        if len(block.bars) < min_overlap:
            continue
        left, right = _gather(panel, block.first, block.bars), _gather(panel, block.second, block.bars)
        for name, column in measure.compute(left, right).items():
            values[name][place] = column
    line, second = np.nonzero(np.arange(shape[1])[None, :] > np.arange(rows.start, rows.stop)[:, None])
    taken = {name: column[line, second] for name, column in values.items()}
    return PairValues(
        first=(line + rows.start).astype(np.int32),
        second=second.astype(np.int32),
        overlap=overlap[line, second],
        last=last[line, second],
        values=taken,
        unknown=int(np.count_nonzero(~np.isfinite(measure.strength(taken)))),
    )


def _gather(panel: FloatArray, rows: Places, bars: Places) -> FloatArray:
    """Return these rows at these columns; most windows have no gap, and whole stretches copy faster."""
    first, stop = int(bars[0]), int(bars[-1]) + 1
    stretch: FloatArray = panel[rows, first:stop]
    return stretch if stop - first == len(bars) else stretch[:, bars - first]
