"""Writing matches to a file: off the window's thread, with progress and Cancel, the same bytes as the command line's.

1. ``ask_all``, ``ask_visible`` and ``ask`` let the user choose a file; ``write`` hands the work to a thread of its own.
2. The rows are gathered there too: a million of them would stop the window.
3. Cancel, or a window that closes, ends the writing at its next step. Then the old file stays and no other is left.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.errors import CandlewickError
from engine.scan.exporters import check_target, export, exporters
from engine.scan.results import ScanResult
from gui.bridge.background import BackgroundWork, WindowClosingError
from gui.flows.handlers import Handlers
from gui.flows.runs_flow import CHANGE_COLUMN
from gui.progress.task_row import TaskRow
from gui.results.panel import ResultsPanel

log = logging.getLogger(__name__)

# Gathers the rows to write, in the thread that writes them.
Rows: TypeAlias = Callable[[], pa.Table]

FIRST_NEWS_SECONDS = 0.3
NEWS_SECONDS = 0.1
# What became of a symbol since the run before depends on the runs that are kept: it is no part of the result.
BESIDE_THE_RESULT = frozenset({CHANGE_COLUMN})


class ExportCancelledError(Exception):
    """The user has cancelled the writing."""


@dataclass(frozen=True, slots=True)
class _Written:
    rows: int
    path: Path


class ExportFlow(QObject):
    """Asks for a file name and writes; ``told`` carries what was written, ``failed`` why nothing was.

    ``result`` returns the finished scan whose matches ``results`` shows, None while there is none.
    """

    told = Signal(str)
    failed = Signal(str)
    _went_on = Signal(int, int, int, float)

    def __init__(
        self,
        background: BackgroundWork,
        window: QWidget,
        row: TaskRow,
        *,
        results: ResultsPanel,
        result: Callable[[], ScanResult | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._window = window
        self._row = row
        self._results = results
        self._result = result
        self._last = Path.home() / "matches.csv"
        self._newest = 0
        self._paths: dict[int, Path] = {}
        self._numbers: dict[int, int] = {}
        self._shown = 0
        self._cancelled: set[int] = set()
        row.cancel_requested.connect(self.cancel)
        self._went_on.connect(self._on_news)
        background.done.connect(self._on_done)
        background.failed.connect(self._on_failed)

    def handlers(self) -> Handlers:
        """Return what the actions of this flow do."""
        return {"export": self.ask_all, "export_visible": self.ask_visible}

    @Slot()
    def ask_all(self) -> None:
        """Let the user choose a file for all matches, with the columns that were measured and added."""
        if (result := self._result()) is not None:
            rows = partial(all_rows, result.matches, self._results.reader(), BESIDE_THE_RESULT)
            self.ask(rows, result.timeframe, complete=result.summary.complete)

    @Slot()
    def ask_visible(self) -> None:
        """Let the user choose a file for the rows that pass the filter, as they are shown."""
        if (result := self._result()) is not None:
            rows = self._results.reader(only_visible=True)
            self.ask(rows, result.timeframe, complete=result.summary.complete)

    def ask(self, rows: pa.Table | Rows, timeframe: str, *, complete: bool) -> None:
        """Let the user choose a file, then write to it."""
        kinds = ";;".join(f"{exporter.label} (*{exporter.suffix})" for exporter in exporters)
        chosen, kind = QFileDialog.getSaveFileName(
            self._window, self.tr("Export matches"), str(self._last), kinds
        )
        if not chosen:
            return
        path = Path(chosen)
        if not path.suffix:
            path = path.with_suffix(kind.partition("*")[2].rstrip(")"))
        self._last = path
        self.write(rows, timeframe, path, complete=complete)

    def write(self, rows: pa.Table | Rows, timeframe: str, path: Path, *, complete: bool) -> None:
        """Write in the background and tell how it went."""
        try:
            check_target(path)
        except CandlewickError as error:
            self._refuse(error)
            return
        self._newest += 1
        number = self._newest
        self._paths[number] = path
        gather: Rows = (lambda: rows) if isinstance(rows, pa.Table) else rows
        work = partial(self._write, number, gather, timeframe, path, complete=complete)
        self._numbers[self._background.submit(work)] = number

    @Slot()
    def cancel(self) -> None:
        """End the writing that is shown; what waits behind it is written after all."""
        self._cancelled.add(self._shown)

    # ------------------------------------------------------------------ in the thread

    def _write(
        self, number: int, gather: Rows, timeframe: str, path: Path, *, complete: bool
    ) -> _Written | None:
        """Write the file; None when that was cancelled."""
        began = time.perf_counter()
        told = began + FIRST_NEWS_SECONDS - NEWS_SECONDS

        def look_up(done: int, steps: int) -> None:
            nonlocal told
            # Both are only read here.
            if self._background.stopping.is_set():
                raise WindowClosingError
            if number in self._cancelled:
                raise ExportCancelledError
            now = time.perf_counter()
            if now - told >= NEWS_SECONDS:
                told = now
                self._went_on.emit(number, done, steps, now - began)

        try:
            matches = gather()
            written = export(matches, timeframe, path, complete=complete, progress=look_up)
        except ExportCancelledError:
            return None
        return _Written(matches.num_rows, written)

    # ------------------------------------------------------------------ slots

    @Slot(int, int, int, float)
    def _on_news(self, number: int, done: int, steps: int, seconds: float) -> None:
        if number not in self._paths:
            return
        if number != self._shown:
            self._shown = number
            self._row.begin(self.tr("Writing {file}").format(file=self._paths[number].name), steps)
        self._row.show_progress(done, steps, seconds)

    @Slot(int, object)
    def _on_done(self, ticket: int, written: _Written | None) -> None:
        if (number := self._end(ticket)) is None:
            return
        path = self._paths.pop(number)
        if written is None:
            self._tell(self.tr("Cancelled: {path} was not written.").format(path=path))
            return
        matches = self.tr("1 match") if written.rows == 1 else self.tr("{n} matches")
        sentence = self.tr("{matches} written to {path}")
        self._tell(sentence.format(matches=matches.format(n=f"{written.rows:,}"), path=written.path))

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if (number := self._end(ticket)) is not None:
            del self._paths[number]
            self._refuse(error)

    def _end(self, ticket: int) -> int | None:
        """Return which writing has ended; None for the work of others in that thread."""
        number = self._numbers.pop(ticket, None)
        if number is not None and number == self._shown:
            self._row.finish()
        return number

    def _tell(self, sentence: str) -> None:
        log.info(sentence)
        self.told.emit(sentence)

    def _refuse(self, error: Exception) -> None:
        log.error("%s", error)
        self.failed.emit(str(error))


def all_rows(matches: pa.Table, shown: Rows, beside: frozenset[str] = frozenset()) -> pa.Table:
    """Return a result's matches with the columns that ``shown`` has besides, and without those that it lacks.

    ``shown`` are the same matches in the order in which they came, which is sorted within each symbol.
    """
    table = shown()
    names = table.column_names
    extra = [name for name in names if name not in matches.column_names and name not in beside]
    kept = matches.select([name for name in matches.column_names if name in names])
    if not extra or table.num_rows != matches.num_rows:
        return kept
    order = pc.sort_indices(table["symbol"])
    for name in extra:
        kept = kept.append_column(name, table[name].take(order))
    return kept
