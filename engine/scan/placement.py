"""Where a scan's work is done, and in what pieces.

Worker processes give every symbol a time limit and keep its crash to itself, and they take a second to start. A scan
that our own compiled indicators do over bars that lie ready, in less time than that, needs none of it: the engine does
it in its own process (:func:`is_light`) unless it was told where to work. The estimates are rough on purpose: what
they decide is how long a scan takes, never what comes out of it.

Here: the backends' names, the estimate, the decision, and how many symbols travel together. Not here: running
anything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import numpy as np

from engine.execution.backend import Backend
from engine.execution.inline import InlineBackend
from engine.execution.partition import lin_parts
from engine.execution.pool import SupervisedPool
from engine.formula.functions import index
from engine.formula.plan import Plan, Step
from engine.market.timeframe import Timeframe
from engine.scan.block_worker import Block
from engine.scan.plan import ScanPlan

BackendName: TypeAlias = Literal["auto", "local", "inline"]

# Of work in this process: with no worker up yet, and with workers that wait.
MOST_LIGHT_SECONDS = 0.3
MOST_TRIFLING_SECONDS = 0.02
# What a chunk should take; a worker that dies or a cancel waits for no more than the symbol at hand.
CHUNK_SECONDS = 0.1
# More symbols at once might not fit into the pipe of a worker that is busy.
CHUNK_LIMIT = 100
CHUNKS_PER_WORKER = 8
# What a block of symbols that lie ready should take: a cancel in this process waits for its end.
BLOCK_SECONDS = 0.02
BLOCKS_PER_WORKER = 12
# Fewer symbols are not worth another block, more might not fit into a worker's pipe.
LEAST_BLOCK, BLOCK_LIMIT = 8, 200
# So much shorter than the limit of a single symbol is a block by the estimate.
BLOCKS_PER_TIMEOUT = 50

# Measured on one core of 2026, and rounded up: for each symbol, for each of its steps, for each bar of a step.
_SYMBOL_SECONDS = 30e-6
_STEP_SECONDS = 2e-6
_BAR_SECONDS = {"plain": 1e-9, "talib": 6e-9, "own": 100e-9}
_OWN_FAMILIES = frozenset({"Windows", "Volume", "Events"})
# What a symbol of ten years takes whose bars are not in the snapshot.
_READING_SECONDS = 2.5e-3
_USUAL_BARS = 2520


def scan_seconds(plan: ScanPlan, ready_bars: int | None) -> float:
    """Estimate how long one core is at it; ``ready_bars`` is how many bars lie ready, None where some must be read."""
    symbols = len(plan.symbols)
    bars = ready_bars if ready_bars is not None else symbols * _USUAL_BARS
    reading = 0.0 if ready_bars is not None else symbols * _READING_SECONDS
    each, per_bar = _costs(plan)
    return reading + symbols * each + bars * per_bar


def _costs(plan: ScanPlan) -> tuple[float, float]:
    """Return the seconds for a symbol, and for each of its bars."""
    plans = (plan.compiled.plan, *(each for _, each in plan.compiled.rank_passes))
    steps = sum(len(each.steps) for each in plans)
    per_bar = sum(_bar_seconds(step) for each in plans for step in each.steps)
    return _SYMBOL_SECONDS + steps * _STEP_SECONDS, per_bar


def is_light(plan: ScanPlan, ready_bars: int | None, *, workers_wait: bool) -> bool:
    """Tell whether the scan is best done in this process.

    Only a formula of our own functions over one symbol's own daily bars is, and only where all bars lie ready.
    """
    if ready_bars is None or not _is_plain(plan):
        return False
    most = MOST_TRIFLING_SECONDS if workers_wait else MOST_LIGHT_SECONDS
    return scan_seconds(plan, ready_bars) < most


def chunk_size(symbols: int, workers: int, seconds: float = 0.0) -> int:
    """Return how many symbols travel together: about a tenth of a second of work, eight chunks a worker at least.

    ``seconds`` is the estimate for all of them, 0 where there is none.
    """
    spread = math.ceil(symbols / (workers * CHUNKS_PER_WORKER))
    paced = math.ceil(CHUNK_SECONDS * symbols / seconds) if seconds > 0 else CHUNK_LIMIT // 2
    return max(1, min(CHUNK_LIMIT, spread, paced))


def cut_blocks(
    plan: ScanPlan,
    symbols: Sequence[str],
    ready: Mapping[str, int],
    workers: int,
    *,
    from_files: bool = False,
    timeout: float | None = None,
    most: int | None = None,
) -> tuple[list[Block], list[str]]:
    """Return the symbols that are scanned together, in blocks of about equal work, and those that are scanned alone.

    ``ready`` says how many bars of a symbol lie ready, ``from_files`` that the others are as good as ready: they are
    read from files of our own. A block takes moments by the estimate, and a small part of the ``timeout`` of a single
    symbol, and has ``most`` symbols.
    """
    together = [symbol for symbol in symbols if from_files or symbol in ready]
    if not together or not _is_plain(plan) or most == 1:
        return [], list(symbols)
    each, per_bar = _costs(plan)
    bars = np.array([ready.get(symbol, -1) for symbol in together])
    to_read = bars < 0
    costs = each + per_bar * np.where(to_read, _USUAL_BARS, bars) + _READING_SECONDS * to_read
    longest = BLOCK_SECONDS if timeout is None else min(BLOCK_SECONDS, timeout / BLOCKS_PER_TIMEOUT)
    parts = max(
        math.ceil(float(costs.sum()) / longest),
        min(workers * BLOCKS_PER_WORKER, math.ceil(len(together) / LEAST_BLOCK)),
        math.ceil(len(together) / min(most or BLOCK_LIMIT, BLOCK_LIMIT)),
    )
    # Of whole nanoseconds, so that every block takes about as long as any other.
    ends = np.cumsum(np.ceil(costs * 1e9).astype(np.int64))
    bounds = np.searchsorted(ends, lin_parts(int(ends[-1]), parts)[1:-1], side="right").tolist()
    cut = zip((0, *bounds), (*bounds, len(together)), strict=True)
    pieces = [tuple(together[start:stop]) for start, stop in cut if stop > start]
    if most is not None:
        pieces = [piece[start : start + most] for piece in pieces for start in range(0, len(piece), most)]
    alone = [] if from_files else [symbol for symbol in symbols if symbol not in ready]
    return pieces, alone


def open_backend(backend: BackendName | Backend, workers: int, memory_mb: int | None) -> Backend:
    """Return the backend of that name with so many workers, or the one that is given; of ``auto``, the workers."""
    if backend in {"auto", "local"}:
        return SupervisedPool(workers, initial_imports=("engine.scan.block_worker",), memory_mb=memory_mb)
    if backend == "inline":
        return InlineBackend()
    assert not isinstance(backend, str)
    return backend


def _is_plain(plan: ScanPlan) -> bool:
    compiled = plan.compiled
    return (
        plan.events is None
        and plan.context.service is None
        and plan.context.timeframe is Timeframe.DAY
        and not (compiled.rank_passes or compiled.symbols or compiled.timeframes)
        and _has_known_functions(compiled.plan)
    )


def _has_known_functions(plan: Plan) -> bool:
    return all(
        step.operation != "call" or index.find(str(step.constants[0])) is not None for step in plan.steps
    )


def _bar_seconds(step: Step) -> float:
    if step.operation != "call":
        return _BAR_SECONDS["plain"]
    function = index.find(str(step.constants[0]))
    if function is None:
        return _BAR_SECONDS["own"]
    return _BAR_SECONDS["own" if function.family in _OWN_FAMILIES else "talib"]
