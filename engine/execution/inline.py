"""The backend that works in this very process: for tests, debugging and cheap formula-only scans.

It isolates nothing: a crash takes the caller along and a time limit cannot be enforced. It does keep the rest
of the contract: one outcome per item, errors as text, and a cancel that is heard between two items.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.errors import BackendError
from engine.execution.backend import CancelSwitch, Item, Outcome, Status, Task
from engine.execution.task import attempt, open_task


class InlineBackend:
    """Runs one item after another in the caller's thread."""

    workers = 1
    elsewhere = False

    def __init__(self) -> None:
        self._closed = False

    def run(
        self,
        task: Task,
        items: Sequence[Item],
        *,
        chunk: int = 1,  # noqa: ARG002  nothing travels here
        timeout: float | None = None,  # noqa: ARG002  nothing here can stop a running item
        cancel: CancelSwitch | None = None,
        heartbeat: float | None = None,  # noqa: ARG002  the caller runs the items itself and never waits
    ) -> Iterator[Outcome | None]:
        """Yield the outcomes in the order of the items; see :meth:`engine.execution.backend.Backend.run`."""
        if self._closed:
            sentence = "This backend has been closed: open a new one."
            raise BackendError(sentence)
        if not items:
            return
        handler = open_task(task.path, task.context)
        for index, item in enumerate(items):
            if self._stopped(cancel):
                yield Outcome(item.key, index, Status.CANCELLED, attempts=0)
                continue
            tried = attempt(handler, item.payload)
            status = Status.OK if tried.error is None else Status.ERROR
            yield Outcome(item.key, index, status, tried.value, tried.error, tried.seconds)

    def close(self, grace: float = 2.0) -> None:  # noqa: ARG002  there is nothing to wait for
        """Cancel what is left of a run and refuse the next."""
        self._closed = True

    def _stopped(self, cancel: CancelSwitch | None) -> bool:
        return self._closed or (cancel is not None and cancel.is_set())
