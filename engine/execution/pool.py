"""The backend that works in supervised processes of this machine.

A task that hangs is killed, one that crashes is named, and neither costs another item its outcome. Why this
is not ``ProcessPoolExecutor``: docs/decisions/0002-own-worker-pool.md. How it works:
:mod:`engine.execution.crew`. Here is only what callers see.
"""

from __future__ import annotations

import atexit
import multiprocessing.util  # noqa: F401  its exit hook waits for children: ours, the younger, runs first
import weakref
from collections.abc import Iterator, Sequence

from engine.execution.backend import CancelSwitch, Item, Outcome, Task
from engine.execution.run import Run, check_limits
from engine.execution.supervisor import Supervisor
from engine.execution.worker import Orders


class SupervisedPool:
    """As many worker processes as asked for, started on the first run and warm between runs.

    ``initial_imports`` are modules that each worker imports before it counts as ready. ``memory_mb`` limits the
    memory of each worker, on Linux: an item that wants more gets a MemoryError, or its worker dies of it. One run
    at a time. A pool that is dropped closes itself, and so does one that is still open at the end of the program.
    """

    elsewhere = False

    def __init__(
        self, workers: int, *, initial_imports: tuple[str, ...] = (), memory_mb: int | None = None
    ) -> None:
        if workers < 1:
            message = f"a pool needs one worker or more, not {workers}"
            raise ValueError(message)
        self.workers = workers
        self._supervisor = Supervisor(workers, Orders(initial_imports, memory_mb))
        # The finalizer's own exit hook would not do: it may be older than multiprocessing's and run after it.
        weakref.finalize(self, _close, self._supervisor, 0.0).atexit = False
        atexit.register(self._supervisor.close, 0.0)

    def run(
        self,
        task: Task,
        items: Sequence[Item],
        *,
        chunk: int = 1,
        timeout: float | None = None,
        cancel: CancelSwitch | None = None,
        heartbeat: float | None = None,
    ) -> Iterator[Outcome | None]:
        """Yield one outcome per item, in completion order; see :meth:`engine.execution.backend.Backend.run`.

        Nothing happens before the first outcome is asked for. Dropping the iterator cancels the run.
        """
        check_limits(chunk, timeout)
        if not items:
            return
        run = Run(task, items, chunk=chunk, timeout=timeout, cancel=cancel)
        self._supervisor.begin(run)
        try:
            yield from run.outcomes(heartbeat)
        finally:
            self._supervisor.release(run)

    def warm_up(self) -> None:
        """Start the workers in the background, so that the first run does not wait for them."""
        self._supervisor.start()

    def pids(self) -> tuple[int, ...]:
        """Return the process ids of the workers that can take an item or are at one, for diagnostics."""
        return self._supervisor.pids()

    def close(self, grace: float = 2.0) -> None:
        """Cancel what runs and stop the workers: idle ones get ``grace`` seconds, then they are killed."""
        _close(self._supervisor, grace)


def _close(supervisor: Supervisor, grace: float) -> None:
    supervisor.close(grace)
    atexit.unregister(supervisor.close)
