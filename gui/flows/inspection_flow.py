"""The inspection loop: the current row of the table is the chart that one sees."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.bridge.chart_loader import ChartLoader
from gui.bridge.scan_bridge import ScanRequest
from gui.chart.data import ChartData
from gui.chart.panel import ChartPanel
from gui.flows.row_signals import row_of_bar, with_marks_of_rows
from gui.problems.panel import ProblemsPanel
from gui.results.panel import ResultsPanel

# The window is on the screen by then.
WARM_UP_MILLISECONDS = 50


class InspectionFlow(QObject):
    """Joins the table's selection, the chart loader and the chart.

    ``shown`` follows every change of the chart, also one to the sentence that says why there is none; ``told`` has
    words for the status bar; after ``warmed_up`` the first chart comes as quickly as any other.
    """

    shown = Signal(str)
    told = Signal(str)
    warmed_up = Signal()

    def __init__(
        self,
        results: ResultsPanel,
        problems: ProblemsPanel,
        chart: ChartPanel,
        loader: ChartLoader,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._results = results
        self._chart = chart
        self._loader = loader
        self._shown: ChartData | None = None
        self._steps: Iterator[object] = iter(())
        self.is_warm = False
        results.match_selected.connect(self._on_selected)
        results.match_activated.connect(self._on_activated)
        problems.symbol_activated.connect(self._on_symbol)
        chart.row_requested.connect(results.step)
        chart.bar_activated.connect(self._on_bar)
        loader.loaded.connect(self._on_loaded)
        loader.failed.connect(self._on_failed)

    @Slot(object)
    def open(self, request: ScanRequest) -> None:
        """Show charts of this scan from now on; that of the scan before stays until there is one."""
        self._shown = None
        self._loader.open(request)

    def warm_up(self) -> None:
        """Load and build what charts need, a little at a time, once the window is on the screen.

        What draws is loaded in the window's own thread: Qt's classes come to life as they are first used, and two
        threads that wake them at once have crashed.
        """
        QTimer.singleShot(WARM_UP_MILLISECONDS, self, self._begin_to_warm_up)

    @Slot()
    def _begin_to_warm_up(self) -> None:
        self._steps = self._chart.warm_up()
        self._warm_up_further()

    @Slot()
    def _warm_up_further(self) -> None:
        if next(self._steps, self) is not self:
            QTimer.singleShot(0, self, self._warm_up_further)
        else:
            self.is_warm = True
            self.warmed_up.emit()

    def show_nothing(self) -> None:
        """Take the chart away: the scan has no match to look at."""
        self._shown = None
        self._loader.forget()
        self._chart.clear()

    @Slot(str)
    def go_to(self, symbol: str) -> None:
        """Go to the symbol's first row in the table; without one, show its chart alone."""
        if not self._loader.is_open:
            self.told.emit(self.tr("Run a scan first: the chart draws what its formula reads."))
        elif not self._results.go_to_symbol(symbol):
            self._loader.request(symbol, None)
            self.told.emit(
                self.tr("{symbol} has no row in the table: this is its chart.").format(symbol=symbol)
            )

    @Slot(str, object, int)
    def _on_selected(self, symbol: str, timestamp: np.datetime64, _row: int) -> None:
        bar = None
        if self._shown is not None and self._shown.symbol == symbol:
            bar = bar_at(self._shown, timestamp)
        if bar is None:
            self._loader.request(symbol, timestamp)
            return
        # A chart that was asked for in between is not wanted any more.
        self._loader.forget()
        self._chart.focus_on(bar)
        self.shown.emit(symbol)

    @Slot(str, object, int)
    def _on_activated(self, _symbol: str, _timestamp: np.datetime64, _row: int) -> None:
        self._chart.setFocus()

    @Slot(int)
    def _on_bar(self, bar: int) -> None:
        """Make the row of a bar that was chosen in the chart the current one, if the table shows it."""
        if self._shown is not None and (row := row_of_bar(self._results.model, self._shown, bar)) is not None:
            self._results.view.go_to(row)

    @Slot(str)
    def _on_symbol(self, symbol: str) -> None:
        self._loader.request(symbol, None)

    @Slot(object, object)
    def _on_loaded(self, chart: ChartData, timestamp: np.datetime64 | None) -> None:
        if not chart.knows_signals:
            chart = with_marks_of_rows(chart, self._results.model.store)
        self._shown = chart
        self._chart.show_data(chart, bar_at(chart, timestamp))
        self.shown.emit(chart.symbol)

    @Slot(str, str)
    def _on_failed(self, symbol: str, sentence: str) -> None:
        self._shown = None
        self._chart.clear(symbol, sentence)
        self.shown.emit(symbol)


def bar_at(chart: ChartData, timestamp: np.datetime64 | None) -> int | None:
    """Return the number of the bar of that moment, or None."""
    if timestamp is None:
        return None
    place = int(np.searchsorted(chart.bars.timestamp, timestamp))
    found = place < len(chart.bars) and chart.bars.timestamp[place] == timestamp
    return place if found else None
