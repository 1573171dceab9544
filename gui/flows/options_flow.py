"""From the rows that the table shows to their option contracts, and from those to a file."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.scan.demo import CHAINS_FILE
from engine.scan.results import ScanResult
from gui.bridge.contracts_bridge import ContractsBridge
from gui.flows.data_flow import Universe
from gui.flows.export_flow import ExportFlow
from gui.flows.scan_flow import ScanFlow
from gui.flows.time_left import TimeLeft
from gui.options_panel.panel import OptionsPanel
from gui.options_panel.state import ContractsRequest
from gui.results.panel import ResultsPanel

log = logging.getLogger(__name__)


class OptionsFlow(QObject):
    """Asks for chains, starts searches and exports what they found."""

    def __init__(
        self,
        *,
        options: OptionsPanel,
        results: ResultsPanel,
        scans: ScanFlow,
        bridge: ContractsBridge,
        exports: ExportFlow,
        window: QWidget,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel = options
        self._results = results
        self._bridge = bridge
        self._exports = exports
        self._window = window
        self._timeframe = "1d"
        self._offered: Path | None = None
        self._time_left = TimeLeft()
        scans.job_started.connect(self._on_started)
        scans.finished.connect(self._on_finished)
        options.chains_requested.connect(self.ask_chains)
        options.search_requested.connect(self._on_search)
        options.cancel_requested.connect(bridge.cancel)
        options.export_requested.connect(self._on_export)
        bridge.progressed.connect(self._on_progressed)
        bridge.found.connect(options.show_result)
        bridge.failed.connect(self._on_failed)

    @Slot(object)
    def offer(self, universe: Universe) -> None:
        """Take the chains that lie beside the bars, as the demo's do, unless the user has chosen others."""
        if self._panel.chains == self._offered:
            chains = Path(universe.address).expanduser() / CHAINS_FILE
            self._offered = chains if chains.is_file() else None
            self._panel.set_chains(self._offered)

    @Slot()
    def ask_chains(self) -> None:
        """Let the user choose a file of chains."""
        kinds = self.tr("Option chains (*.parquet *.csv *.csv.gz)")
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Option chains"), str(Path.home()), kinds
        )
        if chosen:
            self._panel.set_chains(Path(chosen))

    @Slot(object)
    def _on_started(self, _request: object) -> None:
        self._bridge.cancel()
        self._panel.expect(0)

    @Slot(object)
    def _on_finished(self, result: ScanResult) -> None:
        self._timeframe = result.timeframe
        self._panel.expect(result.matches.num_rows)

    @Slot(object)
    def _on_search(self, request: ContractsRequest) -> None:
        self._panel.start()
        self._time_left.begin()
        self._bridge.start(self._results.visible_table(), request.chains, request.rules)

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        self._panel.show_progress(done, total, self._time_left.text(done, total))

    @Slot()
    def _on_export(self) -> None:
        result = self._panel.model.result
        if result is not None:
            self._exports.ask(result.table, self._timeframe, complete=result.is_complete)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        log.error("%s", error)
        self._panel.show_failure(str(error))
