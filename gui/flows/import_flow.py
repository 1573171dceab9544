"""Using one's own data: from what the user points at to bars that are open, with an import where one is needed."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine.data.ingest import IngestReport
from engine.data.own_data import place_of, target_for
from engine.data.reading_rules import ReadingRules
from engine.errors import CandlewickError
from gui.bridge.import_work import ImportWork, OpensAsItIs, ToImport
from gui.flows.data_flow import DataFlow
from gui.flows.handlers import Handlers
from gui.import_dialog.dialog import ImportDialog
from gui.import_dialog.state import report_sentence
from gui.progress.state import ScanPace, duration_text

log = logging.getLogger(__name__)


class ImportFlow(QObject):
    """Joins the dialog with the work; ``among`` is the folder in which imports get folders of their own."""

    told = Signal(str)

    def __init__(
        self,
        dialog: ImportDialog,
        work: ImportWork,
        data: DataFlow,
        among: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._dialog = dialog
        self._work = work
        self._data = data
        self._among = among
        self._pace = ScanPace()
        dialog.look_requested.connect(work.look)
        dialog.import_requested.connect(self._start)
        dialog.cancel_requested.connect(work.cancel)
        work.looked.connect(self._on_looked)
        work.progressed.connect(self._on_progress)
        work.imported.connect(self._on_imported)
        work.cancelled.connect(self._on_cancelled)
        work.failed.connect(self._on_failed)

    def handlers(self) -> Handlers:
        """Return what the actions of this flow do."""
        return {"open_data": self.ask}

    @Slot()
    def ask(self) -> None:
        """Let the user point at data."""
        self._dialog.begin()

    def open(self, text: str) -> None:
        """Open bars that lie at this path or address as they are; show the dialog for what has to be imported."""
        try:
            place = place_of(text)
        except CandlewickError:
            place = text  # what is wrong is said where the data is chosen
        if isinstance(place, str):
            self._data.use(place)
        else:
            self._dialog.begin(text)
            self._work.look(text)

    @Slot(object, str, object)
    def _start(self, source: Path, into: str, rules: ReadingRules) -> None:
        self._pace = ScanPace()
        self._work.start(source, into, rules)

    @Slot(object)
    def _on_looked(self, found: OpensAsItIs | ToImport) -> None:
        if isinstance(found, OpensAsItIs):
            self._dialog.close()
            self._data.use(found.address)
            return
        target = str(target_for(found.path, self._among))
        self._dialog.show_source(found.path, found.rules, found.preview, target)

    @Slot(int, int, float)
    def _on_progress(self, done: int, total: int, seconds: float) -> None:
        left = self._pace.update(done, total, 0, seconds).seconds_left
        self._dialog.show_progress(done, total, duration_text(left) if left else "")

    @Slot(object)
    def _on_imported(self, report: IngestReport) -> None:
        log.info("%s → %s: %s", report.source, report.into, report_sentence(report))
        self._dialog.show_report(report)
        if report.symbols:
            self._data.use(report.into)
            self.told.emit(report_sentence(report, self.tr))

    @Slot()
    def _on_cancelled(self) -> None:
        self._dialog.show_cancelled()
        self.told.emit(self.tr("The import was cancelled; nothing was changed."))

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        log.error("%s", sentence)
        self._dialog.show_problem(sentence)
