"""Measures what came after the matches, in the scan's own thread and on its warm workers.

A scan that starts stops the measuring: it needs the workers. Only the newest request counts. Not here: the scan itself
(``scan_bridge``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa
from PySide6.QtCore import QObject, Signal, Slot

from engine.market.timeframe import Timeframe
from engine.outcomes.forward_returns import OutcomeTerms
from engine.scan.evaluation.evidence import Evidence, evidence_of
from engine.scan.evaluation.forward_pass import ForwardRequest, measure_signals
from engine.scan.plan import match_window
from engine.scan.processing import ProcessingEngine
from gui.bridge.scan_bridge import ScanBridge, ScanRequest

PROGRESS_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class EvidenceRequest:
    """The matches of a scan, ``symbol`` and ``when`` row by row, and how to measure what came after them."""

    scan: ScanRequest
    symbol: pa.ChunkedArray
    when: pa.ChunkedArray
    terms: OutcomeTerms = field(default_factory=OutcomeTerms)


class EvidenceRunner(QObject):
    """The half that lives in the scan's thread."""

    progressed = Signal(int, int, int)
    measured = Signal(int, object)
    failed = Signal(int, object)
    cancelled = Signal(int)

    def __init__(self, engine_for: Callable[[ScanRequest], ProcessingEngine]) -> None:
        super().__init__()
        self._engine_for = engine_for
        self._engine: ProcessingEngine | None = None
        self._newest = 0

    @Slot(int, object)
    def run(self, number: int, request: EvidenceRequest) -> None:
        """Measure, unless something newer has been asked for."""
        if number != self._newest:
            self.cancelled.emit(number)
            return
        try:
            evidence = self._measure(number, request)
        except Exception as error:  # noqa: BLE001  the fence: the window shows it and goes on
            self.failed.emit(number, error)
            return
        finally:
            self._engine = None
        if evidence is None:
            self.cancelled.emit(number)
        else:
            self.measured.emit(number, evidence)

    def expect(self, number: int) -> None:
        """Let only that request count from now on, and stop any other; called from the window's thread."""
        self._newest = number
        if (engine := self._engine) is not None:
            engine.cancel()

    def _measure(self, number: int, request: EvidenceRequest) -> Evidence | None:
        engine = self._engine_for(request.scan)
        self._engine = engine
        told = 0.0

        def show(completed: int, total: int) -> None:
            nonlocal told
            # A cancel that came before the engine knew of this pass.
            if number != self._newest:
                engine.cancel()
            if time.perf_counter() - told >= PROGRESS_SECONDS:
                told = time.perf_counter()
                self.progressed.emit(number, completed, total)

        job = request.scan.job
        wanted = ForwardRequest(request.terms, Timeframe.parse(job.timeframe), job.symbols, match_window(job))
        found = measure_signals(engine, request.symbol, request.when, wanted, progress=show)
        return None if found.cancelled else evidence_of(found)


class EvidenceBridge(QObject):
    """The window's side of it; ``ended`` comes after a cancel."""

    progressed = Signal(int, int)
    measured = Signal(object)
    failed = Signal(object)
    ended = Signal()
    _requested = Signal(int, object)

    def __init__(self, scans: ScanBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self.is_measuring = False
        self._runner = EvidenceRunner(scans.engine_for)
        scans.join(self._runner)
        self._requested.connect(self._runner.run)
        self._runner.progressed.connect(self._on_progressed)
        self._runner.measured.connect(self._on_measured)
        self._runner.failed.connect(self._on_failed)
        self._runner.cancelled.connect(self._on_cancelled)
        scans.starting.connect(self.cancel)

    def start(self, request: EvidenceRequest) -> None:
        """Begin to measure; what was being measured is stopped."""
        self._number += 1
        self.is_measuring = True
        self._runner.expect(self._number)
        self._requested.emit(self._number, request)

    @Slot()
    def cancel(self) -> None:
        """Stop measuring, if anything is measured."""
        if self.is_measuring:
            self._number += 1
            self._runner.expect(self._number)
            self.is_measuring = False
            self.ended.emit()

    @Slot(int, int, int)
    def _on_progressed(self, number: int, completed: int, total: int) -> None:
        if number == self._number:
            self.progressed.emit(completed, total)

    @Slot(int, object)
    def _on_measured(self, number: int, evidence: Evidence) -> None:
        if number == self._number:
            self.is_measuring = False
            self.measured.emit(evidence)

    @Slot(int, object)
    def _on_failed(self, number: int, error: Exception) -> None:
        if number == self._number:
            self.is_measuring = False
            self.failed.emit(error)

    @Slot(int)
    def _on_cancelled(self, number: int) -> None:
        if number == self._number:
            self.is_measuring = False
            self.ended.emit()
