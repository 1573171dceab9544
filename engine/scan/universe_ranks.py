"""Ranks over a universe outside of a scan: for an explanation, an audit or a chart.

The same passes as the scan's own (``rounds``), through any backend, into the same tables. Not here: the ranks
themselves (``ranking``) and what a worker computes for them (``rank_worker``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from engine.data.repository import CandleRepository
from engine.data.snapshot_run import begin_reading
from engine.execution.backend import Backend, CancelSwitch, Item, Status, Task
from engine.execution.inline import InlineBackend
from engine.market.bars import Bars, FloatArray
from engine.market.timeframe import Timeframe
from engine.scan.rank_worker import TASK, RankContext, Ranked
from engine.scan.ranking import RankStore, RankTable

CHUNK = 20

# The values of a rank, by its number, on the bars of one symbol.
RankReader = Callable[[int, Bars], FloatArray]


def rank_universe(
    formula: Ranked,
    address: str,
    timeframe: Timeframe,
    symbols: Sequence[str],
    *,
    backend: Backend,
    store: RankStore,
    cancel: CancelSwitch | None = None,
) -> frozenset[str]:
    """Work out all ranks of a formula among ``symbols`` into ``store``; return the symbols that could not be read."""
    failed: set[str] = set()
    for number, (ranks, _) in enumerate(formula.rank_passes):
        context = RankContext(address, formula, timeframe, number, dict(store.tables))
        items = [Item(symbol, symbol) for symbol in symbols if symbol not in failed]
        with contextlib.closing(store.begin(ranks)) as ranking:
            for outcome in backend.run(Task(TASK, context), items, chunk=CHUNK, cancel=cancel):
                if outcome is None:
                    continue
                if outcome.status is Status.OK:
                    ranking.add(outcome.key, outcome.value.periods, outcome.value.values)
                else:
                    failed.add(outcome.key)
            for _ in ranking.finish():
                pass
    return frozenset(failed)


def read_ranks(
    formula: Ranked,
    repository: CandleRepository,
    timeframe: Timeframe,
    symbols: Sequence[str] | None = None,
    *,
    snapshot_limit_gb: float = 0.0,
    cancel: CancelSwitch | None = None,
) -> RankReader:
    """Return the ranks of a formula among ``symbols`` (None: all), worked out in this process.

    With a limit above zero, bars come from the snapshot where one has been made.
    """
    reading = begin_reading(repository, snapshot_limit_gb, symbols)
    universe = sorted(repository.symbols() if symbols is None else symbols)
    try:
        with RankStore() as store:
            rank_universe(
                formula,
                reading.repository.address,
                timeframe,
                universe,
                backend=InlineBackend(),
                store=store,
                cancel=cancel,
            )
            return held_ranks(store.tables)
    finally:
        reading.finish()


def held_ranks(tables: Mapping[int, RankTable]) -> RankReader:
    """Return a reader of ranks that needs their files no longer."""
    values = {number: np.fromfile(table.path, dtype=np.float64) for number, table in tables.items()}

    def of(number: int, bars: Bars) -> FloatArray:
        begin, count = tables[number].place_of(bars)
        return values[number][begin : begin + count]

    return of
