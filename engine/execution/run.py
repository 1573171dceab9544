"""One call of ``run()`` on the pool: what is still to do, and the outcomes on their way to the caller.

Two threads hold a :class:`Run`. The caller's thread iterates :meth:`Run.outcomes` and may :meth:`Run.abandon`
it; everything else belongs to the supervisor's thread. Between the two stands one queue. No process is known
here: this is the bookkeeping that gives every item exactly one outcome.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from engine.errors import BackendError
from engine.execution.backend import CancelSwitch, ErrorInfo, Item, Outcome, Status, Task
from engine.execution.task import describe
from engine.execution.wire import Chunk, Done, Open, pack, unpack

# An item that kills its worker this often is reported; once might be the machine's fault.
MOST_CRASHES = 2
# How long a wait for news may last before an interrupt (Ctrl-C) is looked at; only Windows needs it.
INTERRUPT_SECONDS = 1.0


class Run:
    """A run's items, its queue of chunks and its outcomes."""

    def __init__(
        self,
        task: Task,
        items: Sequence[Item],
        *,
        chunk: int,
        timeout: float | None,
        cancel: CancelSwitch | None,
    ) -> None:
        self.opening = _opening(task)
        self.timeout = timeout
        self.cancel = cancel
        self.unresolved = len(items)
        self.finished = threading.Event()
        self._began = time.monotonic()
        self._items = items
        self._waiting = deque(
            tuple(range(start, min(start + chunk, len(items)))) for start in range(0, len(items), chunk)
        )
        self._resolved = bytearray(len(items))
        self._crashes: Counter[int] = Counter()
        self._abandoned = False
        self._seconds, self._answers = 0.0, 0
        self._settled: list[_Settled] = []
        self._news: queue.SimpleQueue[list[_Settled] | BackendError | None] = queue.SimpleQueue()

    # The caller's side.

    def outcomes(self, heartbeat: float | None) -> Iterator[Outcome | None]:
        """Yield outcomes until the run is finished, and None whenever none came for ``heartbeat`` seconds."""
        patience = INTERRUPT_SECONDS if heartbeat is None else heartbeat
        while True:
            try:
                news = self._news.get(timeout=patience)
            except queue.Empty:
                if heartbeat is not None:
                    yield None
                continue
            if news is None:
                return
            if isinstance(news, BackendError):
                raise news
            for settled in news:
                yield _outcome(settled)

    def abandon(self) -> None:
        """Ask for the end of the run: nobody will read its outcomes."""
        self._abandoned = True

    # The supervisor's side.

    @property
    def stop_wanted(self) -> bool:
        """Whether the caller cancelled the run or left it."""
        return self._abandoned or (self.cancel is not None and self.cancel.is_set())

    @property
    def seconds(self) -> float:
        """How long ago it was asked for."""
        return time.monotonic() - self._began

    @property
    def waiting(self) -> int:
        """How many chunks wait for a worker."""
        return len(self._waiting)

    def key(self, index: int) -> str:
        """Return what an item is called."""
        return self._items[index].key

    def take(self) -> Chunk | None:
        """Take the next chunk, if any; items that cannot be pickled get their outcome and are left out."""
        if not self._waiting:
            return None
        packed = []
        for index in self._waiting.popleft():
            try:
                packed.append((index, pack(self._items[index].payload)))
            except Exception as error:  # noqa: BLE001  pickling runs the payload's own code
                info = describe(error)
                unsendable = f"the item cannot be sent to a worker: {info.message}"
                self._resolve(index, Status.ERROR, error=ErrorInfo(info.type, unsendable, info.traceback))
        return Chunk(tuple(packed))

    def put_back(self, chunks: Sequence[tuple[int, ...]]) -> None:
        """Let chunks that were handed out but not started be the next ones."""
        self._waiting.extendleft(chunk for chunk in reversed(chunks) if chunk)

    def done(self, message: Done) -> None:
        """Note that an item ended by itself."""
        self._seconds += message.seconds
        self._answers += 1
        status = Status.OK if message.error is None else Status.ERROR
        self._resolve(message.item, status, value=message.value, error=message.error, seconds=message.seconds)

    def timed_out(self, index: int, seconds: float) -> None:
        """Note that an item passed its limit and its worker was killed."""
        self._resolve(index, Status.TIMEOUT, seconds=seconds)

    def crashed(self, index: int, exit_code: int | None, seconds: float) -> None:
        """Note that a worker died over an item; after the first time it waits for another try, alone."""
        self._crashes[index] += 1
        if self._crashes[index] < MOST_CRASHES:
            self._waiting.append((index,))
        else:
            self._resolve(index, Status.CRASH, seconds=seconds, exit_code=exit_code)

    def report(self, outcome: Outcome) -> None:
        """Take the outcome of an item over, with its value pickled, from a pool elsewhere that settled it."""
        self._settle(
            (
                outcome.key,
                outcome.index,
                outcome.status,
                outcome.value,
                outcome.error,
                outcome.seconds,
                outcome.attempts,
                outcome.exit_code,
            )
        )

    @property
    def mean_seconds(self) -> float:
        """How long an item that ended by itself has taken; 0 before the first."""
        return self._seconds / self._answers if self._answers else 0.0

    def hand_over(self) -> None:
        """Let the caller have what was settled since the last time: item by item it would cost a wake-up each."""
        if self._settled:
            settled, self._settled = self._settled, []
            self._news.put(settled)

    def finish(self, error: BackendError | None = None) -> None:
        """End the caller's iteration: items without an outcome are cancelled, or ``error`` is raised there."""
        self._waiting.clear()
        for index in range(len(self._items)):
            if error is None and not self._resolved[index]:
                self._resolve(index, Status.CANCELLED)
        self.hand_over()
        self.finished.set()
        self._news.put(error)

    def _resolve(
        self,
        index: int,
        status: Status,
        *,
        value: bytes = b"",
        error: ErrorInfo | None = None,
        seconds: float = 0.0,
        exit_code: int | None = None,
    ) -> None:
        key = self._items[index].key
        tries = self._crashes[index] + (status in _COUNTS_AS_TRY)
        self._settle((key, index, status, value, error, seconds, tries, exit_code))

    def _settle(self, settled: _Settled) -> None:
        index = settled[1]
        assert not self._resolved[index], f"item {index} has two outcomes"
        self._resolved[index] = True
        self.unresolved -= 1
        self._settled.append(settled)


# The fields of an outcome whose value is still pickled.
_Settled: TypeAlias = tuple[str, int, Status, bytes, ErrorInfo | None, float, int, int | None]
_COUNTS_AS_TRY = frozenset({Status.OK, Status.ERROR, Status.TIMEOUT})


def _opening(task: Task) -> Open:
    try:
        return Open(task.path, pack(task.context))
    except Exception as error:
        info = describe(error)
        sentence = f"The context of the task '{task.path}' cannot be sent to workers: {info}"
        raise BackendError(sentence, info.traceback) from error


def check_limits(chunk: int, timeout: float | None) -> None:
    """Refuse, with ValueError, what no run can be cut or timed by."""
    if chunk < 1 or (timeout is not None and timeout <= 0):
        message = f"chunk ({chunk}) and timeout ({timeout}) must be positive"
        raise ValueError(message)


def _outcome(settled: _Settled) -> Outcome:
    """Load the value; one that fails to load makes an error of its own item only."""
    key, index, status, value, error, seconds, tries, exit_code = settled
    if status is not Status.OK:
        return Outcome(key, index, status, None, error, seconds, tries, exit_code)
    try:
        return Outcome(key, index, status, unpack(value), None, seconds, tries)
    except (Exception, SystemExit) as raised:  # noqa: BLE001  loading runs the value's own code
        info = describe(raised)
        unreadable = ErrorInfo(info.type, f"the result cannot be read: {info.message}", info.traceback)
        return Outcome(key, index, Status.ERROR, None, unreadable, seconds, tries)
