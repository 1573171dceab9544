"""The part of a column pass that runs in a worker: one expression over one symbol, read off at given moments.

Nothing here writes files, prints or starts anything; what goes back is arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.data.opening import open_repository
from engine.data.series import load_bars
from engine.data.snapshot import Finds, gather_finds
from engine.market.bars import FloatArray
from engine.market.timeframe import Timeframe
from engine.outcomes.forward_returns import NO_BAR, locate
from engine.scan.evaluation.forward_worker import SymbolSignals
from engine.scan.symbol_scan import surroundings_of

if TYPE_CHECKING:
    from engine.formula.compiled import CompiledScan

TASK = "engine.scan.evaluation.column_worker:open_column_pass"


@dataclass(frozen=True, slots=True)
class ColumnContext:
    """All that a worker needs to know about a pass: ``name`` is the series of ``compiled`` that is wanted."""

    address: str
    compiled: CompiledScan
    name: str
    timeframe: Timeframe


class ColumnReport(NamedTuple):
    """What a worker sends back for one symbol: the values at its moments, in their order, NaN where unknown."""

    values: FloatArray
    finds: Finds


def open_column_pass(context: ColumnContext) -> Callable[[SymbolSignals], ColumnReport]:
    """Open the data and return the function that computes the column for one symbol."""
    repository = open_repository(context.address)
    take_finds = gather_finds(repository)
    around = surroundings_of(repository, context.timeframe)

    def compute(signals: SymbolSignals) -> ColumnReport:
        bars, _ = load_bars(repository, signals.symbol, context.timeframe)
        when = np.empty(0, "datetime64[us]") if signals.when is None else signals.when
        at = locate(bars.timestamp, when)
        found = np.full(len(at), np.nan)
        is_bar = at != NO_BAR
        found[is_bar] = context.compiled.evaluate(bars, around).values[context.name][at[is_bar]]
        return ColumnReport(found, take_finds())

    return compute
