"""The thread that looks after the pool's workers, and how other threads speak to it.

Other threads hand in a run, release it or close; each of these rings a bell (a pipe of its own), because the
thread waits for pipes. The thread's own work, one pass after another, is :mod:`engine.execution.crew`. It is
one long-lived thread because the kernel of Linux kills the workers when the thread that started them ends.
"""

from __future__ import annotations

import signal
import sys
import threading
from multiprocessing import resource_tracker

from engine.errors import BackendError
from engine.execution.child import SPAWN
from engine.execution.crew import Crew
from engine.execution.run import Run
from engine.execution.wire import Pipe
from engine.execution.worker import Orders

# Within this, a run that nobody reads any more has been stopped.
RELEASE_SECONDS = 5.0
# What close() waits beyond its grace for the thread to end.
CLOSE_SLACK_SECONDS = 0.5


class Supervisor:
    """A crew of workers in the care of a thread."""

    def __init__(self, size: int, orders: Orders) -> None:
        self._crew = Crew(size, orders)
        # Re-entrant, because the garbage collector may end an abandoned run, and so ring, in whichever thread
        # holds the lock.
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._bell: tuple[Pipe, Pipe] | None = None
        self._rung = False
        self._latest: Run | None = None
        self._closing = False
        self._grace = 0.0

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
            if self._latest is not None and not self._latest.finished.is_set():
                sentence = "These workers are busy with another run: cancel it or wait for its end."
                raise BackendError(sentence)
            self._latest = run
            self._ring()

    def release(self, run: Run) -> None:
        """Cancel the run unless it has ended, and wait until another may begin."""
        run.abandon()
        with self._lock:
            self._ring()
        if threading.current_thread() is not self._thread:
            run.finished.wait(RELEASE_SECONDS)
        with self._lock:
            if self._latest is run and run.finished.is_set():
                self._latest = None  # its items need not stay in memory until the next run

    def pids(self) -> tuple[int, ...]:
        """Return the process ids of the workers that can take an item or are at one."""
        return self._crew.pids()

    def close(self, grace: float) -> None:
        """Cancel the run, let idle workers leave within ``grace`` seconds, kill the rest, end the thread."""
        with self._lock:
            if not self._closing:
                self._closing = True
                self._grace = grace
            self._ring()
            thread = self._thread
        if thread is None or thread is threading.current_thread():
            return
        thread.join(grace + CLOSE_SLACK_SECONDS)
        if thread.is_alive():  # a process that was stopped (SIGSTOP) in the middle of a message can hold it
            self._crew.kill_all()
            thread.join(CLOSE_SLACK_SECONDS)

    def _ring(self) -> None:
        if self._bell is not None and not self._rung:
            self._rung = True
            self._bell[1].send_bytes(b"!")

    # In the thread.

    def _work(self) -> None:
        _leave_interrupts_to_the_main_thread()
        bug: BackendError | None = BackendError("The supervision of the workers has failed: see the log.")
        assert self._bell is not None
        bell = self._bell[0]
        try:
            while not self._closing:
                if self._crew.work(bell, self._latest):
                    with self._lock:
                        bell.recv_bytes()
                        self._rung = False
            bug = None
        finally:
            self._wind_up(bug)

    def _wind_up(self, bug: BackendError | None) -> None:
        """End whatever is under way: the workers, the run, the bell."""
        with self._lock:
            self._closing = True
        try:
            self._crew.dismiss(self._grace)
        finally:
            if self._latest is not None and not self._latest.finished.is_set():
                self._latest.finish(bug)
            with self._lock:
                assert self._bell is not None
                for end in self._bell:
                    end.close()
                self._bell = None


def _leave_interrupts_to_the_main_thread() -> None:
    """Keep Ctrl-C from workers that are still starting: they inherit what this thread does not listen to."""
    if sys.platform != "win32":
        resource_tracker.ensure_running()  # the first worker would start it, and it resets the mask
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
