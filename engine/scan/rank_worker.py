"""The part of a rank pass that runs in a worker: one symbol's values, before they are ranked.

Not here: ranking, which needs all symbols (``ranking``), and the scan itself (``chunk_worker``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.data.opening import open_repository
from engine.data.series import load_bars
from engine.market.bars import FloatArray
from engine.market.resample import period_numbers
from engine.market.timeframe import Timeframe
from engine.scan.ranking import RankTable
from engine.scan.symbol_scan import surroundings_of

if TYPE_CHECKING:
    from engine.formula.service import CompiledScan

TASK = "engine.scan.rank_worker:open_rank_pass"


@dataclass(frozen=True, slots=True)
class RankContext:
    """All that a worker needs to know about a pass; ``ranks`` are those of the passes before it."""

    address: str
    compiled: CompiledScan
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
