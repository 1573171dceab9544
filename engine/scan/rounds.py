"""A scan's rounds over the universe: one for each level of ``csrank``, and then the scan itself.

Each goes through the backend. A symbol that fails in a round is left out of the ranks and of the rounds that follow;
its outcome says why. Not here: what a worker does in a round (``rank_worker``, ``event_worker``), and
the scan of the symbols (``blocks``).
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import Protocol

from engine.execution.backend import Item, Outcome, Status, Task
from engine.scan import event_worker, rank_worker
from engine.scan.blocks import Blocks, Runner, scan_symbols
from engine.scan.event_plan import EventPlan
from engine.scan.event_worker import EventContext, EventItem
from engine.scan.plan import ScanPlan
from engine.scan.plugin_rounds import PluginRounds
from engine.scan.rank_worker import RankContext
from engine.scan.ranking import RankStore

__all__ = ["Kept", "RoundProgress", "Runner", "run_rounds"]


class Kept(Protocol):
    """What an earlier session of the same run has finished already."""

    def take_over(self, unranked: Set[str]) -> Sequence[Outcome]:
        """Return the outcomes that still hold when these symbols have no rank."""
        ...


@dataclass(slots=True)
class RoundProgress:
    """How far all rounds have come, counted in symbols of one."""

    rounds: int
    _done: int = 0

    @property
    def completed(self) -> int:
        """Symbols done: a symbol counts when its last round is over, and in part before."""
        return self._done // self.rounds

    def count(self, number: int, *, final: bool) -> None:
        """Note that a symbol is through round ``number``, or through with all of them."""
        self._done += self.rounds - number if final else 1


def run_rounds(
    plan: ScanPlan,
    store: RankStore,
    run: Runner,
    cancelled: Callable[[], bool],
    kept: Kept,
    *,
    plugins: PluginRounds | None = None,
    together: Blocks | None = None,
) -> Iterator[tuple[int, Outcome | None, bool]]:
    """Yield each round's number, a symbol's outcome in it, and whether that is the symbol's last word.

    Ranks are worked out into ``store``. The outcome is None for a heartbeat. After a cancel the rounds are gone through
    without any work, so that every symbol has its last word. What is ``kept`` takes part in the ranks, but is not
    scanned again. Plug-ins go over what is left between the ranks and the scan, which takes symbols ``together`` where
    it can.
    """
    symbols = list(plan.symbols)
    compiled = plan.compiled
    for number, (ranks, _) in enumerate(compiled.rank_passes):
        tables = dict(store.tables)
        context = RankContext(plan.context.address, compiled, plan.context.timeframe, number, tables)
        failed = set()
        with contextlib.closing(store.begin(ranks)) as ranking:
            for outcome in run(Task(rank_worker.TASK, context), _items(symbols)):
                is_failure = outcome is not None and outcome.status is not Status.OK
                if outcome is not None and is_failure:
                    failed.add(outcome.key)
                elif outcome is not None:
                    ranking.add(outcome.key, outcome.value.periods, outcome.value.values)
                yield number, outcome, is_failure
            for _ in ranking.finish():
                yield number, None, False
                if cancelled():
                    break
        symbols = [symbol for symbol in symbols if symbol not in failed]
    last = replace(plan.context, ranks=dict(store.tables))
    # A cancel leaves symbols without a rank that would have one.
    taken_over = () if cancelled() else kept.take_over(set(plan.symbols) - set(symbols))
    done = {outcome.key for outcome in taken_over}
    left = [symbol for symbol in symbols if symbol not in done]
    number = len(compiled.rank_passes)
    if plugins is not None:
        for round_, outcome in plugins.run(left):
            yield number + round_, outcome, False
        number += len(plugins)
    if plan.events is None:
        outcomes = scan_symbols(last, left, run, together)
    else:
        outcomes = run(*_detection(replace(plan, context=last), plan.events, left, plugins))
    for outcome in itertools.chain(taken_over, outcomes):
        yield number, outcome, outcome is not None


def _detection(
    plan: ScanPlan, events: EventPlan, symbols: Sequence[str], plugins: PluginRounds | None
) -> tuple[Task, list[Item]]:
    """Return the task of a scan with detectors; each symbol comes with what the plug-ins have found on it."""
    columns = plan.context.columns
    context = EventContext(plan.context, events.chosen, events.kinds, columns, events.history)
    given = plugins.given if plugins is not None else lambda _symbol: {}
    return Task(event_worker.TASK, context), [
        Item(symbol, EventItem(symbol, given(symbol))) for symbol in symbols
    ]


def _items(symbols: Sequence[str]) -> list[Item]:
    return [Item(symbol, symbol) for symbol in symbols]
