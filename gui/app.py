"""The composition root: builds every object behind the window once and hands each what it needs.

Nothing else knows all parts. The window and its panels are built by ``front``, which is there before any of this is
loaded; what happens between them is in ``flows``, what runs beside the window in ``bridge``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication

from engine.data.kept_lists import KeptLists
from engine.errors import CandlewickError
from engine.formula.service import CheckResult, check
from engine.outcomes.forward_returns import OutcomeTerms
from engine.scan.consent import ConsentFile
from engine.scan.detector_catalogue import SHIPPED, DetectorCatalogue, find_detectors
from engine.scan.results import ScanResult
from engine.scan.runs.store import RunStore
from engine.scan.saved import ready_made_scans
from engine.settings import Settings, allowed_detectors_file, default_detectors_folder
from gui.actions import enable_actions
from gui.bridge.background import BackgroundWork
from gui.bridge.chart_loader import ChartLoader
from gui.bridge.contracts_bridge import ContractsBridge
from gui.bridge.evidence_bridge import EvidenceBridge
from gui.bridge.explanation_loader import ExplanationLoader
from gui.bridge.formula_check import FormulaCheck
from gui.bridge.lent_work import LentWork
from gui.bridge.live_bridge import LiveBridge
from gui.bridge.scan_bridge import ScanBridge
from gui.bridge.scan_state import ScanState
from gui.bridge.sparkline_loader import SparklineLoader
from gui.bridge.universe_count import UniverseCount
from gui.completion import completion_entries
from gui.flows.columns_flow import ColumnsFlow
from gui.flows.data_flow import DataFlow, Universe
from gui.flows.evidence_flow import EvidenceFlow
from gui.flows.export_flow import ExportFlow
from gui.flows.handlers import Handler
from gui.flows.inspection_flow import InspectionFlow
from gui.flows.left_flow import LeftFlow
from gui.flows.live_flow import LiveFlow
from gui.flows.marks_flow import MarksFlow
from gui.flows.options_flow import OptionsFlow
from gui.flows.overlay_flow import OverlayFlow
from gui.flows.own_data import OwnData
from gui.flows.palette_flow import PaletteFlow
from gui.flows.picture_flow import PictureFlow
from gui.flows.runs_flow import RunsFlow
from gui.flows.scan_file_flow import ScanFileFlow
from gui.flows.scan_flow import ScanFlow
from gui.flows.why_flow import WhyFlow
from gui.flows.window_parts import WindowParts
from gui.front import Front
from gui.progress.task_row import TaskRow
from gui.remembered import Remembered
from gui.scan_form.state import ReadyMadeScan


class CandlewickApp(QObject):
    """The running window with everything behind it."""

    def __init__(
        self,
        app: QApplication,
        settings: Settings,
        demo: Path,
        remembered: Remembered,
        front: Front | None = None,
    ) -> None:
        super().__init__(app)
        self.settings = settings
        self._remembered = remembered
        self._stopped: bool | None = None
        self.front = front = front or Front(app, settings, remembered, self)
        self.theme_switch, self.search, self.live_strip = front.theme_switch, front.search, front.live_strip
        self._take(front.parts)
        self.bridge = ScanBridge(self)
        self._files = BackgroundWork("files", self)
        self._exports = BackgroundWork("exports", self)
        self._closes = BackgroundWork("closes", self)
        self._charts = BackgroundWork("charts", self)
        self._counts = BackgroundWork("counts", self)
        self._reading_runs = BackgroundWork("runs", self)
        self._contracts = BackgroundWork("contracts", self)
        self._live = LiveBridge(self)
        self._build_flows(demo)
        self._connect()
        self._connect_actions()
        self._refresh_actions()
        self.formula_check.check_now(self.editor.text())

    # ------------------------------------------------------------------ life

    def open(self, data: str | None) -> None:
        """Show the window with this data, or with the demo universe."""
        if not self.window.isVisible():
            self.front.open()
        if data is not None:
            self.own_data.imports.open(data)
        else:
            self.data_flow.use_demo()
        self.runs_flow.refresh()
        self.front.catch_up()

    @Slot()
    def shut_down(self) -> bool:
        """Stop every thread and worker, bounded; tell whether all of them stopped. May be called twice."""
        if self._stopped is None:
            self.front.close()
            self.contracts_bridge.cancel()
            # All of them, whatever the first one says.
            reading = (self._files, self._closes, self._charts, self._counts, self._reading_runs)
            # What writes a file takes the most of the processor from the others: it goes first.
            parts = (self._exports, self.bridge, *reading, self._contracts, self._live, self.own_data)
            closed = [part.close() for part in parts]
            self.marks_flow.close()
            self._stopped = all(closed)
        return self._stopped

    # ------------------------------------------------------------------ parts

    def _take(self, parts: WindowParts) -> None:
        self._parts, self.window, self.actions = parts, parts.window, parts.actions
        self.form, self.editor, self.runs, self.chart = parts.form, parts.editor, parts.runs, parts.chart
        self.results, self.evidence, self.why = parts.results, parts.evidence, parts.why
        self.options, self.problems, self.log = parts.options, parts.problems, parts.log
        self.progress = parts.progress

    def _build_flows(self, demo: Path) -> None:
        # Beside the demo universe is the user's data folder.
        lists = KeptLists(demo.parent / "watch_lists")
        self._build_scan_flows(demo, RunStore.of(self.settings), lists)
        self._build_inspection_flows(lists, KeptLists(demo.parent / "seen"))
        self.contracts_bridge = ContractsBridge(self._contracts, self)
        self.options_flow = OptionsFlow(
            options=self.options,
            results=self.results,
            scans=self.scan_flow,
            bridge=self.contracts_bridge,
            exports=self.export_flow,
            window=self.window,
            parent=self,
        )
        self.own_data = OwnData(
            self.settings,
            data=self.data_flow,
            form=self.form,
            scans=self.scan_flow,
            inspection=self.inspection_flow,
            window=self.window,
            switch=self.theme_switch,
            remembered=self._remembered,
            folder=demo.parent / "bars",
            parent=self,
        )
        self._build_look()

    def _build_scan_flows(self, demo: Path, store: RunStore, lists: KeptLists) -> None:
        """Build what starts scans, gives them data and keeps them."""
        self.editor.set_entries(completion_entries())
        self.form.set_scans(ready_made())
        catalogue = detectors_of(self.settings)
        self.form.set_detectors(catalogue.declarations())
        self.scan_flow = ScanFlow(
            self.settings,
            form=self.form,
            results=self.results,
            problems=self.problems,
            progress=self.progress,
            bridge=self.bridge,
            runs=None if self._remembered.is_read_only else store,
            watch_lists=lists,
            detectors=catalogue,
            parent=self,
        )
        self.data_flow = DataFlow(self.form, self._files, demo, self)
        export_row, column_row = TaskRow(), TaskRow()
        self.columns_flow = ColumnsFlow(
            results=self.results,
            form=self.form,
            scans=self.scan_flow,
            work=LentWork(self.bridge, self),
            row=column_row,
            sparklines=SparklineLoader(self._closes, self),
            show=partial(self.window.raise_panel, "results"),
            parent=self,
        )
        self.export_flow = ExportFlow(
            self._exports,
            self.window,
            export_row,
            results=self.results,
            result=lambda: self.scan_flow.result,
            parent=self,
        )
        self.runs_flow = RunsFlow(
            store,
            panel=self.runs,
            form=self.form,
            results=self.results,
            scans=self.scan_flow,
            bridge=self.bridge,
            data=self.data_flow,
            background=self._reading_runs,
            remembered=self._remembered,
            parent=self,
        )
        for row in (export_row, column_row, self.data_flow.row, self.runs_flow.row):
            self.window.show_in_status(row)
        self.scan_file_flow = ScanFileFlow(self.form, self.scan_flow, self.window, self)

    def _build_inspection_flows(self, lists: KeptLists, seen: KeptLists) -> None:
        """Build what is done with the matches of a scan."""
        self.evidence_flow = EvidenceFlow(
            self.settings,
            evidence=self.evidence,
            results=self.results,
            scans=self.scan_flow,
            bridge=EvidenceBridge(self.bridge, self),
            parent=self,
        )
        loader = ChartLoader(self._charts, self)
        self.inspection_flow = InspectionFlow(self.results, self.problems, self.chart, loader, self)
        self.why_flow = WhyFlow(
            panel=self.why,
            chart=self.chart,
            scans=self.scan_flow,
            loader=ExplanationLoader(self._charts, self),
            counts=UniverseCount(self._counts, self),
            parent=self,
        )
        self.marks_flow = MarksFlow(
            lists,
            seen,
            results=self.results,
            background=self._files,
            remembered=self._remembered,
            window=self.window,
            parent=self,
        )
        self.left_flow = LeftFlow(
            self.runs_flow,
            results=self.results,
            scans=self.scan_flow,
            inspection=self.inspection_flow,
            window=self.window,
            parent=self,
        )

    def _build_look(self) -> None:
        """Build what the window itself can be told: which panel is in front, and how everything looks."""
        parts = self._parts
        self.live_flow = LiveFlow(
            parts,
            self.front.live_strip,
            self._live,
            scans=self.scan_flow,
            charts=self.inspection_flow,
            parent=self,
        )
        self.view_flow = self.front.view_flow
        self.view_flow.when_in_front("evidence", self.evidence_flow.look)
        self.view_flow.when_in_front("why", self.why_flow.look)
        self.view_flow.when_in_front("runs", self.runs_flow.refresh)
        self.look_flow = self.front.look_flow
        terms = OutcomeTerms(self.settings.forward_windows)
        self.overlay_flow = OverlayFlow(parts, terms, self._remembered, self)
        self.picture_flow = PictureFlow(parts, self)
        self.palette_flow = PaletteFlow(
            parts,
            self._remembered,
            files=self.scan_file_flow,
            runs=self.runs_flow,
            inspection=self.inspection_flow,
            data=self.data_flow,
            parent=self,
        )

    def _connect(self) -> None:
        self.formula_check = FormulaCheck(self._check, self)
        self.editor.text_changed.connect(self.formula_check.schedule)
        self.formula_check.checked.connect(self.editor.show_check)
        self.form.changed.connect(self._note_form)
        self.bridge.state_changed.connect(self._refresh_actions)
        self.bridge.state_changed.connect(self.window.clear_message)
        self.results.summary_changed.connect(self._refresh_actions)
        self.scan_flow.job_started.connect(self.inspection_flow.open)
        self.scan_flow.finished.connect(self._on_finished)
        self.scan_flow.failed.connect(self._on_failed)
        self.scan_flow.formula_refused.connect(self._show_formula_problem)
        self.data_flow.told.connect(self.window.show_data)
        self.data_flow.ready.connect(self._warm_up)
        # After the workers: what draws takes a while to load, and they start meanwhile.
        self.data_flow.ready.connect(self.inspection_flow.warm_up, Qt.ConnectionType.SingleShotConnection)
        self.data_flow.ready.connect(self._offer_symbols)
        self.data_flow.ready.connect(self.options_flow.offer)
        self.data_flow.ready.connect(self.live_flow.follow)
        self.chart.text_typed.connect(self.search.begin)
        self.search.chosen.connect(self.inspection_flow.go_to)
        self.inspection_flow.told.connect(self.window.tell)
        self.scan_flow.job_started.connect(self.marks_flow.open)
        self.marks_flow.offer_in(self.form.symbols_field)
        for flow in (self.marks_flow, self.export_flow, self.columns_flow):
            flow.told.connect(self.window.tell)
            flow.failed.connect(self.window.tell_problem)
        self.inspection_flow.shown.connect(self.why_flow.forget_typed)
        self.evidence_flow.broke.connect(self.show_unexpected)
        self.columns_flow.broke.connect(self.show_unexpected)
        self.scan_file_flow.told.connect(self.window.tell)
        self.runs_flow.told.connect(self.window.tell)
        beside = (self._files, self._charts, self._counts, self._reading_runs, self._contracts, self._live)
        for background in (*beside, self._exports, self._closes, self.own_data):
            background.broke.connect(self.show_unexpected)
        self.window.closing.connect(self.shut_down)

    def _connect_actions(self) -> None:
        handlers: dict[str, Handler] = {
            "run": self.form.request_run,
            "cancel": self.bridge.cancel,
            "next_problem": self.editor.go_to_next_problem,
            "previous_match": partial(self.results.step, -1),
            "next_match": partial(self.results.step, 1),
            "measure": self._measure,
            "watch": self.results.toggle_watched,
            "find_symbol": self.search.begin,
            "previous_signal": self.chart.previous_signal,
            "next_signal": self.chart.next_signal,
            "auto_scale": self.chart.toggle_auto_scale,
            "log_scale": self.chart.toggle_log_scale,
        }
        flows = (
            self.live_flow,
            self.overlay_flow,
            self.picture_flow,
            self.palette_flow,
            self.data_flow,
            self.own_data,
            self.scan_file_flow,
            self.marks_flow,
            self.export_flow,
            self.columns_flow,
        )
        for flow in flows:
            handlers |= flow.handlers()
        self.front.serve(handlers)

    def _check(self, formula: str) -> CheckResult:
        return check(formula, self.form.values().parameters)

    # ------------------------------------------------------------------ slots

    @Slot(object)
    def show_unexpected(self, error: BaseException) -> None:
        """Show an exception that nobody expected; the window goes on."""
        self.front.show_unexpected(error)

    @Slot()
    def _refresh_actions(self) -> None:
        state = self.bridge.state
        result = self.scan_flow.result
        enable_actions(
            self.actions,
            is_idle=state is ScanState.IDLE,
            can_cancel=state in (ScanState.STARTING, ScanState.RUNNING),
            has_rows=self.results.model.rowCount() > 0,
            has_result=result is not None and result.matches.num_rows > 0,
        )

    @Slot(object)
    def _on_finished(self, result: ScanResult) -> None:
        # A run that was only opened changes no state that would do it.
        self._refresh_actions()
        # Whoever looks at these while changing the formula goes on doing so.
        if not (self.evidence.is_in_front or self.why.is_in_front):
            self.window.raise_panel("results")
        if result.matches.num_rows == 0:
            self.inspection_flow.show_nothing()
        elif self.results.view.current_id < 0:
            self.results.select_first()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.window.raise_panel("form" if isinstance(error, CandlewickError) else "problems")

    @Slot()
    def _note_form(self) -> None:
        # Other parameters can make the same text right or wrong.
        self.formula_check.schedule(self.editor.text())

    @Slot(str)
    def _show_formula_problem(self, formula: str) -> None:
        self.formula_check.check_now(formula)
        self.editor.go_to_next_problem()

    def _measure(self) -> None:
        self.window.raise_panel("evidence")
        self.evidence_flow.measure()

    @Slot(object)
    def _offer_symbols(self, universe: Universe) -> None:
        self.why.set_symbols(universe.symbols)
        self.search.set_symbols(universe.symbols)

    @Slot()
    def _warm_up(self) -> None:
        try:
            self.bridge.prepare(self.scan_flow.request())
        except CandlewickError:
            return  # nothing to warm up for yet; the scan itself says what is wrong


def preparations() -> Iterator[None]:
    """Build, one at each step, what takes long and is kept: whoever needs it has it at once."""
    for build in (ready_made, completion_entries, partial(check, "close > 0")):
        build()
        yield


def detectors_of(settings: Settings) -> DetectorCatalogue:
    """Return the detectors that come with the program and the plug-ins that may run."""
    consent = ConsentFile(allowed_detectors_file())
    try:
        return find_detectors(settings.detectors_folder or default_detectors_folder(), consent)
    except CandlewickError as error:
        logging.getLogger(__name__).error("%s", error)
        return SHIPPED


def ready_made() -> tuple[ReadyMadeScan, ...]:
    """Return the scans to start from, as the form offers them."""
    return tuple(
        ReadyMadeScan(scan.name, scan.description, scan.job.formula, scan.job.columns, scan.job.timeframe)
        for scan in ready_made_scans()
    )
