"""From the scan's matches to what came after them: into the evidence panel, and as columns into the table.

A finished scan is measured when somebody looks at the panel, or on request; nothing is measured that nobody asked for.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import CandlewickError
from engine.outcomes.forward_returns import OutcomeTerms
from engine.scan.evaluation.evidence import Evidence
from engine.scan.results import ScanResult
from engine.settings import Settings
from gui.bridge.evidence_bridge import EvidenceBridge, EvidenceRequest
from gui.bridge.scan_bridge import ScanRequest
from gui.evidence.panel import EvidencePanel
from gui.flows.scan_flow import ScanFlow
from gui.flows.time_left import TimeLeft
from gui.results.panel import ResultsPanel

log = logging.getLogger(__name__)


class EvidenceFlow(QObject):
    """Measures the scan's matches; ``broke`` carries an exception that nobody expected."""

    broke = Signal(object)

    def __init__(
        self,
        settings: Settings,
        *,
        evidence: EvidencePanel,
        results: ResultsPanel,
        scans: ScanFlow,
        bridge: EvidenceBridge,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._terms = OutcomeTerms(settings.forward_windows)
        self._panel = evidence
        self._results = results
        self._bridge = bridge
        self._request: ScanRequest | None = None
        self._result: ScanResult | None = None
        self._is_measured = False
        self._time_left = TimeLeft()
        scans.job_started.connect(self._on_started)
        scans.finished.connect(self._on_finished)
        evidence.measure_requested.connect(self.measure)
        evidence.cancel_requested.connect(bridge.cancel)
        bridge.progressed.connect(self._on_progressed)
        bridge.measured.connect(self._on_measured)
        bridge.failed.connect(self._on_failed)
        bridge.ended.connect(self._on_ended)

    @Slot()
    def measure(self) -> None:
        """Measure what came after the matches in the table; nothing happens without a finished scan."""
        if self._request is None or self._result is None or not self._result.matches.num_rows:
            return
        matches = self._results.all_matches()
        self._panel.start()
        self._time_left.begin()
        request = EvidenceRequest(self._request, matches["symbol"], matches["timestamp"], self._terms)
        self._bridge.start(request)

    @Slot(object)
    def _on_started(self, request: ScanRequest) -> None:
        self._request, self._result, self._is_measured = request, None, False
        # A run that is only opened takes no workers, so that nothing else stops what is measured of the table before.
        self._bridge.cancel()
        self._panel.expect(None)

    @Slot(object)
    def _on_finished(self, result: ScanResult) -> None:
        self._result = result
        self._panel.expect(result.matches.num_rows)
        if self._panel.is_in_front:
            self.measure()

    @Slot()
    def look(self) -> None:
        """Measure what has not been measured: the panel has come to the front."""
        if not self._is_measured and not self._bridge.is_measuring:
            self.measure()

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        self._panel.show_progress(done, total, self._time_left.text(done, total))

    @Slot(object)
    def _on_measured(self, evidence: Evidence) -> None:
        if self._result is None:
            return
        self._is_measured = True
        self._panel.show_evidence(evidence, partial=not self._result.summary.complete)
        self._results.add_columns(evidence.columns)
        log.info("What came after %s matches is measured.", f"{evidence.signals:,}")

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._panel.show_failure(str(error))
        log.error("%s", error)
        if not isinstance(error, CandlewickError):
            self.broke.emit(error)

    @Slot()
    def _on_ended(self) -> None:
        """After a cancel the panel offers to measure again."""
        if self._result is not None:
            self._panel.expect(self._result.matches.num_rows)
