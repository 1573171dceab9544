"""A formula that is ready to run: plain data that pickles, hashes and travels to workers.

Here: :class:`CompiledScan` and what it returns. Not here: how one is made (``service``), which needs the parser that
workers never load.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import Problem
from engine.formula.evaluator import as_numbers, as_truth, run
from engine.formula.planner import Plan
from engine.formula.series import SeriesInfo
from engine.market.bars import Bars, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What a formula says about one symbol's bars, one value per bar.

    ``truth`` is 0 for false, 1 for unknown, 2 for true: *and* is the minimum, *or* the maximum, *not* two minus.
    ``values`` are the series by name, NaN where unknown, truths as 1 and 0. Arrays may be those of the bars: do not
    write into them.
    """

    truth: NDArray[np.int8]
    values: Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True)
class CompiledScan:
    """A formula and its columns, checked and planned.

    ``canonical`` is the one text of the formula and ``hash`` its SHA-256; ``history`` is how many bars the condition
    needs before it can be known; ``fields`` are those that the bars must have.
    """

    canonical: str
    hash: str
    history: int
    warnings: tuple[Problem, ...]
    series: tuple[SeriesInfo, ...]
    plan: Plan

    @property
    def fields(self) -> tuple[str, ...]:
        """The bars' fields that are read, sorted."""
        return self.plan.fields

    def evaluate(self, bars: Bars) -> Evaluation:
        """Evaluate over all bars; the result on a bar depends on that bar and those before it only."""
        size = len(bars)
        truth, *values = run(self.plan, bars)
        return Evaluation(
            as_truth(truth, size),
            {info.name: as_numbers(value, size) for info, value in zip(self.series, values, strict=True)},
        )
