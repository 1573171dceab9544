"""The backend that works on a Dask cluster: batches go out, each item comes back with its own outcome.

1. :meth:`DaskBackend.__init__` connects (:mod:`engine.execution.dask_connection`) and puts a plug-in into each worker
   that is there or will come (:class:`engine.execution.dask_node.Node`).
2. A run's chunks become Dask tasks, a few more than there are threads (:meth:`_Conductor.send_out`); each is worked
   through in a process of its own beside the Dask worker, which keeps time limits and blame.
3. A Dask worker that dies costs its batches another try, elsewhere. The items of a batch that has seen several die
   are suspects: they come last, one by one, with nothing beside them on the cluster that could be to blame in their
   place. Over whom workers die then, that is a crash (:meth:`_Conductor.take_in`).
4. Cancelling takes the tasks back from the scheduler; the workers see it and stop what they are at.

Everything between the caller's iteration and the cluster happens in the event loop of Dask's client. The bookkeeping
is the pool's own (:mod:`engine.execution.run`). This module is loaded by :mod:`engine.execution.cluster` only.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import contextlib
import itertools
import logging
import threading
import time
import uuid
import weakref
from collections import deque
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any

from distributed import Client, Future, KilledWorker

from engine.errors import BackendError
from engine.execution.backend import CancelSwitch, Item, Outcome, Status, Task
from engine.execution.cluster import Tls
from engine.execution.dask_connection import compare, connect
from engine.execution.dask_node import Batch, BatchReport, Node, run_batch, survey
from engine.execution.run import Run, check_limits

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 10.0
# How often a run's cancel switch is looked at, and the cluster itself.
CANCEL_SECONDS = 0.05
WATCH_SECONDS = 2.0
# After so long without any worker a run is given up.
DESERTED_SECONDS = 30.0
# Batches on their way for each thread of the cluster: one at work and some to follow without a pause.
BATCHES_PER_THREAD = 3
# Within this, a run that nobody reads any more has been taken back.
RELEASE_SECONDS = 5.0


class DaskBackend:
    """Runs tasks on the workers of a Dask scheduler, at ``tcp://host:port`` or ``tls://host:port``.

    ``workers`` is the number of their threads. One run at a time.
    """

    elsewhere = True

    def __init__(
        self,
        location: str,
        *,
        tls: Tls | None = None,
        memory_mb: int | None = None,
        patience: float | None = None,
    ) -> None:
        self._location = location
        self._node = f"candlewick-{uuid.uuid4().hex}"
        self._lock = threading.Lock()
        self._latest: tuple[Run, concurrent.futures.Future[None]] | None = None
        self._closing = threading.Event()
        patience = CONNECT_SECONDS if patience is None else patience
        self._client = connect(location, tls, patience)
        try:
            compare(self._client, location, patience)
            self._client.register_plugin(Node(memory_mb), name=self._node)
            self.workers = sum(self._client.nthreads().values())
            # Before Dask's own, the older, stops the event loop.
            atexit.register(_close_at_exit, weakref.ref(self))
        except BaseException:
            self._client.close(timeout=1.0)
            raise

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
        work = self._begin(run)
        try:
            yield from run.outcomes(heartbeat)
        finally:
            run.abandon()
            # In the garbage collector this may be the event loop itself, which must not wait for itself.
            if not _in_event_loop():
                concurrent.futures.wait([work], RELEASE_SECONDS)

    def close(self, grace: float = 2.0) -> None:
        """Cancel what runs, stop the processes beside the Dask workers, and leave; the cluster stays."""
        with self._lock:
            if self._closing.is_set():
                return
            self._closing.set()
            latest = self._latest
        if latest is not None:
            concurrent.futures.wait([latest[1]], grace)
        farewell = self._in_loop(self._remove_node())
        concurrent.futures.wait([farewell], max(grace, 0.1))
        with contextlib.suppress(
            Exception
        ):  # the scheduler may be gone, and who closes wants to hear of nothing
            self._client.close(timeout=max(grace, 0.1))

    def _begin(self, run: Run) -> concurrent.futures.Future[None]:
        with self._lock:
            if self._closing.is_set():
                sentence = "The connection to the cluster has been closed: open a new one."
                raise BackendError(sentence)
            if self._latest is not None and not self._latest[0].finished.is_set():
                sentence = "The cluster is busy with another run: cancel it or wait for its end."
                raise BackendError(sentence)
            conductor = _Conductor(self._client, self._location, self._node, run, self._closing)
            work = self._in_loop(conductor.conduct())
            self._latest = run, work
            return work

    def _in_loop(self, work: Coroutine[Any, Any, Any]) -> concurrent.futures.Future[Any]:
        loop: Any = self._client.loop
        return asyncio.run_coroutine_threadsafe(work, loop.asyncio_loop)

    async def _remove_node(self) -> None:
        await self._client.unregister_worker_plugin(self._node)


class _Conductor:
    """One run on the cluster, in the event loop of Dask's client."""

    def __init__(self, client: Client, location: str, node: str, run: Run, closing: threading.Event) -> None:
        self._client = client
        self._location = location
        self._node = node
        self._run = run
        self._closing = closing
        self._name = uuid.uuid4().hex
        self._numbers = itertools.count(1)
        self._out: dict[asyncio.Task[Any], tuple[Batch, Future[Any]]] = {}
        self._suspects: deque[int] = deque()
        self._on_trial: int | None = None
        self._threads = 1
        self._looked = self._seen = time.monotonic()
        self._trouble: BackendError | None = None

    async def conduct(self) -> None:
        """See the run through to its end, whatever that is."""
        self._trouble = BackendError("The work on the cluster could not be supervised: see the log.")
        try:
            self._threads = sum((await self._client.nthreads()).values())
            self._trouble = None
            while self._goes_on():
                self.send_out()
                if not self._out:
                    continue  # what was left could not be pickled
                done, _ = await asyncio.wait(
                    self._out, timeout=CANCEL_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                for answer in done:
                    self.take_in(answer)
                self._run.hand_over()
                await self._look_after_the_cluster()
        except Exception:
            self._trouble = self._trouble or BackendError("The work on the cluster has failed: see the log.")
            logger.exception("a run on the cluster at %s has failed", self._location)
        finally:
            # First the caller: the cluster may need longer to let go.
            self._run.finish(self._trouble)
            await self._take_back()

    def send_out(self) -> None:
        """Send chunks to the scheduler until enough are on their way."""
        while self._run.waiting and len(self._out) < BATCHES_PER_THREAD * max(1, self._threads):
            self._send_next()
        if self._suspects and not self._out:
            self._on_trial = self._suspects.popleft()
            self._run.put_back([(self._on_trial,)])
            self._send_next()

    def _send_next(self) -> None:
        chunk = self._run.take()
        if chunk is None or not chunk.items:  # none of its items could be pickled
            return
        indices = tuple(index for index, _ in chunk.items)
        batch = Batch(
            node=self._node,
            run=self._name,
            path=self._run.opening.path,
            context=self._run.opening.context,
            indices=indices,
            keys=tuple(self._run.key(index) for index in indices),
            payloads=tuple(payload for _, payload in chunk.items),
            timeout=self._run.timeout,
            expected=survey().versions,
        )
        key = f"{self._node}-{self._name}-{next(self._numbers)}"
        future = self._client.submit(run_batch, batch, key=key, pure=False)
        self._out[asyncio.ensure_future(self._fetch(future))] = batch, future

    def take_in(self, answer: asyncio.Task[Any]) -> None:
        """Deal with what became of a batch."""
        batch, _ = self._out.pop(answer)
        error = asyncio.CancelledError() if answer.cancelled() else answer.exception()
        if error is None:
            self._enter(answer.result())
        elif isinstance(error, KilledWorker):
            self._blame(batch, error)
        elif isinstance(error, concurrent.futures.CancelledError | asyncio.CancelledError | OSError):
            self._trouble = BackendError(
                f"The connection to the Dask scheduler at {self._location} was lost."
            )
        else:
            said = f"{type(error).__name__}: {error}".splitlines()[0]
            self._trouble = BackendError(f"A Dask worker could not take its work: {said}", repr(error))

    def _enter(self, report: BatchReport) -> None:
        if report.refusal is not None:
            sentence = f"The Dask worker {report.worker} cannot work: {report.refusal.sentence}"
            self._trouble = BackendError(sentence, report.refusal.details)
            return
        for outcome in report.outcomes:
            if outcome.status is Status.CANCELLED:  # not by us: its worker was leaving
                self._run.put_back([(outcome.index,)])
            else:
                self._run.report(outcome)

    def _blame(self, batch: Batch, error: KilledWorker) -> None:
        """Suspect the items over which one Dask worker after the other has died; the one on trial has done it."""
        if batch.indices != (self._on_trial,):
            self._suspects.extend(batch.indices)
            return
        deaths = error.allowed_failures + 1
        self._run.report(Outcome(batch.keys[0], batch.indices[0], Status.CRASH, attempts=deaths))

    async def _fetch(self, future: Future[Any]) -> Any:
        return await self._client.gather(future)

    async def _look_after_the_cluster(self) -> None:
        """Follow the number of threads; give the run up when there have been none for long."""
        now = time.monotonic()
        if now - self._looked < WATCH_SECONDS:
            return
        with contextlib.suppress(OSError, TimeoutError):  # a lost connection shows in the batches
            self._threads = sum((await asyncio.wait_for(self._client.nthreads(), WATCH_SECONDS)).values())
        self._looked = time.monotonic()
        if self._threads:
            self._seen = self._looked
        elif self._looked - self._seen > DESERTED_SECONDS:
            sentence = (
                f"All workers of the Dask scheduler at {self._location} have left, and none has come back."
            )
            self._trouble = BackendError(sentence)

    async def _take_back(self) -> None:
        """Take what is still out back from the scheduler; that ends the waits for it as well."""
        if not self._out:
            return
        with contextlib.suppress(OSError, TimeoutError):
            futures = [future for _, future in self._out.values()]
            await asyncio.wait_for(self._client.cancel(futures, force=True), RELEASE_SECONDS)
        await asyncio.wait(self._out, timeout=RELEASE_SECONDS)
        for answer in self._out:
            answer.cancel()
        await asyncio.gather(*self._out, return_exceptions=True)

    def _goes_on(self) -> bool:
        stopped = self._run.stop_wanted or self._closing.is_set()
        return self._trouble is None and self._run.unresolved > 0 and not stopped


def _close_at_exit(backend: weakref.ref[DaskBackend]) -> None:
    if (still_there := backend()) is not None:
        still_there.close(grace=0.5)


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
