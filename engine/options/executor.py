"""Many tickers at once: a few threads, a limit for each ticker that really ends the wait, results in order.

Here: ``ThrottledExecutor``. The pace of requests is kept by ``throttle``, inside what each thread runs.

1. ``map_parallel`` starts at most ``workers`` threads; each takes one item after another.
2. The caller's thread waits for results and for the nearest deadline. At a deadline it answers that item with a
   timeout, sets its stop event, and starts another thread in place of the stuck one, whose late result is dropped.
3. Setting ``cancel`` answers everything that is left as cancelled and sets every stop event.

A thread cannot be killed: a stuck one ends when its connection does, and as a daemon it never keeps the program alive.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeAlias, TypeVar

from engine.options.throttle import RequestGate

T = TypeVar("T")
R = TypeVar("R")
State: TypeAlias = Literal["ok", "error", "timeout", "cancelled"]


@dataclass(frozen=True, slots=True)
class Answer(Generic[R]):
    """What became of one item: exactly one for each; ``seconds`` were measured, ``worker`` counts threads from 1."""

    index: int
    state: State
    value: R | None = None
    error: BaseException | None = None
    seconds: float = 0.0
    worker: int = 0


@dataclass(slots=True, eq=False)
class _Job:
    """An item that a thread is at work on."""

    index: int
    worker: int
    began: float
    stop: threading.Event = field(default_factory=threading.Event)
    is_done: bool = False


class ThrottledExecutor:
    """Runs a function over items in threads, its requests paced by ``gate``."""

    def __init__(self, gate: RequestGate | None = None, workers: int = 8) -> None:
        self.gate = gate
        self.workers = max(1, workers)

    def map_parallel(
        self,
        function: Callable[[T, threading.Event], R],
        items: Sequence[T],
        *,
        timeout: float = 60.0,
        cancel: threading.Event | None = None,
    ) -> list[Answer[R]]:
        """Return one answer for each item, in the items' order.

        ``function`` takes an item and an event that is set when nobody waits for it any more.
        """
        answers = sorted(
            self.stream(function, items, timeout=timeout, cancel=cancel), key=lambda each: each.index
        )
        assert len(answers) == len(items)
        return answers

    def stream(
        self,
        function: Callable[[T, threading.Event], R],
        items: Sequence[T],
        *,
        timeout: float = 60.0,
        cancel: threading.Event | None = None,
    ) -> Iterator[Answer[R]]:
        """Yield one answer for each item as it comes."""
        return _Run(function, items, timeout, cancel or threading.Event()).answers(self.workers)


class _Run(Generic[T, R]):
    """One call of the executor."""

    # How soon a cancel is noticed.
    BEAT = 0.05

    def __init__(
        self,
        function: Callable[[T, threading.Event], R],
        items: Sequence[T],
        timeout: float,
        cancel: threading.Event,
    ) -> None:
        self._function = function
        self._items = items
        self._timeout = timeout
        self._cancel = cancel
        self._waiting = iter(range(len(items)))
        self._lock = threading.Lock()
        self._at_work: dict[int, _Job] = {}
        self._told: queue.SimpleQueue[tuple[_Job, Answer[R]]] = queue.SimpleQueue()
        self._workers = itertools.count(1)

    def answers(self, workers: int) -> Iterator[Answer[R]]:
        """Yield the answers; whatever ends the loop, nothing is left waiting for."""
        left = len(self._items)
        for _ in range(min(workers, left)):
            self._start_thread()
        try:
            while left:
                for answer in self._next_answers():
                    left -= 1
                    yield answer
        finally:
            self._give_up()

    def _next_answers(self) -> list[Answer[R]]:
        try:
            job, answer = self._told.get(timeout=self._seconds_to_wait())
        except queue.Empty:
            return self._cancelled() if self._cancel.is_set() else self._overdue()
        with self._lock:
            # Answered already, by its deadline or the cancel: what comes late is dropped.
            return [answer] if self._at_work.pop(job.index, None) is job else []

    def _seconds_to_wait(self) -> float:
        now = time.monotonic()
        with self._lock:
            nearest = min((job.began for job in self._at_work.values()), default=now) + self._timeout
        return min(self.BEAT, max(0.0, nearest - now))

    def _overdue(self) -> list[Answer[R]]:
        """Answer what is over its limit and replace its threads."""
        now = time.monotonic()
        with self._lock:
            late = [
                job for job in self._at_work.values() if not job.is_done and now - job.began >= self._timeout
            ]
            for job in late:
                del self._at_work[job.index]
        for job in late:
            job.stop.set()
            self._start_thread()
        return [Answer(job.index, "timeout", seconds=now - job.began, worker=job.worker) for job in late]

    def _cancelled(self) -> list[Answer[R]]:
        now = time.monotonic()
        with self._lock:
            stopped = list(self._at_work.values())
            never_begun = list(self._waiting)
            self._at_work.clear()
        for job in stopped:
            job.stop.set()
        ends: list[Answer[R]] = [
            Answer(job.index, "cancelled", seconds=now - job.began, worker=job.worker) for job in stopped
        ]
        return [*ends, *(Answer(index, "cancelled") for index in never_begun)]

    def _give_up(self) -> None:
        """Let the threads end after what they are at; nobody waits for them."""
        with self._lock:
            self._waiting = iter(())
            for job in self._at_work.values():
                job.stop.set()
            self._at_work.clear()

    def _start_thread(self) -> None:
        worker = next(self._workers)
        threading.Thread(target=self._work, args=(worker,), name=f"chains-{worker}", daemon=True).start()

    def _work(self, worker: int) -> None:
        while (job := self._take(worker)) is not None:
            try:
                answer: Answer[R] = Answer(job.index, "ok", self._function(self._items[job.index], job.stop))
            except Exception as error:  # noqa: BLE001 - the fence: one item's bug is that item's error
                answer = Answer(job.index, "error", error=error)
            seconds = time.monotonic() - job.began
            with self._lock:
                job.is_done = True
            self._told.put(
                (job, Answer(job.index, answer.state, answer.value, answer.error, seconds, worker))
            )
            if job.stop.is_set():
                return  # another thread has taken this one's place

    def _take(self, worker: int) -> _Job | None:
        with self._lock:
            index = None if self._cancel.is_set() else next(self._waiting, None)
            if index is None:
                return None
            job = _Job(index, worker, time.monotonic())
            self._at_work[index] = job
            return job
