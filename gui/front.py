"""All of the window that can be seen: its panels, its actions and how they look. It is painted before anything else.

Here: building and placing the widgets, and keeping what the user asks for until :meth:`Front.serve` says who does it.
Not here: whatever reads bars, compiles formulas or starts a thread; ``app`` puts that behind the window, and loading
it takes longer than all of this.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from engine.settings import Settings, available_cores
from gui.actions import build_actions, enable_actions
from gui.chart.panel import ChartPanel
from gui.evidence.panel import EvidencePanel
from gui.flows.handlers import Handler
from gui.flows.look_flow import LookFlow
from gui.flows.unexpected import show_unexpected
from gui.flows.view_flow import ViewFlow
from gui.flows.window_parts import WindowParts
from gui.formula_editor.panel import FormulaEditor
from gui.live.strip import EditorWithStrip, LiveStrip
from gui.log.panel import LogPanel
from gui.log.queued_log import QueuedLog
from gui.main_window import MainWindow, Panels
from gui.options_panel.panel import OptionsPanel
from gui.problems.panel import ProblemsPanel
from gui.progress.widget import ScanProgressWidget
from gui.remembered import Remembered
from gui.results.panel import ResultsPanel
from gui.runs.panel import RunsPanel
from gui.scan_form.panel import FormulaSlot, ScanForm
from gui.scan_form.state import FormValues
from gui.symbol_search import SymbolSearch
from gui.theme.icons import app_icon
from gui.theme.switch import ThemeSwitch
from gui.why.panel import WhyPanel

TEMPLATE = "close > sma(close, 200)\nand cross_above(rsi(close, 14), 30)\nand volume > 1.5 * sma(volume, 20)"

# The newest matches come first: a column's name, and whether it descends.
USUAL_ORDER = (("timestamp", True), ("symbol", False))


class Front(QObject):
    """The window and its panels, on which one can type, choose and press from the first moment on."""

    def __init__(
        self, app: QApplication, settings: Settings, remembered: Remembered, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._remembered = remembered
        self._is_served = False
        self._waiting: list[str] = []
        app.setWindowIcon(app_icon())
        pair = remembered.pair(settings.candle_colours)
        self.theme_switch = ThemeSwitch(app, remembered.theme(settings.theme), pair, self)
        self.parts = self._build(settings)
        self._log_handler = QueuedLog(self, logging.INFO)
        self.parts.log.listen_to(self._log_handler)
        logging.getLogger().addHandler(self._log_handler)
        self.look_flow = LookFlow(self.parts, self.theme_switch, remembered, settings, self)
        self.view_flow = ViewFlow(self.parts, self)
        # What needs nothing but the window itself is done from the first moment on.
        self._handlers = {**self.look_flow.handlers(), **self.view_flow.handlers()}
        self._connect()

    def open(self, data: str | None = None) -> None:
        """Show the window, with the data that is about to be opened; Run has the focus: Return starts a scan."""
        if data is not None:
            self.parts.form.set_data_path(data)
        self.parts.window.show()
        self.parts.form.focus_run()

    def serve(self, handlers: Mapping[str, Handler]) -> None:
        """Let these do, too, what the actions say."""
        self._is_served = True
        self._handlers |= handlers
        self.parts.form.run_requested.disconnect(self._note_run)
        self.parts.form.data_requested.disconnect(self._note_data)

    def catch_up(self) -> None:
        """Do what was asked for before there was anything that could do it."""
        waiting, self._waiting = self._waiting, []
        for name in waiting:
            self._do(name)

    def close(self) -> None:
        """Keep how the table stands, and write no more lines of the log into the window."""
        self._remembered.keep_table(self.parts.results.layout_state())
        logging.getLogger().removeHandler(self._log_handler)
        self._log_handler.close()

    def _build(self, settings: Settings) -> WindowParts:
        """Build every widget: the Tab key goes through them in the order in which they are made."""
        editor = FormulaEditor()
        self.live_strip = LiveStrip()
        area = EditorWithStrip(editor, self.live_strip)
        slot = FormulaSlot(area, editor.text, editor.set_text, editor.text_changed)
        form = ScanForm(slot, cores=available_cores())
        runs = RunsPanel()
        chart = ChartPanel(self.theme_switch.theme)
        self.search = SymbolSearch(chart)
        results = ResultsPanel(usual_order=USUAL_ORDER, sparklines=True)
        results.restore_layout(self._remembered.table())
        evidence = EvidencePanel()
        why = WhyPanel()
        options = OptionsPanel()
        problems = ProblemsPanel()
        log = LogPanel()
        progress = ScanProgressWidget()
        form.set_values(FormValues(formula=TEMPLATE, workers=settings.worker_count()))
        # Their icons come with the look.
        actions = build_actions(self, lambda _name: QIcon())
        panels = Panels(form, runs, chart, results, why, evidence, options, problems, log, progress)
        window = MainWindow(panels, actions, self._remembered)
        return WindowParts(
            form,
            editor,
            runs,
            chart,
            results,
            why,
            evidence,
            options,
            problems,
            log,
            progress,
            window,
            actions,
        )

    def _connect(self) -> None:
        form, actions = self.parts.form, self.parts.actions
        self.parts.editor.run_requested.connect(form.request_run)
        form.run_requested.connect(self._note_run)
        form.data_requested.connect(self._note_data)
        for name, action in actions.items():
            # Whether an action is ticked is of no interest to its handler.
            action.triggered.connect(lambda _ticked=False, name=name: self._do(name))
        enable_actions(actions, is_idle=True, can_cancel=False, has_rows=False, has_result=False)

    def _do(self, name: str) -> None:
        if name in self._handlers:
            self._handlers[name]()
        else:
            self._waiting.append(name)

    @Slot(object)
    def show_unexpected(self, error: BaseException) -> None:
        """Show an exception that nobody expected; the window goes on."""
        show_unexpected(self.parts.problems, error)
        if not self._is_served:
            # Nothing will come that does what is asked for: why not must be seen.
            self.parts.window.raise_panel("problems")

    @Slot()
    def _note_run(self) -> None:
        self._waiting.append("run")

    @Slot()
    def _note_data(self) -> None:
        self._waiting.append("open_data")
