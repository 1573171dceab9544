"""Measures what came after the matches, in the scan's own thread and on its warm workers (``lent_work``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa
from PySide6.QtCore import QObject, Signal

from engine.market.timeframe import Timeframe
from engine.outcomes.forward_returns import OutcomeTerms
from engine.scan.evaluation.evidence import Evidence, evidence_of
from engine.scan.evaluation.forward_pass import ForwardRequest, measure_signals
from engine.scan.plan import match_window
from engine.scan.processing import ProcessingEngine
from gui.bridge.lent_work import LentWork, Progress
from gui.bridge.scan_bridge import ScanBridge, ScanRequest


@dataclass(frozen=True, slots=True)
class EvidenceRequest:
    """The matches of a scan, ``symbol`` and ``when`` row by row, and how to measure what came after them."""

    scan: ScanRequest
    symbol: pa.ChunkedArray
    when: pa.ChunkedArray
    terms: OutcomeTerms = field(default_factory=OutcomeTerms)


class EvidenceBridge(LentWork):
    """``measured`` carries the evidence."""

    measured = Signal(object)

    def __init__(self, scans: ScanBridge, parent: QObject | None = None) -> None:
        super().__init__(scans, parent)
        self.done.connect(self.measured)

    @property
    def is_measuring(self) -> bool:
        """Whether an answer is still to come."""
        return self.is_working

    def start(self, request: EvidenceRequest) -> None:
        """Begin to measure; what was being measured is stopped."""
        self.begin(request.scan, partial(_measure, request))


def _measure(request: EvidenceRequest, engine: ProcessingEngine, show: Progress) -> Evidence | None:
    job = request.scan.job
    wanted = ForwardRequest(request.terms, Timeframe.parse(job.timeframe), job.symbols, match_window(job))
    found = measure_signals(engine, request.symbol, request.when, wanted, progress=show)
    return None if found.cancelled else evidence_of(found)
