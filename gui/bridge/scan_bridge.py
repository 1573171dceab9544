"""Runs one scan at a time in a thread of its own and turns the engine's events into signals.

1. :meth:`ScanBridge.start` opens a new run in the state machine and hands the request to the runner's thread.
2. :class:`ScanRunner` streams the job there; symbol outcomes are gathered until the next progress event, so that
   at most ten sets of signals a second cross to the window.
3. In the window each event has a turn of the loop for itself (``turns``), and a batch of matches at most
   ``ROWS_A_TURN`` rows.
4. Events of an older run are dropped by their run number; the last event of a run brings the machine to idle.

Here is one of the two fences at which unexpected exceptions are caught: they end the run, not the program.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from engine.data.opening import open_repository
from engine.errors import DataError, FormulaError, JobError, RunError
from engine.scan.detector_catalogue import SHIPPED, DetectorCatalogue
from engine.scan.events import MatchBatch, ScanEvent, ScanFinished, ScanProgress, ScanStarted, SymbolOutcome
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.scan.results import ProcessingResult
from engine.scan.runs.store import RunStore
from gui.bridge.scan_state import ScanMachine, ScanState
from gui.bridge.turns import OneATurn
from gui.bridge.work_thread import WorkThread

# How long a closing window waits for a scan to stop before it kills the workers.
CLOSE_MILLISECONDS = 3000
# To take so many rows into the table takes a few milliseconds; the painting comes on top.
ROWS_A_TURN = 20_000


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """A job with where and how to run it; ``runs`` keeps its run, ``resume`` names one to take up again."""

    address: str
    job: ProcessingJob
    workers: int
    timeout_seconds: float = 60.0
    chunk: int | None = None
    worker_memory_mb: int | None = None
    snapshot_limit_gb: float = 8.0
    runs: RunStore | None = None
    detectors: DetectorCatalogue = SHIPPED
    resume: str | None = None


class ScanRunner(QObject):
    """Lives in the scan thread; keeps the engine, and so its workers, warm between runs."""

    happened = Signal(int, object)
    outcomes = Signal(int, object)
    failed = Signal(int, object)
    ended = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._engine: ProcessingEngine | None = None
        self._kept_for: tuple[object, ...] | None = None
        self._stopped_run = 0
        self._gathered: list[ProcessingResult] = []

    @Slot(int, object)
    def run(self, number: int, request: ScanRequest) -> None:
        """Stream the job; whatever happens, ``ended`` follows."""
        self._gathered = []
        try:
            for event in self.engine_for(request).stream(request.job, request.resume):
                self._tell(number, event)
        except (FormulaError, JobError, DataError, RunError) as error:
            self.failed.emit(number, error)
        except Exception as error:  # noqa: BLE001  the fence: the window shows it and goes on
            self._drop_engine()  # nobody knows what state its workers are in
            self.failed.emit(number, error)
        self.ended.emit(number)

    @Slot(object)
    def prepare(self, request: ScanRequest) -> None:
        """Start the workers for such a request in advance."""
        try:
            self.engine_for(request).warm_up()
        except Exception:  # noqa: BLE001  the scan itself will say what is wrong
            self._drop_engine()

    def stop(self, number: int) -> None:
        """Cancel that run; called from the window's thread."""
        self._stopped_run = number
        if self._engine is not None:
            self._engine.cancel()

    def worker_pids(self) -> tuple[int, ...]:
        """Return the process ids of the workers, for diagnostics."""
        return self._engine.worker_pids() if self._engine is not None else ()

    def shut_down(self) -> None:
        """End the workers; from any thread."""
        if self._engine is not None:
            self._engine.shutdown()

    def _tell(self, number: int, event: ScanEvent) -> None:
        match event:
            case ScanStarted():
                self.happened.emit(number, event)
            case SymbolOutcome():
                self._gathered.append(event.result)
            case MatchBatch():
                for part in _parts(event):
                    self.happened.emit(number, part)
            case ScanProgress() | ScanFinished():
                if self._gathered:
                    self.outcomes.emit(number, tuple(self._gathered))
                    self._gathered = []
                self.happened.emit(number, event)
        # A cancel that came before the engine knew of this run.
        if self._stopped_run == number and self._engine is not None:
            self._engine.cancel()

    def engine_for(self, request: ScanRequest) -> ProcessingEngine:
        """Return the warm engine for such a request; in the scan's thread only."""
        repository = open_repository(request.address)
        # A repository lists its symbols once: files that came since the last scan are part of this one.
        wanted = (
            request.address,
            repository.symbols(),
            request.workers,
            request.timeout_seconds,
            request.chunk,
            request.worker_memory_mb,
            request.snapshot_limit_gb,
            request.runs,
            request.detectors.found,
        )
        if self._engine is None or self._kept_for != wanted:
            self._drop_engine()
            self._engine = ProcessingEngine(
                repository,
                max_workers=request.workers,
                timeout_seconds=request.timeout_seconds,
                chunk=request.chunk,
                worker_memory_mb=request.worker_memory_mb,
                snapshot_limit_gb=request.snapshot_limit_gb,
                runs=request.runs,
                detectors=request.detectors,
            )
            self._kept_for = wanted
        return self._engine

    def _drop_engine(self) -> None:
        self.shut_down()
        self._engine = None


class ScanBridge(QObject):
    """The window's side of a scan; ``starting`` comes before a scan takes the workers."""

    starting = Signal()
    state_changed = Signal(object)
    scan_started = Signal(object)
    matches_arrived = Signal(object)
    outcomes_arrived = Signal(object)
    progressed = Signal(object)
    scan_finished = Signal(object)
    scan_failed = Signal(object)

    _run_requested = Signal(int, object)
    _preparation_requested = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._machine = ScanMachine()
        self._turns = OneATurn(self)
        self._thread = WorkThread("scan", self)
        self._runner = ScanRunner()
        self._runner.moveToThread(self._thread)
        self._run_requested.connect(self._runner.run)
        self._preparation_requested.connect(self._runner.prepare)
        self._runner.happened.connect(self._on_event)
        self._runner.outcomes.connect(self._on_outcomes)
        self._runner.failed.connect(self._on_failed)
        self._runner.ended.connect(self._on_ended)
        self._thread.start()

    @property
    def state(self) -> ScanState:
        """Where the scan is."""
        return self._machine.state

    @property
    def run_number(self) -> int:
        """The number of the current run, or of the last one."""
        return self._machine.run

    def worker_pids(self) -> tuple[int, ...]:
        """Return the process ids of the workers that are up, for diagnostics."""
        return self._runner.worker_pids()

    def engine_for(self, request: ScanRequest) -> ProcessingEngine:
        """Return the warm engine for such a request; only in the scan's thread, by those who have joined it."""
        return self._runner.engine_for(request)

    def join(self, runner: QObject) -> None:
        """Let an object work in the scan's thread, when no scan does."""
        runner.moveToThread(self._thread)

    def start(self, request: ScanRequest) -> bool:
        """Begin a scan; False when one is still running."""
        if not self._machine.move("start"):
            return False
        self.starting.emit()
        self.state_changed.emit(self.state)
        self._run_requested.emit(self._machine.run, request)
        return True

    def prepare(self, request: ScanRequest) -> None:
        """Start workers in the background while the window is idle."""
        if self.state is ScanState.IDLE:
            self._preparation_requested.emit(request)

    @Slot()
    def cancel(self) -> None:
        """Stop the running scan; its finished symbols stay."""
        if self._machine.move("cancel"):
            self.state_changed.emit(self.state)
            self._runner.stop(self._machine.run)

    def close(self) -> bool:
        """Stop everything, in a bounded time; tell whether the thread ended. No worker process is left."""
        self._turns.close()
        self._runner.stop(self._machine.run)
        self._thread.quit()
        if not self._thread.wait(CLOSE_MILLISECONDS):
            self._runner.shut_down()
            self._thread.wait(CLOSE_MILLISECONDS)
        self._runner.shut_down()
        # What the run still had to tell is told to nobody: the window is going.
        self._machine.move("ended")
        return self._thread.isFinished()

    @Slot(int, object)
    def _on_event(self, run: int, event: ScanEvent) -> None:
        self._turns.add(partial(self._tell, run, event))

    @Slot(int, object)
    def _on_outcomes(self, run: int, results: tuple[ProcessingResult, ...]) -> None:
        self._turns.add(partial(self._tell_outcomes, run, results))

    @Slot(int, object)
    def _on_failed(self, run: int, error: Exception) -> None:
        self._turns.add(partial(self._tell_failure, run, error))

    @Slot(int)
    def _on_ended(self, run: int) -> None:
        self._turns.add(partial(self._end, run))

    def _tell(self, run: int, event: ScanEvent) -> None:
        if not self._machine.is_current(run):
            return
        match event:
            case ScanStarted():
                if self._machine.move("started"):
                    self.state_changed.emit(self.state)
                self.scan_started.emit(event)
            case MatchBatch():
                self.matches_arrived.emit(event.matches)
            case ScanProgress():
                self.progressed.emit(event)
            case ScanFinished():
                self.scan_finished.emit(event.result)
            case _:
                pass

    def _tell_outcomes(self, run: int, results: tuple[ProcessingResult, ...]) -> None:
        if self._machine.is_current(run):
            self.outcomes_arrived.emit(results)

    def _tell_failure(self, run: int, error: Exception) -> None:
        if self._machine.is_current(run):
            self.scan_failed.emit(error)

    def _end(self, run: int) -> None:
        if run == self._machine.run and self._machine.move("ended"):
            self.state_changed.emit(self.state)


def _parts(batch: MatchBatch) -> Iterator[MatchBatch]:
    """Yield a batch in parts that are small enough for a turn of the window's loop; nothing is copied."""
    for start in range(0, batch.matches.num_rows, ROWS_A_TURN):
        yield MatchBatch(batch.run_id, batch.matches.slice(start, ROWS_A_TURN))
