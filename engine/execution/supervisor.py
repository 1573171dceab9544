"""The thread that starts, feeds, watches and replaces the pool's workers.

One long-lived thread does all of it, in passes (:meth:`Supervisor._work`):

1. :meth:`_adopt` takes over a run that a caller has handed in.
2. :meth:`_settle` ends the run that is all done, cancelled, or impossible.
3. :meth:`_staff` starts workers until there are as many as wanted.
4. :meth:`_hand_out` opens the run's task in idle workers and sends them chunks, one ahead at most.
5. :meth:`_listen` waits for messages, deaths, the bell or the nearest deadline, and deals with what came.
6. :meth:`_enforce_limits` kills workers whose item, or whose start, has taken too long.

What keeps it from ever getting stuck:

- Workers share nothing, no lock and no queue, so that no death can block another worker.
- Nothing is sent that a worker might not read: chunks go to workers that wait for one; a prefetched chunk
  must fit into the pipe of a worker that never reads again.
- What a dead worker had still sent is read before anything is decided about its items.
- The thread must outlive its workers: on Linux the kernel kills them when the thread that started them ends.

Not here: the bookkeeping of items (:mod:`engine.execution.run`) and the process itself
(:mod:`engine.execution.worker_process`).
"""

from __future__ import annotations

import contextlib
import math
import signal
import sys
import threading
import time
from collections.abc import Iterable
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from typing import Any

from engine.errors import BackendError
from engine.execution.run import Run
from engine.execution.wire import Done, GoneError, Message, Opened, Pipe, Ready, Refused, pack
from engine.execution.worker_process import SPAWN, START_SECONDS, Phase, WorkerProcess

# So many workers dead before one could take an item, and no more are started.
MOST_EARLY_DEATHS = 3
# How often a run's cancel switch is looked at.
CANCEL_SECONDS = 0.05
# Fits into an empty pipe on every system, read or unread.
PREFETCH_BYTES = 4096
# Workers import the program's entry again: what it does at the top level they would do as well.
ENTRY_ADVICE = "A script must start its work under 'if __name__ == \"__main__\":'."


class Supervisor:
    """The pool's workers and the thread that looks after them."""

    def __init__(self, size: int, initial_imports: tuple[str, ...]) -> None:
        self._size = size
        self._initial_imports = initial_imports
        # Shared with other threads, under the lock. It is re-entrant because the garbage collector may end an
        # abandoned run in whichever thread, this one included, while the lock is held.
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._bell: tuple[Pipe, Pipe] | None = None
        self._rung = False
        self._handed_in: Run | None = None
        self._occupied = False
        self._closing = False
        self._grace = 0.0
        # The supervisor's thread's own.
        self._workers: list[WorkerProcess] = []
        self._run: Run | None = None
        self._staffing = True
        self._early_deaths = 0
        self._prefetch = True
        self._trouble: BackendError | None = None

    # From any thread.

    def start(self) -> None:
        """Start the thread, which starts the workers; does nothing when it runs already."""
        with self._lock:
            if self._closing:
                sentence = "These workers have been stopped: open a new pool."
                raise BackendError(sentence)
            if self._thread is None:
                self._bell = SPAWN.Pipe(duplex=False)
                self._thread = threading.Thread(target=self._work, name="worker-supervisor", daemon=True)
                self._thread.start()

    def begin(self, run: Run) -> None:
        """Hand in a run; raises BackendError while another is under way."""
        with self._lock:
            self.start()
            if self._occupied:
                sentence = "These workers are busy with another run: cancel it or wait for its end."
                raise BackendError(sentence)
            self._occupied = True
            self._handed_in = run
            self._ring()

    def release(self, run: Run) -> None:
        """Cancel the run unless it has ended, and wait until another may begin."""
        run.abandon()
        with self._lock:
            self._ring()
        if threading.current_thread() is not self._thread:
            run.finished.wait(timeout=5.0)

    def pids(self) -> tuple[int, ...]:
        """Return the process ids of the workers that are ready for work or at it."""
        return tuple(
            worker.pid
            for worker in list(self._workers)
            if worker.phase is not Phase.STARTING and worker.pid is not None
        )

    def close(self, grace: float) -> None:
        """Cancel the run, stop the workers within ``grace`` seconds, kill the rest, end the thread."""
        with self._lock:
            if not self._closing:
                self._closing = True
                self._grace = grace
            self._ring()
            thread = self._thread
        if thread is None or thread is threading.current_thread():
            return
        thread.join(grace + 0.5)
        if thread.is_alive():  # a stopped process (SIGSTOP) in the middle of a message can hold it
            for worker in list(self._workers):
                worker.kill()
            thread.join(0.5)

    def _ring(self) -> None:
        if self._bell is not None and not self._rung:
            self._rung = True
            self._bell[1].send_bytes(b"!")

    # The supervisor's thread.

    def _work(self) -> None:
        _leave_interrupts_to_the_main_thread()
        bug: BackendError | None = BackendError("The supervision of the workers has failed: see the log.")
        try:
            while not self._closing:
                self._adopt()
                self._settle()
                self._staff()
                self._hand_out()
                self._listen()
                self._enforce_limits()
            bug = None
        finally:
            self._wind_up(bug)

    def _adopt(self) -> None:
        with self._lock:
            if self._handed_in is None:
                return
            self._run, self._handed_in = self._handed_in, None
        self._staffing = True
        self._early_deaths = 0
        self._prefetch = True
        self._trouble = None

    def _staff(self) -> None:
        while self._staffing and len(self._workers) < self._size:
            try:
                self._workers.append(WorkerProcess(self._initial_imports))
            except (OSError, RuntimeError, AssertionError) as error:
                self._count_early_death(f"Workers cannot be started: {error}. {ENTRY_ADVICE}")

    def _hand_out(self) -> None:
        if (run := self._run) is None:
            return
        opening = sum(worker.phase is Phase.OPENING for worker in self._workers)
        for worker in self._workers:
            if worker.phase is Phase.READY and run.waiting > opening:
                opening += 1
                self._open(worker, run)
            elif worker.phase is Phase.OPEN and worker.chunks == 0 and run.waiting:
                self._give(worker, run)
        for worker in self._workers:
            # The last chunks are not prefetched: they go to whoever is free first.
            if self._prefetch and worker.chunks == 1 and run.waiting >= self._size:
                self._give(worker, run)

    def _open(self, worker: WorkerProcess, run: Run) -> None:
        worker.phase = Phase.OPENING
        _try_to_send(worker, pack(run.opening))

    def _give(self, worker: WorkerProcess, run: Run) -> None:
        """Send the next chunk, unless it is a prefetch and might not fit."""
        chunk = run.take()
        while not chunk.items and run.waiting:  # none of its items could be pickled
            chunk = run.take()
        if not chunk.items:
            return
        data = pack(chunk)
        indices = tuple(index for index, _ in chunk.items)
        if worker.chunks and len(data) > PREFETCH_BYTES:
            self._prefetch = False
            run.put_back([indices])
        elif _try_to_send(worker, data):
            worker.hold(indices, run.timeout)
        else:  # it has died idle, as _listen is about to notice
            run.put_back([indices])

    def _listen(self) -> None:
        assert self._bell is not None
        bell = self._bell[0]
        sources: dict[Any, WorkerProcess] = {}
        for worker in self._workers:
            sources[worker.pipe] = sources[worker.sentinel] = worker
        ready = wait([bell, *sources], self._patience())
        if bell in ready:
            with self._lock:
                bell.recv_bytes()
                self._rung = False
        for worker in {sources[source] for source in ready if source in sources}:
            self._hear(worker)

    def _patience(self) -> float | None:
        """Return how long nothing needs to be looked at; None is for ever."""
        nearest = min((worker.deadline for worker in self._workers), default=math.inf)
        seconds = max(0.0, nearest - time.monotonic())
        if self._run is not None:
            if self._trouble is not None or not self._run.unresolved:
                return 0.0
            if self._run.cancel is not None:
                seconds = min(seconds, CANCEL_SECONDS)
        return None if math.isinf(seconds) else seconds

    def _hear(self, worker: WorkerProcess) -> None:
        """Take one message; the end of the pipe, or a fired sentinel with an empty pipe, is a death."""
        if worker.has_news():
            try:
                self._heed(worker, worker.receive())
            except GoneError:
                self._mourn(worker)
        else:
            self._mourn(worker)

    def _heed(self, worker: WorkerProcess, message: Message) -> None:
        match message:
            case Ready():
                worker.phase = Phase.READY
                worker.deadline = math.inf
            case Opened():
                worker.phase = Phase.OPEN
                self._early_deaths = 0
            case Done(item=item):
                # A task that forks without care may answer twice: such a worker is not believed any more.
                if self._run is None or item != worker.current_item:
                    raise GoneError
                self._run.done(message)
                worker.finish_item(item, self._run.timeout)
            case Refused(sentence, details):
                self._staffing = self._staffing and worker.phase is not Phase.STARTING
                worker.phase = Phase.READY if worker.phase is Phase.OPENING else worker.phase
                self._trouble = self._trouble or BackendError(sentence, details)

    def _mourn(self, worker: WorkerProcess) -> None:
        """Charge a dead worker's current item with its death, save the others."""
        exit_code = self._bury(worker)
        if worker.phase is Phase.STARTING:
            self._count_early_death(
                f"Workers end before they are ready (exit code {exit_code}). {ENTRY_ADVICE}"
            )
        elif worker.phase is Phase.OPENING and self._run is not None:
            task = self._run.opening.path
            self._count_early_death(f"Workers die while they open the task '{task}' (exit code {exit_code}).")
        if self._run is not None and worker.current_item is not None:
            self._run.crashed(worker.current_item, exit_code, worker.item_seconds)
            self._put_back_unstarted(worker, self._run)

    def _bury(self, worker: WorkerProcess) -> int | None:
        """Take a dead or killed worker out, after reading what it had still to say; return the exit code."""
        self._workers.remove(worker)
        exit_code = worker.reap()
        with contextlib.suppress(GoneError):
            while worker.has_news():
                self._heed(worker, worker.receive())
        worker.discard()
        return exit_code

    def _enforce_limits(self) -> None:
        now = time.monotonic()
        for worker in [worker for worker in self._workers if worker.deadline <= now]:
            if worker.has_news():
                continue  # perhaps it is done: that is read first
            if worker.phase is Phase.STARTING:
                self._kill([worker])
                self._count_early_death(f"Workers are not ready after {START_SECONDS:g} s.")
            elif self._run is not None:
                self._stop_for_time(worker, self._run)

    def _stop_for_time(self, worker: WorkerProcess, run: Run) -> None:
        suspect, seconds = worker.current_item, worker.item_seconds
        assert suspect is not None
        self._kill([worker])
        if worker.current_item == suspect:
            run.timed_out(suspect, seconds)
            self._put_back_unstarted(worker, run)
        else:  # it was done in the last moment, and the next item is not to blame
            run.put_back(worker.held)

    def _put_back_unstarted(self, worker: WorkerProcess, run: Run) -> None:
        current, *prefetched = worker.held
        run.put_back([current[1:], *prefetched])

    def _count_early_death(self, sentence: str) -> None:
        self._early_deaths += 1
        if self._early_deaths < MOST_EARLY_DEATHS:
            return
        self._staffing = False
        self._kill(worker for worker in self._workers if worker.phase is Phase.STARTING)
        self._trouble = self._trouble or BackendError(sentence)

    def _settle(self) -> None:
        """End the run if it is done, cancelled or impossible."""
        if (run := self._run) is None:
            return
        trouble = self._trouble
        if trouble is not None or run.stop_wanted:
            self._kill(worker for worker in self._workers if worker.chunks or worker.phase is Phase.OPENING)
            run.cancel_rest()
        elif run.unresolved:
            return
        for worker in self._workers:
            if worker.phase is Phase.OPEN:
                worker.phase = Phase.READY
        self._run = None
        with self._lock:
            self._occupied = False
        run.finish(trouble)

    def _kill(self, workers: Iterable[WorkerProcess]) -> None:
        doomed = list(workers)
        for worker in doomed:
            worker.kill()
        for worker in doomed:
            self._bury(worker)

    def _wind_up(self, bug: BackendError | None) -> None:
        """End whatever is under way: the workers, the run, the bell."""
        with self._lock:
            self._closing = True
            runs = [run for run in (self._run, self._handed_in) if run is not None]
        try:
            self._dismiss_workers()
        finally:
            for run in runs:
                run.cancel_rest()
                run.finish(bug)
            with self._lock:
                assert self._bell is not None
                for end in self._bell:
                    end.close()
                self._bell = None

    def _dismiss_workers(self) -> None:
        limit = time.monotonic() + self._grace
        self._kill(worker for worker in self._workers if not _is_idle(worker))
        leaving = list(self._workers)
        for worker in leaving:
            worker.ask_to_leave()
        for worker in leaving:
            worker.reap(max(0.0, limit - time.monotonic()))
            self._bury(worker)


def _is_idle(worker: WorkerProcess) -> bool:
    return worker.phase in {Phase.READY, Phase.OPEN} and worker.chunks == 0


def _try_to_send(worker: WorkerProcess, data: bytes) -> bool:
    try:
        worker.pipe.send_bytes(data)
    except OSError:
        return False
    return True


def _leave_interrupts_to_the_main_thread() -> None:
    """Keep Ctrl-C from workers that are still starting: they inherit what this thread does not listen to."""
    if sys.platform != "win32":
        resource_tracker.ensure_running()  # the first worker would start it, and it resets the mask
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
