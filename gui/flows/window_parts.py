"""The panels and the window around them, for those flows that have to do with all of them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction

from gui.chart.panel import ChartPanel
from gui.evidence.panel import EvidencePanel
from gui.formula_editor.panel import FormulaEditor
from gui.log.panel import LogPanel
from gui.main_window import MainWindow
from gui.options_panel.panel import OptionsPanel
from gui.problems.panel import ProblemsPanel
from gui.progress.widget import ScanProgressWidget
from gui.results.panel import ResultsPanel
from gui.runs.panel import RunsPanel
from gui.scan_form.panel import ScanForm
from gui.why.panel import WhyPanel


@dataclass(frozen=True, slots=True)
class WindowParts:
    """Every widget of the window that has a name of its own."""

    form: ScanForm
    editor: FormulaEditor
    runs: RunsPanel
    chart: ChartPanel
    results: ResultsPanel
    why: WhyPanel
    evidence: EvidencePanel
    options: OptionsPanel
    problems: ProblemsPanel
    log: LogPanel
    progress: ScanProgressWidget
    window: MainWindow
    actions: dict[str, QAction]
