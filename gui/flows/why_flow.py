"""From the bar under the crosshair, or a symbol that was typed, to the conditions in the why-matched panel.

Nothing is computed while the panel cannot be seen. A typed symbol stays until another row is chosen or one goes back.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from engine.scan.job import parse_moment
from gui.bridge.explanation_loader import ExplanationLoader
from gui.bridge.scan_bridge import ScanRequest
from gui.bridge.universe_count import UniverseCount
from gui.chart.panel import ChartPanel
from gui.flows.scan_flow import ScanFlow
from gui.flows.time_left import TimeLeft
from gui.why.panel import WhyPanel
from gui.why.state import Explanation


class WhyFlow(QObject):
    """Joins the chart's crosshair, the panel, the explanations and the counts."""

    def __init__(
        self,
        *,
        panel: WhyPanel,
        chart: ChartPanel,
        scans: ScanFlow,
        loader: ExplanationLoader,
        counts: UniverseCount,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._chart = chart
        self._loader = loader
        self._counts = counts
        self._request: ScanRequest | None = None
        self._typed: str | None = None
        self._time_left = TimeLeft()
        panel.set_pinned(False)
        chart.crosshair_moved.connect(self._on_crosshair)
        scans.job_started.connect(self._on_started)
        panel.symbol_asked.connect(self._on_asked)
        panel.returned.connect(self._on_returned)
        panel.count_requested.connect(self._count)
        panel.count_cancelled.connect(counts.cancel)
        loader.explained.connect(self._on_explained)
        loader.failed.connect(self._on_failed)
        counts.progressed.connect(self._on_counting)
        counts.counted.connect(panel.show_counts)
        counts.failed.connect(panel.show_count_failure)

    @Slot()
    def look(self) -> None:
        """Explain what there is to see: the panel has come to the front."""
        if self._typed is not None:
            self._loader.request(self._typed)
        else:
            self._explain_chart()

    @Slot(str)
    def forget_typed(self, _symbol: str = "") -> None:
        """Follow the chart again: another row was chosen."""
        if self._typed is not None:
            self._typed = None
            self._panel.set_pinned(False)
            self.look()
        elif self._chart.data is None and self._request is not None:
            self._show_nothing()

    @Slot(object)
    def _on_started(self, request: ScanRequest) -> None:
        self._request = request
        self._typed = None
        self._counts.cancel()
        self._loader.open(request)
        self._panel.set_pinned(False)
        self._show_nothing()

    @Slot(int)
    def _on_crosshair(self, _bar: int = 0) -> None:
        if self._typed is None and self._panel.is_in_front:
            self._explain_chart()

    def _explain_chart(self) -> None:
        chart = self._chart.data
        if chart is not None and self._can_explain():
            self._loader.request(chart.symbol, chart.bars, self._chart.current_bar)

    @Slot(str)
    def _on_asked(self, symbol: str) -> None:
        if not self._can_explain():
            self._show_nothing()
            return
        self._typed = symbol
        self._panel.set_pinned(True)
        self._loader.request(symbol)

    @Slot()
    def _on_returned(self) -> None:
        self._typed = None
        self._show_nothing()
        self.look()

    @Slot(object)
    def _on_explained(self, explanation: Explanation) -> None:
        wanted = self._typed or (self._chart.data.symbol if self._chart.data is not None else None)
        if explanation.symbol == wanted:
            shown = self._panel.explanation
            if shown is not None and shown.moment != explanation.moment:
                self._counts.cancel()
            self._panel.show_explanation(explanation)

    @Slot(str, str)
    def _on_failed(self, _symbol: str, sentence: str) -> None:
        self._panel.show_nothing(sentence)

    @Slot()
    def _count(self) -> None:
        shown = self._panel.explanation
        if self._request is not None and shown is not None and self._request.job.formula:
            self._panel.show_counting(0, 0)
            self._time_left.begin()
            self._counts.start(self._request, parse_moment(shown.moment, "date"))

    @Slot(int, int)
    def _on_counting(self, done: int, total: int) -> None:
        self._panel.show_counting(done, total, self._time_left.text(done, total))

    def _can_explain(self) -> bool:
        return self._request is not None and bool(self._request.job.formula or self._request.job.formulas)

    def _show_nothing(self) -> None:
        self._counts.cancel()
        self._loader.forget()
        if self._request is None or self._can_explain():
            self._panel.show_nothing()
        else:
            self._panel.show_nothing(self.tr("This scan looks for events of detectors, without a formula."))
