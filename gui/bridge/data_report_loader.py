"""Looks through a universe for what is wrong with its bars, in a thread of its own; the newest request counts.

Bars come from the snapshot where a scan has made one. Not here: what is wrong with a bar (``engine.data.inspection``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from engine.data.inspection import DataReport, data_report
from engine.data.opening import open_repository
from engine.data.snapshot_run import DirectRun, Snapshot
from engine.data.snapshot_source import source_of
from gui.bridge.background import BackgroundWork, WindowClosingError

PROGRESS_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class LoadedReport:
    """A report with the state of the data that it tells of; ``report`` is None when that was known already."""

    address: str
    version: str
    report: DataReport | None


class DataReportLoader(QObject):
    """``loaded`` carries a ``DataReport``, ``progressed`` how many symbols are done, ``failed`` a sentence."""

    loaded = Signal(object)
    progressed = Signal(int, int)
    failed = Signal(str)
    _went_on = Signal(int, int, int)

    def __init__(
        self, background: BackgroundWork, parent: QObject | None = None, limit_gb: float = 0.0
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._limit_gb = limit_gb
        self._wanted = 0
        self._ticket = 0
        self._known = LoadedReport("", "", None)
        self._went_on.connect(self._on_went_on)
        background.done.connect(self._on_done)
        background.failed.connect(self._on_failed)

    def load(self, address: str) -> None:
        """Look through this data and give up any other; nothing is said of what has not changed."""
        self._wanted += 1
        number, known = self._wanted, self._known.version if self._known.address == address else ""
        work = partial(look_through, address, known, self._limit_gb, self._look_up(number))
        self._ticket = self._background.submit(work)

    def forget(self) -> None:
        """Look through the data anew the next time, changed or not."""
        self._known = LoadedReport("", "", None)

    def _look_up(self, number: int) -> Callable[[int, int], None]:
        told = 0.0

        def look_up(done: int, total: int) -> None:
            nonlocal told
            # Both are only read here, in the thread.
            if number != self._wanted or self._background.stopping.is_set():
                raise WindowClosingError
            # Before the first symbol nobody knows whether there is anything to look at.
            if total and time.perf_counter() - told >= PROGRESS_SECONDS:
                told = time.perf_counter()
                self._went_on.emit(number, done, total)

        return look_up

    @Slot(int, int, int)
    def _on_went_on(self, number: int, done: int, total: int) -> None:
        if number == self._wanted:
            self.progressed.emit(done, total)

    @Slot(int, object)
    def _on_done(self, ticket: int, found: object) -> None:
        if ticket == self._ticket and isinstance(found, LoadedReport) and found.report is not None:
            self._known = found
            self.loaded.emit(found.report)

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if ticket == self._ticket:
            self.failed.emit(str(error))


def look_through(
    address: str, known: str, limit_gb: float, look_up: Callable[[int, int], None]
) -> LoadedReport:
    """Return the report on the data at an address, or none where its state is the ``known`` one."""
    look_up(0, 0)
    repository = open_repository(address)
    version = repository.data_version()
    if version == known:
        return LoadedReport(address, version, None)
    source = source_of(repository) if limit_gb > 0 else None
    reading = DirectRun(repository) if source is None else Snapshot(source, limit_gb).begin()
    try:
        return LoadedReport(address, version, data_report(reading.repository, look_up))
    finally:
        reading.finish()
