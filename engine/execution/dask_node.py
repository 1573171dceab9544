"""What runs inside a Dask worker: a batch of items, in a supervised pool of one process.

A Dask worker cannot stop a task, and dies of one that crashes. So it runs nothing itself: each of its threads hands
its batch to a pool of its own, where the time limit and the blame are those of :mod:`engine.execution.pool`. The
process of that pool stays between batches, with the run's task open.

Here: :class:`Node`, the plug-in that holds a Dask worker's pools, :func:`run_batch`, which it is for, and
:func:`survey`, by which two machines find out whether they can work together. Not here: the client's side
(:mod:`engine.execution.dask`).
"""

from __future__ import annotations

import asyncio
import platform
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from distributed import Reschedule, Worker, WorkerPlugin, get_worker

from engine.errors import BackendError
from engine.execution.backend import Item, Outcome, Status, Task
from engine.execution.batches import TASK
from engine.execution.child import can_start_children
from engine.execution.pool import SupervisedPool
from engine.execution.wire import Done

# What decides the numbers, and what the two sides speak: where these differ, so may the results.
SAME_EVERYWHERE = ("candlewick", "distributed", "numpy", "pandas", "pyarrow", "TA-Lib")
# A pool that has had nothing to do for so long, perhaps because its client is gone, is closed.
IDLE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Survey:
    """What a process can say about itself: versions by name, and whether it may start workers."""

    versions: Mapping[str, str]
    may_have_children: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Items that travel together: their places and pickled payloads, and all that is needed to try them.

    ``node`` names the plug-in that holds the pools, ``run`` the run: its task is opened once in each process.
    """

    node: str
    run: str
    path: str
    context: bytes
    indices: tuple[int, ...]
    keys: tuple[str, ...]
    payloads: tuple[bytes, ...]
    timeout: float | None
    expected: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What became of a batch: outcomes with pickled values, or why this machine cannot work at all."""

    outcomes: tuple[Outcome, ...] = ()
    refusal: BackendError | None = None
    worker: str = ""


@cache
def survey() -> Survey:
    """Say what this process has installed and may do."""
    versions = {"Python": ".".join(platform.python_version_tuple()[:2])}
    for name in SAME_EVERYWHERE:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return Survey(versions, can_start_children())


def difference(theirs: Mapping[str, str], ours: Mapping[str, str]) -> str | None:
    """Say how two sets of versions differ, or None."""
    for name in sorted(theirs.keys() | ours.keys()):
        if theirs.get(name) != ours.get(name):
            return f"has {name} {theirs.get(name, 'not at all')}, this program {ours.get(name, 'not at all')}"
    return None


class Node(WorkerPlugin):
    """The pools of one Dask worker: one for each of its threads that has had work."""

    def __init__(self, memory_mb: int | None) -> None:
        self._memory_mb = memory_mb

    def setup(self, worker: Worker) -> None:
        """Begin with none; Dask calls it when the plug-in, or the worker, arrives."""
        self._address = worker.address
        self._lock = threading.Lock()
        self._resting: dict[SupervisedPool, float] = {}  # and since when
        self._at_work: set[SupervisedPool] = set()
        self._timer: threading.Timer | None = None
        self._closed = False

    async def teardown(self, worker: Worker) -> None:  # noqa: ARG002  Dask's signature
        """Close all; Dask calls it when the client, or the worker, leaves."""
        await asyncio.to_thread(self._close)

    def work(self, batch: Batch, stop: StopSign) -> BatchReport:
        """Try the items of a batch; raises Reschedule when this worker is about to leave."""
        wrong = difference(survey().versions, batch.expected)
        if wrong is not None:
            return BatchReport(refusal=BackendError(f"It {wrong}: install the same."), worker=self._address)
        pool = self._take()
        try:
            task = Task(TASK, (batch.run, batch.path, batch.context))
            items = [Item(key, payload) for key, payload in zip(batch.keys, batch.payloads, strict=True)]
            run = pool.run(task, items, chunk=len(items), timeout=batch.timeout, cancel=stop)
            outcomes = tuple(_outward(each, batch) for each in run if each is not None)
        except BackendError as error:
            if self._closed:
                raise Reschedule from error
            # The pool knows the task by the name of what opens it once for all batches.
            told = BackendError(error.sentence.replace(TASK, batch.path), error.details)
            return BatchReport(refusal=told, worker=self._address)
        finally:
            self._put_back(pool)
        if self._closed and any(outcome.status is Status.CANCELLED for outcome in outcomes):
            raise Reschedule
        return BatchReport(outcomes, worker=self._address)

    def _take(self) -> SupervisedPool:
        with self._lock:
            if self._closed:
                raise Reschedule
            # The one that rested last: those that are never needed are left to be closed.
            pool = (
                self._resting.popitem()[0] if self._resting else SupervisedPool(1, memory_mb=self._memory_mb)
            )
            self._at_work.add(pool)
            return pool

    def _put_back(self, pool: SupervisedPool) -> None:
        with self._lock:
            self._at_work.discard(pool)
            if not self._closed:
                self._resting[pool] = time.monotonic()
                self._look_again()

    def _look_again(self) -> None:
        if self._timer is None and self._resting:
            self._timer = threading.Timer(IDLE_SECONDS / 2, self._retire)
            self._timer.daemon = True
            self._timer.start()

    def _retire(self) -> None:
        """Close the pools that have rested too long."""
        with self._lock:
            limit = time.monotonic() - IDLE_SECONDS
            retired = [pool for pool, since in self._resting.items() if since < limit]
            for pool in retired:
                del self._resting[pool]
            self._timer = None
            if not self._closed:
                self._look_again()
        for pool in retired:
            pool.close()

    def _close(self) -> None:
        with self._lock:
            self._closed = True
            pools = [*self._resting, *self._at_work]
            self._resting.clear()
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        for pool in pools:
            pool.close(grace=0.5)


class StopSign:
    """Tells that a Dask task is not wanted any more: its client has cancelled it, or has gone."""

    def __init__(self, worker: Worker, key: object) -> None:
        self._worker = worker
        self._key = key

    def is_set(self) -> bool:
        """Whether the scheduler has taken the task back."""
        task = self._worker.state.tasks.get(self._key)  # type: ignore[call-overload]
        return task is None or task.state == "cancelled"


def run_batch(batch: Batch) -> BatchReport:
    """Try the items of a batch in the pool of this Dask worker."""
    worker = get_worker()
    node = worker.plugins.get(batch.node)
    if not isinstance(node, Node):
        # The client has closed, or the worker has only just arrived.
        raise Reschedule
    return node.work(batch, StopSign(worker, worker.get_current_task()))


def _outward(outcome: Outcome, batch: Batch) -> Outcome:
    """Return the outcome of a batch's item as that of the run's item."""
    status, value, error = outcome.status, b"", outcome.error
    if isinstance(outcome.value, Done):
        value, error = outcome.value.value, outcome.value.error
        status = Status.OK if error is None else Status.ERROR
    return Outcome(
        outcome.key,
        batch.indices[outcome.index],
        status,
        value,
        error,
        outcome.seconds,
        outcome.attempts,
        outcome.exit_code,
    )
