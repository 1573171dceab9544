"""The symbols that left a scan since the run before: told below the table, listed on request, shown in the chart.

They are no matches: the table has no row for them, nothing counts or exports them. Not here: who left
(``runs_flow`` has the runs compared).
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtWidgets import QWidget

from engine.market.timeframe import Timeframe
from engine.scan.runs.history import Comparison
from gui.bridge.scan_bridge import ScanRequest
from gui.flows.inspection_flow import InspectionFlow
from gui.flows.runs_flow import RunsFlow
from gui.flows.scan_flow import ScanFlow
from gui.results.panel import ResultsPanel
from gui.runs.left_list import LeftList


class LeftFlow(QObject):
    """Joins the comparison of runs with the button below the table, its list and the chart."""

    def __init__(
        self,
        runs: RunsFlow,
        *,
        results: ResultsPanel,
        scans: ScanFlow,
        inspection: InspectionFlow,
        window: QWidget,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.list = LeftList(window)
        self._footer = results.footer
        self._timeframe = Timeframe.parse("1d")
        runs.compared.connect(self._show)
        scans.job_started.connect(self._on_started)
        results.footer.left_requested.connect(self.show_list)
        self.list.symbol_chosen.connect(inspection.go_to)

    @Slot()
    def show_list(self) -> None:
        """Show the list above its button, over the table and not over the chart."""
        button = self._footer.left_button
        corner = button.mapToGlobal(QPoint(button.width(), 0))
        self.list.move(corner - QPoint(self.list.width(), self.list.frameGeometry().height()))
        self.list.show()
        self.list.raise_()
        self.list.activateWindow()
        self.list.table.setFocus()

    @Slot(object)
    def _on_started(self, request: ScanRequest) -> None:
        """Forget who left the scan before."""
        self._timeframe = Timeframe.parse(request.job.timeframe)
        self._footer.show_left(0)
        self.list.close()
        self.list.show_symbols(())

    @Slot(object)
    def _show(self, comparison: Comparison) -> None:
        moments = map(self._timeframe.moment_text, comparison.left_held)
        self.list.show_symbols(tuple(zip(comparison.left, moments, strict=True)))
        self._footer.show_left(len(comparison.left))
