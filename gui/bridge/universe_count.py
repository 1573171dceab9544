"""Counts over a scan's universe which conditions fail on one day, in a thread of its own; the newest request counts.

Bars come from the snapshot where the scan has made one. Not here: a single symbol's conditions
(``explanation_loader``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Signal, Slot

from engine.data.opening import open_repository
from engine.data.snapshot_run import DirectRun, Snapshot
from engine.data.snapshot_source import source_of
from engine.scan.explain import WhyNot, why_not
from gui.bridge.background import BackgroundWork, WindowClosingError
from gui.bridge.scan_bridge import ScanRequest

PROGRESS_SECONDS = 0.1


class UniverseCount(QObject):
    """``counted`` carries a ``WhyNot``, ``progressed`` how many symbols are done, ``failed`` a sentence."""

    counted = Signal(object)
    progressed = Signal(int, int)
    failed = Signal(str)
    _went_on = Signal(int, int, int)

    def __init__(self, background: BackgroundWork, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._wanted = 0
        self._ticket = 0
        self._went_on.connect(self._on_went_on)
        background.done.connect(self._on_done)
        background.failed.connect(self._on_failed)

    def start(self, request: ScanRequest, day: date) -> None:
        """Count on this day; what was being counted is given up."""
        self._wanted += 1
        number = self._wanted
        self._ticket = self._background.submit(lambda: count(request, day, self._look_up(number)))

    @Slot()
    def cancel(self) -> None:
        """Give up what is being counted."""
        self._wanted += 1
        self._ticket = 0

    def _look_up(self, number: int) -> Callable[[int, int], None]:
        told = 0.0

        def look_up(done: int, total: int) -> None:
            nonlocal told
            # Both are only read here, in the thread.
            if number != self._wanted or self._background.stopping.is_set():
                raise WindowClosingError
            if time.perf_counter() - told >= PROGRESS_SECONDS:
                told = time.perf_counter()
                self._went_on.emit(number, done, total)

        return look_up

    @Slot(int, int, int)
    def _on_went_on(self, number: int, done: int, total: int) -> None:
        if number == self._wanted:
            self.progressed.emit(done, total)

    @Slot(int, object)
    def _on_done(self, ticket: int, found: object) -> None:
        if ticket == self._ticket and isinstance(found, WhyNot):
            self.counted.emit(found)

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if ticket == self._ticket:
            self.failed.emit(str(error))


def count(request: ScanRequest, day: date, look_up: Callable[[int, int], None]) -> WhyNot:
    """Count a scan's universe on a day in this process; what ``look_up`` raises ends it."""
    job = request.job
    repository = open_repository(request.address)
    source = source_of(repository) if request.snapshot_limit_gb > 0 else None
    symbols = repository.symbols() if job.symbols is None else job.symbols
    reading = (
        DirectRun(repository)
        if source is None
        else Snapshot(source, request.snapshot_limit_gb).begin(symbols)
    )
    try:
        return why_not(
            reading.repository,
            job.formula,
            day,
            symbols=symbols,
            timeframe=job.timeframe,
            parameters=job.parameters,
            progress=look_up,
        )
    finally:
        reading.finish()
