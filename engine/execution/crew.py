"""The workers of a pool and how one run's work gets through them, in passes (:meth:`Crew.work`).

1. :meth:`_take_on` takes over a run that has been handed in.
2. :meth:`_settle` ends the run that is all done, cancelled, or impossible.
3. :meth:`_staff` starts workers until there are as many as wanted, and a spare once a run is no short one.
4. :meth:`_hand_out` opens the run's task in idle workers and sends them chunks, one ahead at most.
5. :meth:`_listen` waits for messages, deaths, the bell or the nearest deadline, and deals with what came.
6. :meth:`_enforce_limits` kills workers whose item, or whose start, has taken too long.

What keeps it from ever getting stuck:

- Workers share nothing, no lock and no queue, so that no death can block another worker.
- Nothing is sent that a worker might not read: chunks go to workers that wait for one; a prefetched chunk
  must fit into the pipe of a worker that never reads again.
- What a dead worker had still sent is read before anything is decided about its items.

Everything here happens in the supervisor's thread, but for :meth:`Crew.pids` and :meth:`Crew.kill_all`. Not
here: the bookkeeping of items (:mod:`engine.execution.run`) and the process itself
(:mod:`engine.execution.worker_process`).
"""

from __future__ import annotations

import contextlib
import math
import time
from collections import Counter
from collections.abc import Iterable
from multiprocessing.connection import wait
from typing import Any

from engine.errors import BackendError
from engine.execution.run import Run
from engine.execution.wire import Done, GoneError, Message, Opened, Pipe, Ready, Refused, pack
from engine.execution.worker import Orders
from engine.execution.worker_process import Phase, WorkerProcess

# After so many deaths in a row before a worker was ready, or had opened the task, no more are started. Opening
# gets more tries because it follows a start that went well: the system may be killing for want of memory.
MOST_DEATHS = {Phase.STARTING: 3, Phase.OPENING: 10}
# How often a run's cancel switch is looked at.
CANCEL_SECONDS = 0.05
# How long messages of busy workers may gather before they are read, and what is too short to be worth it.
MOST_EASE_SECONDS = 0.02
LEAST_EASE_SECONDS = 0.001
# A run that lasts longer than this is worth a spare: a worker more, ready to take the place of one that is lost.
SPARE_SECONDS = 1.0
# Fits into an empty pipe on every system, read or unread.
PREFETCH_BYTES = 4096
# Workers import the program's entry again: what it does at the top level they would do as well.
ENTRY_ADVICE = "A script must start its work under 'if __name__ == \"__main__\":'."


class Crew:
    """As many workers as wanted, a spare when it is worth one, and the run that they work on."""

    def __init__(self, size: int, orders: Orders) -> None:
        self._size = size
        self._orders = orders
        self._spares = 0
        self._workers: list[WorkerProcess] = []
        self._run: Run | None = None
        self._deaths: Counter[Phase] = Counter()
        self._prefetch = True
        # Why the run's task cannot be opened, and why no more workers are started.
        self._refusal: BackendError | None = None
        self._no_more: BackendError | None = None

    def work(self, bell: Pipe, run: Run | None) -> bool:
        """Do one pass; tell whether the bell has rung. ``run`` is the latest that was handed in."""
        self._take_on(run)
        self._settle()
        self._staff()
        self._hand_out()
        rung = self._listen(bell)
        self._enforce_limits()
        return rung

    def dismiss(self, grace: float) -> None:
        """Kill the workers that are busy, ask the others to leave and kill those that stay."""
        limit = time.monotonic() + grace
        self._kill(worker for worker in self._workers if not worker.idle)
        leaving = list(self._workers)
        for worker in leaving:
            worker.ask_to_leave()
        for worker in leaving:
            worker.reap(max(0.0, limit - time.monotonic()))
            self._bury(worker)

    def pids(self) -> tuple[int, ...]:
        """Return the process ids of the workers that can take an item or are at one; from any thread."""
        able = [worker for worker in list(self._workers) if worker.phase in {Phase.READY, Phase.OPEN}]
        return tuple(worker.pid for worker in able if worker.pid is not None)

    def kill_all(self) -> None:
        """Kill every worker and change nothing else; from any thread."""
        for worker in list(self._workers):
            worker.kill()

    def _take_on(self, run: Run | None) -> None:
        if run is None or run is self._run or run.finished.is_set():
            return
        self._run = run
        self._deaths.clear()
        self._prefetch = True
        self._refusal = None
        self._no_more = None

    def _settle(self) -> None:
        if (run := self._run) is None:
            return
        trouble = self._trouble()
        if trouble is not None or run.stop_wanted:
            self._kill(worker for worker in self._workers if worker.chunks or worker.phase is Phase.OPENING)
        elif run.unresolved:
            return
        for worker in self._workers:
            worker.end_run()
        self._run = None
        run.finish(trouble)

    def _trouble(self) -> BackendError | None:
        """Return why the run cannot go on; as long as there is a worker left, only its task can be why."""
        return self._refusal if self._workers else self._refusal or self._no_more

    def _staff(self) -> None:
        if self._run is not None and self._run.seconds >= SPARE_SECONDS:
            self._spares = 1
        while self._no_more is None and len(self._workers) < self._size + self._spares:
            try:
                self._workers.append(WorkerProcess(self._orders))
            except RuntimeError as error:  # this very process is a child that is still starting
                what = "Workers cannot be started from here."
                self._count_death(Phase.STARTING, f"{what} {ENTRY_ADVICE}", str(error))
            except (OSError, AssertionError) as error:  # AssertionError: children may not have children
                self._count_death(Phase.STARTING, f"Workers cannot be started: {error}.")

    def _hand_out(self) -> None:
        if (run := self._run) is None:
            return
        opening = sum(worker.phase is Phase.OPENING for worker in self._workers)
        at_it = opening + sum(worker.phase is Phase.OPEN for worker in self._workers)
        for worker in self._workers:
            if worker.phase is Phase.READY and run.waiting > opening and at_it < self._size:
                opening += 1
                at_it += 1
                worker.phase = Phase.OPENING
                worker.send(pack(run.opening))
            elif worker.phase is Phase.OPEN and worker.chunks == 0:
                self._give(worker, run)
        busy = [worker for worker in self._workers if worker.chunks]
        for worker in busy:
            # Only when nobody is free: behind a slow item a prefetched chunk waits long. The last chunks are not
            # prefetched at all.
            if len(busy) == self._size <= run.waiting and worker.chunks == 1 and self._prefetch:
                self._give(worker, run)

    def _give(self, worker: WorkerProcess, run: Run) -> None:
        """Send the next chunk, if there is one, unless it is a prefetch and might not fit."""
        chunk = run.take()
        while chunk is not None and not chunk.items:  # none of its items could be pickled
            chunk = run.take()
        if chunk is None:
            return
        data = pack(chunk)
        indices = tuple(index for index, _ in chunk.items)
        if worker.chunks and len(data) > PREFETCH_BYTES:
            self._prefetch = False
            run.put_back([indices])
        elif worker.send(data):
            worker.hold(indices, run.timeout)
        else:  # it has died idle, as _listen is about to notice
            run.put_back([indices])

    def _listen(self, bell: Pipe) -> bool:
        ease = self._ease()
        expected: list[Any] = [bell]
        for worker in self._workers:
            expected.append(worker.sentinel)
            if not (ease and worker.chunks):
                expected.append(worker.pipe)
        patience = self._patience()
        if ease:
            patience = ease if patience is None else min(ease, patience)
        ready = set(wait(expected, patience))
        for worker in list(self._workers):
            if worker.inbox.has_news():
                self._hear(worker)
            elif worker.sentinel in ready:
                self._mourn(worker)
        if self._run is not None:
            self._run.hand_over()
        return bell in ready

    def _ease(self) -> float:
        """Return for how long messages may gather: half of the time in which a busy worker could run dry.

        To wake up for every item of a thousand short ones would take a core from the workers. Deaths, the bell and
        deadlines are heard at once all the same.
        """
        if self._run is None:
            return 0.0
        held = [worker.items for worker in self._workers if worker.chunks]
        ease = min(held, default=0) * self._run.mean_seconds / 2
        return min(ease, MOST_EASE_SECONDS) if ease >= LEAST_EASE_SECONDS else 0.0

    def _patience(self) -> float | None:
        """Return how long nothing needs to be looked at; None is for ever."""
        nearest = min((worker.deadline for worker in self._workers), default=math.inf)
        seconds = max(0.0, nearest - time.monotonic())
        if self._run is not None:
            if self._trouble() is not None or not self._run.unresolved:
                return 0.0
            if self._run.cancel is not None:
                seconds = min(seconds, CANCEL_SECONDS)
            if not self._spares:
                seconds = min(seconds, max(0.0, SPARE_SECONDS - self._run.seconds))
        return None if math.isinf(seconds) else seconds

    def _hear(self, worker: WorkerProcess) -> None:
        """Take the messages from a pipe that has something; its end is a death."""
        try:
            for message in worker.inbox.messages():
                self._heed(worker, message)
        except GoneError:
            self._mourn(worker)

    def _heed(self, worker: WorkerProcess, message: Message) -> None:
        match message:
            case Ready():
                worker.be_ready()
                del self._deaths[Phase.STARTING]
            case Opened() | Refused() if worker.phase is Phase.OUTDATED:
                worker.be_ready()
            case Opened():
                worker.phase = Phase.OPEN
                del self._deaths[Phase.OPENING]
            case Done(item=item):
                # A task that forks without care may answer twice: such a worker is not believed any more.
                if self._run is None or item != worker.current_item:
                    raise GoneError
                self._run.done(message)
                worker.finish_item(self._run.timeout)
            case Refused(sentence, details) if worker.phase is Phase.STARTING:
                self._no_more = BackendError(sentence, details)  # an import fails in every worker alike
            case Refused(sentence, details):
                worker.be_ready()
                self._refusal = BackendError(sentence, details)
            case _:
                raise GoneError

    def _mourn(self, worker: WorkerProcess) -> None:
        """Charge a dead worker's current item with its death, save the others."""
        exit_code = self._bury(worker)
        if worker.phase is Phase.STARTING:
            what = f"Workers end before they are ready (exit code {exit_code})."
            self._count_death(Phase.STARTING, f"{what} {ENTRY_ADVICE}")
        elif worker.phase is Phase.OPENING and self._run is not None:
            what = f"Workers die while they open the task '{self._run.opening.path}'"
            self._count_death(Phase.OPENING, f"{what} (exit code {exit_code}).")
        elif worker.current_item is not None and self._run is not None:
            self._run.crashed(worker.current_item, exit_code, worker.item_seconds)
            self._run.put_back(worker.unstarted())

    def _enforce_limits(self) -> None:
        now = time.monotonic()
        for worker in [worker for worker in self._workers if worker.deadline <= now]:
            if worker.inbox.has_news():  # perhaps it is done: that is read first
                self._hear(worker)
                continue
            if worker.phase is Phase.OUTDATED:
                self._kill([worker])
            elif worker.phase is Phase.STARTING:
                self._kill([worker])
                self._count_death(
                    Phase.STARTING, "Workers take too long to start: one of their imports hangs."
                )
            elif self._run is not None:
                self._stop_for_time(worker, self._run)

    def _stop_for_time(self, worker: WorkerProcess, run: Run) -> None:
        suspect, seconds = worker.current_item, worker.item_seconds
        assert suspect is not None
        self._kill([worker])
        if worker.current_item == suspect:
            run.timed_out(suspect, seconds)
            run.put_back(worker.unstarted())
        else:  # it was done in the last moment, and the next item is not to blame
            run.put_back(worker.unanswered())

    def _count_death(self, phase: Phase, sentence: str, details: str = "") -> None:
        self._deaths[phase] += 1
        if self._deaths[phase] >= MOST_DEATHS[phase]:
            self._no_more = self._no_more or BackendError(sentence, details)

    def _kill(self, workers: Iterable[WorkerProcess]) -> None:
        doomed = list(workers)
        for worker in doomed:
            worker.kill()
        for worker in doomed:
            self._bury(worker)

    def _bury(self, worker: WorkerProcess) -> int | None:
        """Take a dead or killed worker out, after reading what it had still to say; return the exit code."""
        self._workers.remove(worker)
        exit_code = worker.reap()
        with contextlib.suppress(GoneError):
            for message in worker.inbox.messages():
                self._heed(worker, message)
        worker.discard()
        return exit_code
