"""A formula that is ready to run: plain data that pickles, hashes and travels to workers.

Here: :class:`CompiledScan` and what it returns. Not here: how one is made (``service``), which needs the parser that
workers never load.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.errors import Problem
from engine.formula.evaluator import as_numbers, run
from engine.formula.frames import Surroundings
from engine.formula.plan import Plan
from engine.formula.series import SeriesInfo
from engine.market.bars import Bars, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What a formula says about one symbol's bars, one value per bar.

    ``truth`` is 0 for false, 1 for unknown, 2 for true: *and* is the minimum, *or* the maximum, *not* two minus. With
    several formulas it says whether any holds, and ``truths`` has each by name.
    ``values`` are the series by name, NaN where unknown, truths as 1 and 0. Arrays may be those of the bars: do not
    write into them.
    """

    truth: NDArray[np.int8]
    values: Mapping[str, FloatArray]
    truths: Mapping[str, NDArray[np.int8]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompiledScan:
    """A formula, or several, and the columns, checked and planned.

    ``canonical`` is the one text of the formula and ``hash`` its SHA-256; ``history`` is how many bars the condition
    needs before it can be known; ``fields`` are those that the bars must have. ``rank_passes`` are what the scan must
    rank beforehand (``Planner.rank_plans``); ``formulas`` the names of several formulas, sorted. ``names`` are
    those of the series, ``truth_names`` those of series that are conditions.
    """

    canonical: str
    hash: str
    history: int
    warnings: tuple[Problem, ...]
    series: tuple[SeriesInfo, ...]
    plan: Plan
    rank_passes: tuple[tuple[tuple[int, ...], Plan], ...] = ()
    formulas: tuple[str, ...] = ()
    names: tuple[str, ...] = field(init=False, compare=False, repr=False)
    truth_names: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(info.name for info in self.series))
        truths = tuple(info.name for info in self.series if info.role == "truth")
        object.__setattr__(self, "truth_names", truths)

    @property
    def fields(self) -> tuple[str, ...]:
        """The bars' fields that are read, sorted."""
        return tuple(sorted({name for plan in self._plans for name in plan.fields}))

    @property
    def symbols(self) -> tuple[str, ...]:
        """The other symbols that ``sym`` reads, sorted."""
        return tuple(sorted({name for plan in self._plans for name in plan.symbols}))

    @property
    def timeframes(self) -> tuple[str, ...]:
        """The longer timeframes that ``tf`` reads, sorted."""
        return tuple(sorted({name for plan in self._plans for name in plan.timeframes}))

    @property
    def detectors(self) -> tuple[tuple[str, str, bool], ...]:
        """The names given to ``detector``, event or "" included, and whether the symbol's own bars are meant."""
        ranked = {(name, event, False) for _, plan in self.rank_passes for name, event, _ in plan.detectors}
        return tuple(sorted({*self.plan.detectors, *ranked}))

    @property
    def functions(self) -> frozenset[str]:
        """The names of the functions that are called."""
        steps = (step for plan in self._plans for step in plan.steps)
        return frozenset(str(step.constants[0]) for step in steps if step.operation == "call")

    @property
    def needs_ranks(self) -> bool:
        """Whether the whole universe must be ranked before one symbol can be evaluated."""
        return bool(self.rank_passes)

    @property
    def _plans(self) -> tuple[Plan, ...]:
        return (self.plan, *(plan for _, plan in self.rank_passes))

    def evaluate(self, bars: Bars, surroundings: Surroundings | None = None) -> Evaluation:
        """Evaluate over all bars; the result on a bar depends on that bar and those before it only.

        Formulas with ``sym`` or ``csrank`` need ``surroundings`` and are a FormulaError without them.
        """
        results = run(self.plan, bars, surroundings)
        count = len(self.formulas) or 1
        values = dict(zip(self.names, results[count:]))  # noqa: B905  planned together; each check is felt
        for name in self.truth_names:
            values[name] = as_numbers(values[name], len(bars))
        if not self.formulas:
            return Evaluation(results[0], values)
        truths = dict(zip(self.formulas, results, strict=False))
        any_holds = results[0].copy()
        for truth in results[1:count]:
            np.maximum(any_holds, truth, out=any_holds)
        return Evaluation(any_holds, values, truths)

    def ranked(self, number: int, bars: Bars, surroundings: Surroundings) -> tuple[FloatArray, ...]:
        """Return what rank pass ``number`` ranks on these bars, one array per rank of the pass."""
        return ranked(self.rank_passes[number][1], bars, surroundings)


def ranked(plan: Plan, bars: Bars, surroundings: Surroundings) -> tuple[FloatArray, ...]:
    """Return what a pass with this plan ranks on these bars."""
    return tuple(as_numbers(value, len(bars)) for value in run(plan, bars, surroundings))
