"""The processing engine: a job goes in, a stream of events or one result comes out.

1. :func:`engine.scan.plan.plan_scan` checks the job and settles universe, formula, columns and window.
2. The universe becomes items, cut into chunks, for a backend (:mod:`engine.execution`); each worker opens the
   data once and scans its symbols (:mod:`engine.scan.chunk_worker`). Formulas that rank the universe take rounds of
   their own before that (:mod:`engine.scan.rounds`).
3. Outcomes arrive in any order; :class:`engine.scan.assembly.ResultAssembly` turns them into symbol results and
   batches of matches, at most ten batches a second.
4. After the last outcome everything is sorted by symbol and time, counted and handed over in ``ScanFinished``.

Every symbol gets exactly one outcome, after a cancel and after killed workers too.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from types import TracebackType
from typing import TypeAlias

from engine.data.addresses import without_password
from engine.data.repository import CandleRepository
from engine.data.snapshot_run import DEFAULT_LIMIT_GB, DirectRun, Snapshot
from engine.data.snapshot_source import source_of
from engine.errors import BackendError, ProcessingEngineError, RunError
from engine.execution.backend import Backend, CancelFlag, CancelSwitch, Item, Outcome, Task
from engine.execution.inline import InlineBackend
from engine.execution.pool import SupervisedPool
from engine.formula.compiler import CompiledScans
from engine.scan.assembly import ResultAssembly
from engine.scan.blocks import Blocks
from engine.scan.chunk_worker import SymbolReport
from engine.scan.detector_catalogue import SHIPPED, DetectorCatalogue
from engine.scan.events import (
    MatchBatch,
    ScanEvent,
    ScanFinished,
    ScanProgress,
    ScanStarted,
    SymbolOutcome,
)
from engine.scan.job import ProcessingJob
from engine.scan.lending import Loan
from engine.scan.placement import (
    BackendName,
    chunk_size,
    cut_blocks,
    is_light,
    open_backend,
    scan_seconds,
)
from engine.scan.plan import ScanPlan, plan_scan
from engine.scan.plugin_rounds import PluginRounds
from engine.scan.ranking import RankStore
from engine.scan.results import ProcessingResult, ScanResult
from engine.scan.rounds import RoundProgress, Runner, run_rounds
from engine.scan.runs.journal import Journal, NoJournal, recorded
from engine.scan.runs.store import RunStore
from engine.settings import Settings

ProgressCallback: TypeAlias = Callable[[int, int], object]

BATCH_SECONDS = 0.1


class ProcessingEngine:
    """Runs scans over one repository, one at a time, on workers that stay warm in between.

    ``max_workers=None`` means one per core, eight at most. ``backend`` is ``"local"`` (supervised processes),
    ``"inline"`` (this process: no isolation, no time limit), ``"auto"`` (local, but inline for what takes less time
    than processes take to start: :mod:`engine.scan.placement`) or a backend of your own. ``timeout_seconds`` is the
    limit for a single symbol; its worker is killed and replaced when it passes. ``worker_memory_mb`` limits the
    memory of each worker, on Linux. Clean bars of a Hive folder are kept in a snapshot, at most ``snapshot_limit_gb``
    of them for all folders of this user, unless ``use_snapshot`` is False; the results are the same. Workers
    elsewhere, on a cluster, read the folder itself. ``runs`` keeps a journal of every scan, which can be resumed.
    ``detectors`` are those that jobs may name; plug-ins among them run in processes of their own on this machine.
    """

    def __init__(
        self,
        candle_repo: CandleRepository,
        formula_service: object | None = None,
        max_workers: int | None = None,
        *,
        backend: BackendName | Backend = "auto",
        timeout_seconds: float | None = 60.0,
        chunk: int | None = None,
        worker_memory_mb: int | None = None,
        use_snapshot: bool = True,
        snapshot_limit_gb: float = DEFAULT_LIMIT_GB,
        runs: RunStore | None = None,
        detectors: DetectorCatalogue = SHIPPED,
    ) -> None:
        if max_workers is not None and max_workers < 1:
            sentence = f"The number of workers must be 1 or more, not {max_workers}."
            raise ProcessingEngineError(sentence)
        self.max_workers = max_workers or Settings().worker_count()
        self._repository = candle_repo
        self._service = formula_service
        self._timeout = timeout_seconds
        self._worker_memory_mb = worker_memory_mb
        self._catalogue = detectors
        self._compile = CompiledScans()
        self._chunk = chunk
        self._backend = open_backend(backend, self.max_workers, worker_memory_mb)
        self._may_choose = backend == "auto"
        self._snapshot: Snapshot | None = None
        wanted = use_snapshot and snapshot_limit_gb > 0 and not self._backend.elsewhere
        source = source_of(candle_repo) if wanted else None
        if source is not None:
            self._snapshot = Snapshot(source, snapshot_limit_gb)
        self._runs = runs
        self._cancel: CancelFlag | None = None
        self._closed = False

    def stream(self, job: ProcessingJob, resume: str | None = None) -> Iterator[ScanEvent]:
        """Yield what happens, ending in exactly one ``ScanFinished``.

        ``resume`` names an interrupted run of this job: what had finished there is not scanned again, and the result
        is that of a run without interruption. Raises JobError or FormulaError before the first event when the job is
        wrong, RunError when the run cannot be resumed, ProcessingEngineError when no worker can do it or another scan
        is still running on this engine.
        """
        yield from self._stream(job, resume)

    def _stream(
        self, job: ProcessingJob, resume: str | None = None, *, in_batches: bool = True
    ) -> Generator[ScanEvent, None, None]:
        self._cancel = cancel = self._begin_run()
        reading: DirectRun | None = None
        try:
            began = time.perf_counter()
            reading = self._begin_reading(job)
            looked = time.perf_counter()
            plan = plan_scan(job, reading.repository, self._service, self._catalogue, self._compile)
            if plan.compiled.rank_passes and self._backend.elsewhere:
                sentence = (
                    "Ranks over the universe (csrank) are kept in a file of this machine, which the workers of a "
                    "cluster do not see: scan with the local workers."
                )
                raise ProcessingEngineError(sentence)
            journal = self._journal(plan, resume)
            happening = self._events(
                plan, reading, cancel, journal, began=began, looked=looked, in_batches=in_batches
            )
            with closing(happening) as events:
                yield from recorded(events, journal)
        except BackendError as error:
            raise ProcessingEngineError(str(error), error.details) from error
        finally:
            if reading is not None:
                reading.finish()
            cancel.set()
            self._cancel = None

    def run(self, job: ProcessingJob, resume: str | None = None) -> ScanResult:
        """Run the job to its end and return the whole result; ``resume`` and errors as in :meth:`stream`."""
        for event in self._stream(job, resume, in_batches=False):
            if isinstance(event, ScanFinished):
                return event.result
        sentence = "The scan ended without a result."
        raise ProcessingEngineError(sentence)

    @contextmanager
    def lend(self, symbols: Sequence[str] | None = None) -> Iterator[Loan]:
        """Lend the workers and the bars of these symbols (None: all) to other work, as one run of this engine.

        Raises ProcessingEngineError when no worker can do it or a scan is still running on this engine.
        """
        self._cancel = cancel = self._begin_run()
        reading: DirectRun | None = None
        try:
            reading = DirectRun(self._repository) if self._snapshot is None else self._snapshot.begin(symbols)
            yield Loan(reading.repository, self._runner(cancel), reading.take, cancel, self._timeout)
        except BackendError as error:
            raise ProcessingEngineError(str(error), error.details) from error
        finally:
            if reading is not None:
                reading.finish()
            cancel.set()
            self._cancel = None

    async def process_batch(
        self, job: ProcessingJob, progress_callback: ProgressCallback | None = None
    ) -> tuple[ProcessingResult, ...]:
        """Run the job without blocking the event loop; return one result per symbol, sorted.

        ``progress_callback(completed, total)`` is called in the event loop; what it raises goes to the loop's
        exception handler and does not touch the run. Cancelling the awaiting task cancels the scan.
        """
        # Whoever calls this has an event loop; everybody else need not load one.
        import asyncio  # noqa: PLC0415

        from engine.execution.awaiting import await_blocking  # noqa: PLC0415

        loop = asyncio.get_running_loop()

        def report(completed: int, total: int) -> None:
            if progress_callback is not None:
                loop.call_soon_threadsafe(progress_callback, completed, total)

        result = await await_blocking(lambda: self._run_reporting(job, report), self.cancel)
        return result.results

    def cancel(self) -> None:
        """Stop the running scan, if any; from any thread. Finished symbols keep their results."""
        if (running := self._cancel) is not None:
            running.set()

    def warm_up(self) -> None:
        """Start the workers in the background, so that the first scan does not wait for them."""
        if isinstance(self._backend, SupervisedPool):
            self._backend.warm_up()

    def worker_pids(self) -> tuple[int, ...]:
        """Return the process ids of the workers that are up, for diagnostics; none for work in this process."""
        return self._backend.pids() if isinstance(self._backend, SupervisedPool) else ()

    def shutdown(self, wait: bool = True) -> None:
        """Cancel what runs and stop the workers; bounded to two seconds, or at once with ``wait=False``."""
        self._closed = True
        self.cancel()
        self._backend.close(grace=2.0 if wait else 0.0)

    def __enter__(self) -> ProcessingEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.shutdown()

    def _begin_run(self) -> CancelFlag:
        if self._closed:
            sentence = "This engine has been shut down: open a new one."
            raise ProcessingEngineError(sentence)
        if self._cancel is not None:
            sentence = "A scan is running on this engine: cancel it or wait for its end."
            raise ProcessingEngineError(sentence)
        return CancelFlag()

    def _begin_reading(self, job: ProcessingJob) -> DirectRun:
        return DirectRun(self._repository) if self._snapshot is None else self._snapshot.begin(job.symbols)

    def _journal(self, plan: ScanPlan, resume: str | None) -> Journal:
        if self._runs is not None:
            address = without_password(self._repository.address)
            return self._runs.begin(plan, address) if resume is None else self._runs.resume(resume, plan)
        if resume is not None:
            sentence = "This engine keeps no runs: give it a RunStore to resume one."
            raise RunError(resume, sentence)
        return NoJournal(uuid.uuid4().hex)

    def _events(
        self,
        plan: ScanPlan,
        reading: DirectRun,
        cancel: CancelFlag,
        journal: Journal,
        *,
        began: float,
        looked: float,
        in_batches: bool,
    ) -> Generator[ScanEvent, None, None]:
        run_id = journal.run_id
        total = len(plan.symbols)
        names = tuple(column.name for column in plan.columns)
        ranks = len(plan.compiled.rank_passes)
        planned = time.perf_counter()
        backend = self._backend_for(plan, reading)
        run = self._paced(backend, plan, reading, cancel)
        together = self._together(backend, plan, reading, cancel)
        yield ScanStarted(run_id, total, backend.workers, names, plan.history)
        plugins = self._plugin_rounds(plan, cancel)
        assembly = ResultAssembly(plan, self._timeout, plugins.failure)
        progress = RoundProgress(ranks + len(plugins) + 1)

        def news() -> Iterator[ScanEvent]:
            if in_batches and (batch := assembly.take_batch()) is not None:
                yield MatchBatch(run_id, batch)
            seconds = time.perf_counter() - began
            yield ScanProgress(run_id, progress.completed, total, assembly.matches, seconds)

        last_news = ranked = planned
        with RankStore() as store:
            for number, outcome, is_final in run_rounds(
                plan, store, run, cancel.is_set, journal, plugins=plugins, together=together
            ):
                if number < ranks:
                    ranked = time.perf_counter()
                if outcome is not None:
                    progress.count(number, final=is_final)
                if outcome is not None and is_final:
                    last_word = journal.instead_of(outcome)
                    if isinstance(last_word.value, SymbolReport):
                        reading.take(last_word.value.finds)
                    yield SymbolOutcome(run_id, assembly.add(last_word), is_unranked=number < ranks)
                if time.perf_counter() - last_news >= BATCH_SECONDS:
                    yield from news()
                    last_news = time.perf_counter()
        yield from news()
        scanned = time.perf_counter()
        reading.finish()
        kept = time.perf_counter()
        seconds = {"snapshot": looked - began + kept - scanned} if self._snapshot is not None else {}
        seconds["plan"] = planned - looked
        seconds |= {"rank": ranked - planned} if ranks else {}
        seconds["scan"] = scanned - ranked
        result = assembly.finish(seconds, reading.notes)
        finished = time.perf_counter()
        seconds.update(assemble=finished - kept, total=finished - began)
        yield ScanFinished(run_id, result)

    def _plugin_rounds(self, plan: ScanPlan, cancel: CancelFlag) -> PluginRounds:
        """Return the rounds of the plan's plug-ins: in local processes, whatever this engine's backend is."""
        return PluginRounds(
            plan.events.plugins if plan.events is not None else (),
            plan.context.timeframe,
            plan.context.address,
            lambda: open_backend("local", self.max_workers, self._worker_memory_mb),
            self._run_on,
            cancel,
            self._timeout,
        )

    def _runner(self, cancel: CancelFlag) -> Runner:
        """Return the function that runs one round on this engine's backend."""
        return lambda task, items: self._run_on(self._backend, task, items, cancel)

    def _backend_for(self, plan: ScanPlan, reading: DirectRun) -> Backend:
        if self._may_choose and is_light(plan, reading.ready_bars, workers_wait=bool(self.worker_pids())):
            return InlineBackend()
        return self._backend

    def _paced(self, backend: Backend, plan: ScanPlan, reading: DirectRun, cancel: CancelFlag) -> Runner:
        """Return the function that runs one round of the scan in chunks that suit its work."""
        each = scan_seconds(plan, reading.ready_bars) / max(1, len(plan.symbols))

        def run(task: Task, items: Sequence[Item]) -> Iterator[Outcome | None]:
            chunk = chunk_size(len(items), backend.workers, each * len(items))
            return self._run_on(backend, task, items, cancel, chunk)

        return run

    def _together(self, backend: Backend, plan: ScanPlan, reading: DirectRun, cancel: CancelFlag) -> Blocks:
        """Return how the run scans symbols together whose bars lie ready."""
        return Blocks(
            lambda symbols: cut_blocks(
                plan,
                symbols,
                reading.ready,
                backend.workers,
                from_files=reading.from_files,
                timeout=self._timeout,
                most=self._chunk,
            ),
            lambda task, items: self._run_on(backend, task, items, cancel, in_blocks=True),
        )

    def _run_on(
        self,
        backend: Backend,
        task: Task,
        items: Sequence[Item],
        cancel: CancelSwitch,
        chunk: int | None = None,
        *,
        in_blocks: bool = False,
    ) -> Iterator[Outcome | None]:
        return backend.run(
            task,
            items,
            chunk=1 if in_blocks else self._chunk or chunk or chunk_size(len(items), backend.workers),
            timeout=self._timeout,
            cancel=cancel,
            heartbeat=BATCH_SECONDS,
        )

    def _run_reporting(self, job: ProcessingJob, report: ProgressCallback) -> ScanResult:
        reported = -1
        for event in self._stream(job, in_batches=False):
            if isinstance(event, ScanProgress) and event.completed > reported:
                reported = event.completed
                report(event.completed, event.total)
            if isinstance(event, ScanFinished):
                return event.result
        sentence = "The scan ended without a result."
        raise ProcessingEngineError(sentence)
