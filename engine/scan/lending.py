"""What an engine lends to other work over its universe: the warm workers, and the bars as they were when it began.

Not here: the work, such as measuring what came after the matches (``engine.scan.evaluation``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.data.repository import CandleRepository
from engine.data.snapshot import Finds
from engine.execution.backend import CancelFlag
from engine.scan.rounds import Runner


@dataclass(frozen=True, slots=True)
class Loan:
    """Workers and bars for the length of one ``with`` statement.

    ``run`` sends items to the workers under the engine's time limit, ``timeout``; ``take`` gets what their reads found
    out for the snapshot. ``cancel`` is set by :meth:`engine.scan.processing.ProcessingEngine.cancel`.
    """

    repository: CandleRepository
    run: Runner
    take: Callable[[Finds], None]
    cancel: CancelFlag
    timeout: float | None
