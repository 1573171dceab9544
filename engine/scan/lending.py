"""What an engine lends to other work over its universe: the warm workers, and the bars as they were when it began.

Not here: the work, such as measuring what came after the matches (``engine.scan.evaluation``).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from engine.data.repository import CandleRepository
from engine.data.snapshot import Finds
from engine.execution.backend import CancelFlag, Item, Outcome, Task
from engine.scan.rounds import Runner


@dataclass(frozen=True, slots=True)
class Loan:
    """Workers and bars for the length of one ``with`` statement.

    ``take`` gets what reads of workers found out for the snapshot; ``timeout`` is the engine's limit for an item.
    ``cancel`` is set by :meth:`engine.scan.processing.ProcessingEngine.cancel`.
    """

    repository: CandleRepository
    run: Runner
    take: Callable[[Finds], None]
    cancel: CancelFlag
    timeout: float | None

    def outcomes(self, task: Task, items: Sequence[Item]) -> Generator[Outcome | None, None, None]:
        """Yield one outcome per item, and None when nothing has ended for a while; closing it cancels the rest."""
        yield from self.run(task, items)
