"""The pool's view of one worker: a process, its private pipe, what it holds and until when it may take.

Only the supervisor's thread touches it, except for :meth:`WorkerProcess.kill`. Not here: any decision. What
to do about a death or a passed deadline is :mod:`engine.execution.crew`'s.
"""

from __future__ import annotations

import contextlib
import enum
import math
import time
from collections import deque

from engine.execution.child import start_child
from engine.execution.inbox import open_inbox
from engine.execution.wire import Stop, pack
from engine.execution.worker import Orders

# A worker that is not ready after this long hangs in an import (or in opening what nobody wants any more).
START_SECONDS = 60.0
# The kernel may take a moment to end a process, above all one with much memory.
REAP_SECONDS = 1.0


class Phase(enum.Enum):
    """How far a worker has come.

    ``OUTDATED`` is a worker that still opens the task of a run that has ended: its answer says nothing about the
    run of the day.
    """

    STARTING = "starting"
    READY = "ready"
    OPENING = "opening"
    OPEN = "open"
    OUTDATED = "outdated"


class WorkerProcess:
    """A child process that has been started."""

    def __init__(self, orders: Orders) -> None:
        """Start the process; raises what :func:`engine.execution.child.start_child` raises."""
        self._process, self.pipe = start_child(orders)
        self.pid = self._process.pid
        self.inbox = open_inbox(self.pipe)
        self.sentinel = self._process.sentinel
        self.phase = Phase.STARTING
        self.deadline = time.monotonic() + START_SECONDS
        self._chunks: deque[deque[int]] = deque()
        self._item_began = 0.0

    @property
    def chunks(self) -> int:
        """How many chunks it holds: the one it works on and at most one that waits in its pipe."""
        return len(self._chunks)

    @property
    def items(self) -> int:
        """How many items it holds without an answer."""
        return sum(map(len, self._chunks))

    @property
    def current_item(self) -> int | None:
        """The item that it works on: it answers in order, so that is the first without an answer."""
        return self._chunks[0][0] if self._chunks else None

    @property
    def idle(self) -> bool:
        """Whether it waits for work."""
        return self.phase in {Phase.READY, Phase.OPEN} and not self._chunks

    @property
    def item_seconds(self) -> float:
        """How long it has been on its current item."""
        return time.monotonic() - self._item_began

    def unanswered(self) -> list[tuple[int, ...]]:
        """Return the items it holds without an answer, chunk by chunk."""
        return [tuple(chunk) for chunk in self._chunks]

    def unstarted(self) -> list[tuple[int, ...]]:
        """Return the items it holds and has not come to: all but the current one."""
        (_, *rest), *prefetched = self.unanswered()
        return [tuple(rest), *prefetched]

    def be_ready(self) -> None:
        """Note that it waits for a task to open."""
        self.phase = Phase.READY
        self.deadline = math.inf

    def end_run(self) -> None:
        """Note that the run has ended, so that whatever it has opened, or is opening, is the wrong task."""
        if self.phase is Phase.OPEN:
            self.phase = Phase.READY
        elif self.phase is Phase.OPENING:
            self.phase = Phase.OUTDATED
            self.deadline = time.monotonic() + START_SECONDS

    def send(self, data: bytes) -> bool:
        """Send a packed message; False when the process has left."""
        try:
            self.pipe.send_bytes(data)
        except OSError:
            return False
        return True

    def hold(self, indices: tuple[int, ...], limit: float | None) -> None:
        """Note that these items have been sent to it."""
        self._chunks.append(deque(indices))
        if len(self._chunks) == 1:
            self._begin_item(limit)

    def finish_item(self, limit: float | None) -> None:
        """Note that it ended its current item and so began the next, with a deadline of its own."""
        self._chunks[0].popleft()
        if not self._chunks[0]:
            self._chunks.popleft()
        self._begin_item(limit)

    def kill(self) -> None:
        """End the process at once, whatever it does; from any thread."""
        # The supervisor has reaped it already (ValueError), or is just doing so (AttributeError).
        with contextlib.suppress(ValueError, AttributeError, OSError):
            self._process.kill()

    def reap(self, patience: float = REAP_SECONDS) -> int | None:
        """Wait for the end of a process that was killed or is leaving; return its exit code.

        None means that the kernel could not end it (or has not said how): it is left alone.
        """
        self._process.join(patience)
        # No death without an end: one that only closed its pipe is killed.
        if self._process.is_alive():
            self.kill()
        # Another thread that polls its children may take the exit code first: then it appears a moment later.
        limit = time.monotonic() + REAP_SECONDS
        while self._process.exitcode is None and time.monotonic() < limit:
            self._process.join(0.01)
        return self._process.exitcode

    def ask_to_leave(self) -> None:
        """Ask an idle worker to end by itself."""
        self.send(pack(Stop()))

    def discard(self) -> None:
        """Give the descriptors back; the process has been reaped."""
        self.pipe.close()
        with contextlib.suppress(ValueError):  # one that the kernel cannot end keeps its sentinel
            self._process.close()

    def _begin_item(self, limit: float | None) -> None:
        self._item_began = time.monotonic()
        self.deadline = math.inf
        if self._chunks and limit is not None:
            self.deadline = self._item_began + limit
