"""Writing matches to a file: off the window's thread, the same bytes as the command line's."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

import pyarrow as pa
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.errors import CandlewickError
from engine.scan.exporters import check_target, export, exporters
from gui.bridge.background import BackgroundWork

log = logging.getLogger(__name__)


class ExportFlow(QObject):
    """Asks for a file name and writes; ``told`` carries what was written, ``failed`` why nothing was."""

    told = Signal(str)
    failed = Signal(str)

    def __init__(self, background: BackgroundWork, window: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._window = window
        self._tickets: dict[int, int] = {}
        background.done.connect(self._on_done)
        background.failed.connect(self._on_failed)

    def ask(self, matches: pa.Table, timeframe: str, *, complete: bool) -> None:
        """Let the user choose a file, then write to it."""
        kinds = ";;".join(f"{exporter.label} (*{exporter.suffix})" for exporter in exporters)
        chosen, kind = QFileDialog.getSaveFileName(
            self._window, self.tr("Export matches"), str(Path.home() / "matches.csv"), kinds
        )
        if not chosen:
            return
        path = Path(chosen)
        if not path.suffix:
            path = path.with_suffix(kind.partition("*")[2].rstrip(")"))
        self.write(matches, timeframe, path, complete=complete)

    def write(self, matches: pa.Table, timeframe: str, path: Path, *, complete: bool) -> None:
        """Write in the background and tell how it went."""
        try:
            check_target(path)
        except CandlewickError as error:
            self._refuse(error)
            return
        ticket = self._background.submit(partial(export, matches, timeframe, path, complete=complete))
        self._tickets[ticket] = matches.num_rows

    @Slot(int, object)
    def _on_done(self, ticket: int, written: object) -> None:
        rows = self._tickets.pop(ticket, None)
        if rows is None:
            return
        sentence = self.tr("{n} matches written to {path}").format(n=f"{rows:,}", path=written)
        log.info(sentence)
        self.told.emit(sentence)

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if self._tickets.pop(ticket, None) is not None:
            self._refuse(error)

    def _refuse(self, error: Exception) -> None:
        log.error("%s", error)
        self.failed.emit(str(error))
