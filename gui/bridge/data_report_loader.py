"""Looks through a universe for what is wrong with its bars, in a thread of its own; the newest request counts.

Bars come from the snapshot where a scan has made one. Not here: what is wrong with a bar (``engine.data.inspection``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from engine.data.inspection import DataReport, data_report
from engine.data.opening import open_repository
from engine.data.snapshot_run import begin_reading
from gui.bridge.background import BackgroundWork
from gui.bridge.newest_look import LookUp, NewestLook


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

    def __init__(
        self, background: BackgroundWork, parent: QObject | None = None, limit_gb: float = 0.0
    ) -> None:
        super().__init__(parent)
        self._limit_gb = limit_gb
        self._known = LoadedReport("", "", None)
        self._look = NewestLook(background, self)
        self._look.found.connect(self._on_found)
        self._look.progressed.connect(self.progressed)
        self._look.failed.connect(self.failed)

    def load(self, address: str) -> None:
        """Look through this data and give up any other; nothing is said of what has not changed."""
        known = self._known.version if self._known.address == address else ""
        self._look.start(partial(look_through, address, known, self._limit_gb))

    def forget(self) -> None:
        """Look through the data anew the next time, changed or not."""
        self._known = LoadedReport("", "", None)

    @Slot(object)
    def _on_found(self, found: LoadedReport) -> None:
        if found.report is not None:
            self._known = found
            self.loaded.emit(found.report)


def look_through(address: str, known: str, limit_gb: float, look_up: LookUp) -> LoadedReport:
    """Return the report on the data at an address, or none where its state is the ``known`` one."""
    look_up(0, 0)
    repository = open_repository(address)
    version = repository.data_version()
    if version == known:
        return LoadedReport(address, version, None)
    reading = begin_reading(repository, limit_gb)
    try:
        return LoadedReport(address, version, data_report(reading.repository, look_up))
    finally:
        reading.finish()
