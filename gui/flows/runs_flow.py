"""The recent runs: listed, opened into the table without a scan, resumed, removed, looked up and compared.

Reading runs happens beside the window; each answer finds the step that it belongs to by its ticket. Until a run has
been read whole, the window is as it was: it may be cancelled until then. A look-up of a symbol asks the kept runs and,
on the form's data, the saved and ready-made scans that were never run there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from engine.data.addresses import without_password
from engine.errors import CandlewickError
from engine.scan.results import ScanResult
from engine.scan.runs.history import Comparison, compare
from engine.scan.runs.manifest import RunManifest
from engine.scan.runs.store import RunStore
from gui.bridge.background import BackgroundWork
from gui.bridge.newest_look import LookUp
from gui.bridge.saved_look import SavedScans, saved_sources
from gui.bridge.scan_bridge import ScanBridge
from gui.bridge.scan_state import ScanState
from gui.bridge.symbol_look import Answer, Question, ask
from gui.flows.data_flow import DataFlow
from gui.flows.row_work import RowWork
from gui.flows.scan_flow import ScanFlow
from gui.progress.task_row import TaskRow
from gui.remembered import Remembered
from gui.results.panel import ResultsPanel
from gui.runs.panel import RunsPanel
from gui.runs.state import (
    catch_rows,
    change_sentence,
    changes_by_symbol,
    newest_first,
    run_rows,
    unrun_rows,
)
from gui.scan_form.panel import ScanForm
from gui.scan_form.state import values_of

log = logging.getLogger(__name__)

# The result column that says what became of a symbol since the run before.
CHANGE_COLUMN = "change"
# The thread that reads runs competes with that of the window, which has a table and a chart to paint when a scan ends.
LOOK_BACK_MILLISECONDS = 250


class RunsFlow(QObject):
    """Joins the panel of recent runs with the store, the form, the scan and its table.

    ``row`` belongs into the status bar. ``pointed_out`` follows when the run that is shown is the list's current one,
    ``compared`` carries how it differs from the run before.
    """

    told = Signal(str)
    pointed_out = Signal()
    compared = Signal(object)

    def __init__(
        self,
        store: RunStore,
        *,
        panel: RunsPanel,
        form: ScanForm,
        results: ResultsPanel,
        scans: ScanFlow,
        bridge: ScanBridge,
        data: DataFlow,
        background: BackgroundWork,
        remembered: Remembered,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._is_read_only = remembered.is_read_only
        self._remembered = remembered
        self._panel = panel
        self._form = form
        self._results = results
        self._scans = scans
        self._bridge = bridge
        self._data = data
        self._background = background
        self._waiting: dict[int, Callable[[Any], None]] = {}
        self._has_scanned = False
        self._pointed_out = ""
        self._newest_look = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(LOOK_BACK_MILLISECONDS)
        self._soon.timeout.connect(self._look_back)
        self.row = TaskRow()
        self._reading = RowWork(background, self.row, self)
        self._reading.done.connect(self._show_stored)
        self._reading.failed.connect(self._say_failure)
        self._reading.cancelled.connect(self._on_cancelled)
        bridge.starting.connect(self._reading.give_up)
        panel.open_requested.connect(self.open)
        panel.resume_requested.connect(self.resume)
        panel.remove_requested.connect(self.remove)
        panel.look_up_requested.connect(self.look_up)
        panel.runs_requested.connect(self.refresh)
        scans.job_started.connect(self._on_started)
        scans.finished.connect(self._on_finished)
        bridge.state_changed.connect(self._on_state)
        background.done.connect(self._on_done)
        background.failed.connect(self._on_failed)

    @Slot()
    def refresh(self) -> None:
        """List the runs anew, unless a look-up is shown."""
        if not self._panel.is_looking_up:
            self._newest_look = self._submit(self._store.list_runs, self._show_runs)

    @Slot(str)
    def open(self, run: str) -> None:
        """Show what that run has kept; nothing is computed."""
        if self._bridge.state is ScanState.IDLE:
            self._reading.start(
                self.tr("Opening run {run}").format(run=run), partial(_read, self._store, run)
            )

    @Slot(str)
    def resume(self, run: str) -> None:
        """Scan what that run has not finished."""
        if self._bridge.state is ScanState.IDLE and self._may_write():
            self._submit(partial(self._store.manifest, run), self._resume)

    @Slot(str)
    def remove(self, run: str) -> None:
        """Remove that run from the disk."""
        if self._may_write():
            self._submit(partial(self._store.remove, (run,)), self._on_removed)

    @Slot(str, int)
    def look_up(self, symbol: str, days: int) -> None:
        """Show which scans caught the symbol in the last days, and which would have that were never run."""
        question = Question(symbol, days, datetime.now(UTC).astimezone().date())
        saved = SavedScans(
            saved_sources(self._remembered.recent_scans()),
            self._form.values().data_path,
            self._scans.detectors,
        )
        # The work holds no flow, which must not end in the thread.
        tr = partial(QCoreApplication.translate, "RunsFlow")
        work = partial(ask, question, self._store, saved, tr)
        self._newest_look = self._submit(work, self._show_catches)

    def _may_write(self) -> bool:
        """Tell whether runs may be changed, and say where not."""
        if self._is_read_only:
            self._panel.show_problem(self.tr("This window is read-only: change runs in the other one."))
        return not self._is_read_only

    # ------------------------------------------------------------------ steps

    def _show_runs(self, runs: Any) -> None:
        if not self._panel.is_looking_up:
            self._panel.show_runs(run_rows(runs, datetime.now(UTC).astimezone(), self.tr))
            self._point_out()

    def _point_out(self) -> None:
        """Let the run whose matches are shown be the current one as soon as it is listed, and only then."""
        run = self._scans.run_id
        if run and run != self._pointed_out and self._panel.go_to(run):
            self._pointed_out = run
            self.pointed_out.emit()

    def _show_catches(self, answer: Answer) -> None:
        if self._panel.is_looking_up:
            rows = list(catch_rows(answer.caught, datetime.now(UTC).astimezone()))
            for look in answer.unrun:
                rows += unrun_rows(answer.symbol, look.key, look.name, look.matches, look.reason, tr=self.tr)
            self._panel.show_catches(answer.symbol, newest_first(rows))

    @Slot(object)
    def _show_stored(self, read: tuple[RunManifest, ScanResult]) -> None:
        manifest, result = read
        request = self._scans.request_for(manifest.processing_job(), self._take(manifest))
        self._scans.show_stored(request, result, manifest.id)
        self.told.emit(self.tr("Opened run {run}: nothing was computed.").format(run=manifest.id))
        self._compare(manifest.id)

    @Slot()
    def _on_cancelled(self) -> None:
        self.told.emit(self.tr("Cancelled: the run was not opened."))

    def _resume(self, manifest: RunManifest) -> None:
        request = self._scans.request_for(manifest.processing_job(), self._take(manifest), resume=manifest.id)
        self._scans.start(request)

    def _take(self, manifest: RunManifest) -> str:
        """Put the run's job into the form; return where its bars are, with the password if the form knows it."""
        now = self._form.values()
        address = manifest.data_address
        if without_password(now.data_path) == address:
            address = now.data_path
        else:
            self._data.use(address)
        job = manifest.processing_job()
        self._form.set_values(values_of(job, name=manifest.name, workers=now.workers, data_path=address))
        return address

    def _on_removed(self, removed: tuple[str, ...]) -> None:
        self.told.emit(self.tr("Removed run {run}").format(run=" ".join(removed)))
        self._panel.symbol.clear()
        self.refresh()

    def _compare(self, run: str) -> None:
        self._submit(partial(_compared, self._store, run), self._show_comparison)

    def _show_comparison(self, comparison: Comparison | None) -> None:
        if comparison is None or comparison.run_id != self._scans.run_id or self._scans.result is None:
            return
        self._results.add_by_symbol(CHANGE_COLUMN, changes_by_symbol(comparison))
        self._panel.show_change(change_sentence(comparison, self.tr))
        self.compared.emit(comparison)

    # ------------------------------------------------------------------ slots

    @Slot(object)
    def _on_started(self, _request: object) -> None:
        self._panel.show_change("")
        self._has_scanned = False

    @Slot(object)
    def _on_finished(self, _result: ScanResult) -> None:
        self._has_scanned = self._bridge.state is not ScanState.IDLE

    @Slot(object)
    def _on_state(self, state: ScanState) -> None:
        self._panel.set_free(state is ScanState.IDLE)
        if state is not ScanState.IDLE:
            return
        # Only now has the run's journal been closed.
        self._soon.start()

    @Slot()
    def _look_back(self) -> None:
        """List the runs, the newest among them, and compare it with the one before."""
        self.refresh()
        if self._has_scanned:
            self._has_scanned = False
            if not self._is_read_only:
                self._compare(self._scans.run_id)

    def _submit(self, work: Callable[[], object], then: Callable[[Any], None]) -> int:
        ticket = self._background.submit(work)
        self._waiting[ticket] = then
        return ticket

    @Slot(int, object)
    def _on_done(self, ticket: int, answer: object) -> None:
        then = self._waiting.pop(ticket, None)
        if then is None:
            return
        is_look = then in (self._show_runs, self._show_catches)
        if not is_look or ticket == self._newest_look:
            then(answer)

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if self._waiting.pop(ticket, None) is not None:
            self._say_failure(str(error))

    @Slot(str)
    def _say_failure(self, sentence: str) -> None:
        log.error("%s", sentence)
        self._panel.show_problem(sentence)


def _read(store: RunStore, run: str, look_up: LookUp) -> tuple[RunManifest, ScanResult]:
    return store.manifest(run), store.open_run(run, look_up)


def _compared(store: RunStore, run: str) -> Comparison | None:
    """Compare with the run before; None where there is none, or it cannot be read any more."""
    try:
        return compare(store, run)
    except CandlewickError as error:
        log.info("%s", error)
        return None
