"""The part of an evaluation that runs in a worker: one symbol's forward returns, and its share of the universe.

Nothing here writes files, prints or starts anything; what goes back is arrays and numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.data.hive import HiveCandleRepository
from engine.data.opening import open_repository
from engine.data.series import load_bars
from engine.data.snapshot import Finds, gather_finds
from engine.market.bars import Bars, FloatArray, TimeArray
from engine.market.resample import period_numbers
from engine.market.timeframe import Timeframe
from engine.outcomes.forward_returns import FateArray, OutcomeTerms, forward_returns, locate
from engine.outcomes.universe_mean import UniversePart, universe_part
from engine.scan.window import MatchWindow

TASK = "engine.scan.evaluation.forward_worker:open_forward_pass"


@dataclass(frozen=True, slots=True)
class ForwardContext:
    """All that a worker needs to know about a pass; the window is that of the scan which found the signals."""

    address: str
    timeframe: Timeframe
    terms: OutcomeTerms
    window: MatchWindow


class SymbolSignals(NamedTuple):
    """A symbol and the times of its signals, of any order; most symbols of most runs have none."""

    symbol: str
    when: TimeArray | None


class ForwardReport(NamedTuple):
    """What a worker sends back for one symbol.

    ``values``, ``fates`` and ``periods`` belong to its signals, in their order. ``span`` holds the first and the last
    time inside the window, None where there is none; ``part`` what the symbol adds to the universe.
    """

    values: FloatArray
    fates: FateArray
    periods: NDArray[np.int64]
    span: tuple[np.datetime64, np.datetime64] | None
    part: UniversePart
    bars: int
    finds: Finds


def open_forward_pass(context: ForwardContext) -> Callable[[SymbolSignals], ForwardReport]:
    """Open the data and return the function that measures one symbol."""
    repository = open_repository(context.address)
    if isinstance(repository, HiveCandleRepository):
        repository.symbols()
    take_finds = gather_finds(repository)

    def measure(signals: SymbolSignals) -> ForwardReport:
        bars, _ = load_bars(repository, signals.symbol, context.timeframe)
        when = np.empty(0, "datetime64[us]") if signals.when is None else signals.when
        found = forward_returns(bars.open, bars.close, locate(bars.timestamp, when), context.terms)
        inside = context.window.rows(bars.timestamp)
        times = bars.timestamp[inside]
        return ForwardReport(
            values=found.values,
            fates=found.fates,
            periods=period_numbers(when, context.timeframe),
            span=(times[0], times[-1]) if len(times) else None,
            part=_share(bars, context),
            bars=len(bars),
            finds=take_finds(),
        )

    return measure


def _share(bars: Bars, context: ForwardContext) -> UniversePart:
    """Return what the symbol adds to the universe, on the dates of the run; the last bars of others may be earlier."""
    dates = replace(context.window, last_bars=None, lookback_days=None).rows(bars.timestamp)
    at = np.arange(dates.start, dates.stop, dtype=np.int64)
    terms = replace(context.terms, cost_bps=0.0)
    returns = forward_returns(bars.open, bars.close, at, terms).values
    return universe_part(period_numbers(bars.timestamp[dates], context.timeframe), returns)
