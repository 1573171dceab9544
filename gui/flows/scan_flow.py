"""From the form to a running scan, and from its events to table, progress and problems.

Expected failures go beside the field that they belong to; anything else goes to the problems panel with its
details, and the window goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from PySide6.QtCore import QObject, Signal, Slot

from engine.data.kept_lists import KeptLists
from engine.data.symbol_list import read_symbol_list
from engine.errors import CandlewickError, DataError, FormulaError, JobError
from engine.scan.detector_catalogue import SHIPPED, DetectorCatalogue
from engine.scan.events import ScanProgress, ScanStarted
from engine.scan.job import RESULT_COLUMNS, ProcessingJob
from engine.scan.report import summary_line
from engine.scan.results import ProcessingResult, ScanResult, SymbolStatus
from engine.scan.runs.store import RunStore
from engine.settings import Settings
from gui.bridge.scan_bridge import ScanBridge, ScanRequest
from gui.bridge.scan_state import ScanState
from gui.flows.unexpected import show_unexpected
from gui.problems.panel import ProblemsPanel
from gui.progress.widget import ScanProgressWidget
from gui.results.panel import ResultsPanel
from gui.scan_form.panel import ScanForm

log = logging.getLogger(__name__)


class ScanFlow(QObject):
    """Runs the form's scan, and shows one that was kept; ``runs`` keeps the journal of each.

    ``job_started`` carries the request, ``finished`` the result, ``failed`` the exception that kept a scan from
    running, ``formula_refused`` the formula whose problems the editor should show.
    """

    job_started = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    formula_refused = Signal(str)

    def __init__(
        self,
        settings: Settings,
        *,
        form: ScanForm,
        results: ResultsPanel,
        problems: ProblemsPanel,
        progress: ScanProgressWidget,
        bridge: ScanBridge,
        runs: RunStore | None = None,
        detectors: DetectorCatalogue = SHIPPED,
        watch_lists: KeptLists | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._watch_lists = watch_lists
        self._form = form
        self._results = results
        self._problems = problems
        self._progress = progress
        self._bridge = bridge
        self._runs = runs
        self._detectors = detectors
        self._request: ScanRequest | None = None
        self.result: ScanResult | None = None
        self.run_id = ""
        form.run_requested.connect(self.run)
        form.cancel_requested.connect(bridge.cancel)
        progress.cancel_requested.connect(bridge.cancel)
        bridge.state_changed.connect(self._on_state)
        bridge.scan_started.connect(self._on_started)
        bridge.matches_arrived.connect(self._on_matches)
        bridge.outcomes_arrived.connect(self._on_outcomes)
        bridge.progressed.connect(self._on_progress)
        bridge.scan_finished.connect(self._on_finished)
        bridge.scan_failed.connect(self._on_failed)

    @property
    def bridge(self) -> ScanBridge:
        """Where scans run."""
        return self._bridge

    @property
    def detectors(self) -> DetectorCatalogue:
        """The detectors that a scan may name."""
        return self._detectors

    def request(self) -> ScanRequest:
        """Return the scan that the form describes; raises JobError."""
        values = self._form.values()
        symbols = _listed(values.symbols_file(), self._watch_lists)
        return self.request_for(ProcessingJob(**values.to_job_fields(symbols)), values.data_path)

    def request_for(self, job: ProcessingJob, address: str, *, resume: str | None = None) -> ScanRequest:
        """Return this job over these bars, run as the form and the settings say."""
        return ScanRequest(
            address=address,
            job=job,
            workers=self._form.values().workers,
            timeout_seconds=self._settings.timeout_seconds,
            chunk=self._settings.chunk if isinstance(self._settings.chunk, int) else None,
            worker_memory_mb=self._settings.worker_memory_mb,
            snapshot_limit_gb=self._settings.snapshot_limit_gb,
            runs=self._runs,
            detectors=self._detectors,
            resume=resume,
        )

    @Slot()
    def run(self) -> None:
        """Start the scan, or say at the fields what keeps it from starting."""
        if self._bridge.state is not ScanState.IDLE:
            return
        try:
            request = self.request()
        except CandlewickError as error:
            self._refuse(error)
            return
        self.start(request)

    def start(self, request: ScanRequest) -> None:
        """Start this scan, unless one is running."""
        if self._bridge.state is not ScanState.IDLE:
            return
        self._form.clear_problems()
        self._request = request
        self._bridge.start(request)

    def show_stored(self, request: ScanRequest, result: ScanResult, run_id: str) -> None:
        """Show the result of an earlier run of this request as if it had just finished."""
        self._form.clear_problems()
        self._request = request
        columns = [name for name in result.matches.column_names if name not in RESULT_COLUMNS]
        self._begin(run_id, columns, result.summary.total)
        self._on_outcomes(result.results)
        self._on_matches(result.matches)
        self._on_finished(result)

    def begin_live(self, request: ScanRequest) -> None:
        """Let the table be that of live matches of this request: no scan has found them, and no run keeps them."""
        self._request, self.result, self.run_id = request, None, ""
        self.job_started.emit(request)

    @Slot(object)
    def _on_state(self, state: ScanState) -> None:
        self._form.set_running(state is not ScanState.IDLE)
        if state is ScanState.STARTING:
            self._progress.start()
        elif state is ScanState.CANCELLING:
            self._progress.show_cancelling()

    @Slot(object)
    def _on_started(self, event: ScanStarted) -> None:
        self._begin(event.run_id, event.columns, event.total)
        self._progress.start(event.total)

    def _begin(self, run_id: str, columns: Sequence[str], total: int) -> None:
        self.result = None
        self.run_id = run_id
        self._problems.clear()
        self._results.begin(columns, total)
        self.job_started.emit(self._request)

    @Slot(object)
    def _on_matches(self, matches: pa.Table) -> None:
        self._results.append(matches)

    @Slot(object)
    def _on_outcomes(self, results: tuple[ProcessingResult, ...]) -> None:
        self._problems.add_results(results)

    @Slot(object)
    def _on_progress(self, event: ScanProgress) -> None:
        self._progress.update_progress(event.completed, event.total, event.matches, event.seconds)

    @Slot(object)
    def _on_finished(self, result: ScanResult) -> None:
        self.result = result
        for warning in result.summary.warnings:
            log.warning(warning)
        sentence = summary_line(result)
        log.info(sentence)
        self._progress.finish(sentence)
        self._results.set_empty_state(self._nothing_found(result))
        self._results.finish()
        self.finished.emit(result)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._refuse(error)

    def _refuse(self, error: Exception) -> None:
        self._progress.finish(self.tr("The scan could not run."))
        self.show_problem(error)
        self.failed.emit(error)

    def show_problem(self, error: Exception) -> None:
        """Say at its place what keeps the form's scan from being run or saved."""
        if not isinstance(error, CandlewickError):
            show_unexpected(self._problems, error)
            return
        if isinstance(error, JobError):
            self._form.show_problems(dict(error.problems))
        elif isinstance(error, FormulaError):
            self._show_formula_error(error)
        elif isinstance(error, DataError):
            self._form.show_problems({"data_path": str(error)})
        else:
            self._form.show_problems({"": str(error)})
        log.error("%s", error)

    def _show_formula_error(self, error: FormulaError) -> None:
        """Let the editor mark the formula's own problems; a column's are told at the columns."""
        if self._form.go_to_formula(error.text):
            self.formula_refused.emit(error.text)
        else:
            self._form.show_problems({"columns": str(error)})

    def _nothing_found(self, result: ScanResult) -> str:
        """Return what an empty table says."""
        counts = result.summary.symbols
        sentence = self.tr("No matches in {n} symbols.").format(n=f"{result.summary.total:,}")
        if counts["not_evaluable"]:
            reason = next(each.error for each in result.results if each.status is SymbolStatus.NOT_EVALUABLE)
            more = self.tr("{n} could not be evaluated, the first because: {reason}")
            sentence += "\n" + more.format(n=f"{counts['not_evaluable']:,}", reason=reason)
        return sentence + "\n" + self.tr("Loosen the formula, widen the dates or choose more symbols.")


def _listed(file: str | None, lists: KeptLists | None) -> tuple[str, ...] | None:
    """Read the file or the list of symbols, if one is named; what is wrong belongs to the field that names it."""
    if file is None:
        return None
    path = Path(file).expanduser()
    if lists is not None and file in lists.names() and not path.is_file():
        path = lists.path(file)
    try:
        return read_symbol_list(path)
    except DataError as error:
        raise JobError((("symbols", str(error)),)) from error
