"""Counts over a scan's universe which conditions fail on one day, in a thread of its own; the newest request counts.

Bars come from the snapshot where the scan has made one. Not here: a single symbol's conditions
(``explanation_loader``).
"""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from engine.data.opening import open_repository
from engine.data.snapshot_run import begin_reading
from engine.scan.explain import WhyNot, why_not
from gui.bridge.background import BackgroundWork
from gui.bridge.newest_look import LookUp, NewestLook
from gui.bridge.scan_bridge import ScanRequest


class UniverseCount(QObject):
    """``counted`` carries a ``WhyNot``, ``progressed`` how many symbols are done, ``failed`` a sentence."""

    counted = Signal(object)
    progressed = Signal(int, int)
    failed = Signal(str)

    def __init__(self, background: BackgroundWork, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = NewestLook(background, self)
        self._look.found.connect(self.counted)
        self._look.progressed.connect(self.progressed)
        self._look.failed.connect(self.failed)

    def start(self, request: ScanRequest, day: date) -> None:
        """Count on this day; what was being counted is given up."""
        self._look.start(partial(count, request, day))

    @Slot()
    def cancel(self) -> None:
        """Give up what is being counted."""
        self._look.cancel()


def count(request: ScanRequest, day: date, look_up: LookUp) -> WhyNot:
    """Count a scan's universe on a day in this process; what ``look_up`` raises ends it."""
    job = request.job
    repository = open_repository(request.address)
    symbols = repository.symbols() if job.symbols is None else job.symbols
    reading = begin_reading(repository, request.snapshot_limit_gb, symbols)
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
