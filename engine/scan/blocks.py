"""The last round of a scan in blocks of symbols, and one by one where that did not go well.

1. What :func:`engine.scan.placement.cut_blocks` put together goes out as blocks (``block_worker``).
2. Their records become one outcome per symbol again.
3. Symbols that raised, symbols of a block whose worker died or took too long, and those that were in no block go out
   one by one (``chunk_worker``): there each has its own limit, and only the one to blame is blamed.

After a cancel the symbols of unfinished blocks are cancelled. Not here: which symbols may be in a block
(``placement``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from engine.execution.backend import Item, Outcome, Status, Task
from engine.scan import block_worker, chunk_worker
from engine.scan.block_worker import Block, BlockReport
from engine.scan.chunk_worker import ScanContext

# Runs a task over items on the run's backend, with its chunks, time limit and cancel.
Runner: TypeAlias = Callable[[Task, Sequence[Item]], Iterator[Outcome | None]]


@dataclass(frozen=True, slots=True)
class Blocks:
    """How a run scans symbols together.

    ``cut`` returns blocks, and the symbols that are to be scanned alone. ``run`` is for blocks: they travel one by one.
    """

    cut: Callable[[Sequence[str]], tuple[Sequence[Block], Sequence[str]]]
    run: Runner


def scan_symbols(
    context: ScanContext, symbols: Sequence[str], run: Runner, together: Blocks | None = None
) -> Iterator[Outcome | None]:
    """Yield one outcome per symbol, and None for a heartbeat."""
    blocks, rest = ((), symbols) if together is None else together.cut(symbols)
    alone = list(rest)
    if together is not None and blocks:
        items = [Item(f"{block[0]} to {block[-1]}", block) for block in blocks]
        for outcome in together.run(Task(block_worker.TASK, context), items):
            if outcome is None:
                yield None
                continue
            block = blocks[outcome.index]
            if isinstance(outcome.value, BlockReport):
                yield from block_worker.outcomes_of(block, outcome.value)
                alone += block_worker.raised(block, outcome.value)
            elif outcome.status is Status.CANCELLED:
                for symbol in block:
                    yield Outcome(symbol, 0, Status.CANCELLED, attempts=0)
            else:
                alone += block
    if alone:
        yield from run(Task(chunk_worker.TASK, context), [Item(symbol, symbol) for symbol in alone])
