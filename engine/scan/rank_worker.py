"""The part of a rank pass that runs in a worker: one symbol's values, before they are ranked.

Not here: ranking, which needs all symbols (``ranking``), and the scan itself (``chunk_worker``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.data.opening import open_repository
from engine.data.series import load_bars
from engine.formula.frames import Surroundings
from engine.formula.plan import Plan
from engine.market.bars import Bars, FloatArray
from engine.market.resample import period_numbers
from engine.market.timeframe import Timeframe
from engine.scan.ranking import RankTable
from engine.scan.symbol_scan import surroundings_of

TASK = "engine.scan.rank_worker:open_rank_pass"


class Ranked(Protocol):
    """A formula with ranks, ready to run: plain data that travels."""

    @property
    def rank_passes(self) -> tuple[tuple[tuple[int, ...], Plan], ...]:
        """What must be ranked beforehand, innermost ranks first."""
        ...

    def ranked(self, number: int, bars: Bars, surroundings: Surroundings) -> tuple[FloatArray, ...]:
        """Return what a pass ranks on these bars, one array per rank of the pass."""
        ...


@dataclass(frozen=True, slots=True)
class RankContext:
    """All that a worker needs to know about a pass; ``ranks`` are those of the passes before it."""

    address: str
    compiled: Ranked
    timeframe: Timeframe
    number: int
    ranks: Mapping[int, RankTable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class RankInput:
    """One symbol's values, an array per rank, and the number of the period (day, week …) of each bar."""

    periods: NDArray[np.int64]
    values: tuple[FloatArray, ...]


def open_rank_pass(context: RankContext) -> Callable[[str], RankInput]:
    """Open the data and return the function that computes one symbol's values over all of its bars."""
    repository = open_repository(context.address)
    surroundings = surroundings_of(repository, context.timeframe, context.ranks)

    def values_of(symbol: str) -> RankInput:
        bars, _ = load_bars(repository, symbol, context.timeframe)
        values = context.compiled.ranked(context.number, bars, surroundings)
        return RankInput(period_numbers(bars.timestamp, context.timeframe), values)

    return values_of
