"""What the user marks in the table: symbols that have been seen, scan by scan, and the current watch list.

Marks are kept as plain lists of symbols in the user's data folder; writing happens in the background.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QCompleter, QInputDialog, QLineEdit, QWidget

from engine.data.kept_lists import KeptLists
from engine.errors import CandlewickError
from engine.scan.job import ProcessingJob
from gui.bridge.background import BackgroundWork
from gui.bridge.scan_bridge import ScanRequest
from gui.flows.handlers import Handlers
from gui.remembered import Remembered
from gui.results.panel import ResultsPanel

log = logging.getLogger(__name__)

FIRST_LIST = "Watch list"
_NAME_LETTERS = 40


class MarksFlow(QObject):
    """Joins the table with the lists on disk; ``told`` has words for the status bar, ``failed`` a sentence."""

    told = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        watch_lists: KeptLists,
        seen_lists: KeptLists,
        *,
        results: ResultsPanel,
        background: BackgroundWork,
        remembered: Remembered,
        window: QWidget,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.watch_lists = watch_lists
        self._seen_lists = seen_lists
        self._results = results
        self._background = background
        self._remembered = remembered
        self._window = window
        self._scan = ""
        self._waiting: dict[int, Callable[[], None]] = {}
        self._offered = QStringListModel(self)
        self.current = remembered.watch_list() or FIRST_LIST
        results.seen_changed.connect(self._keep_seen)
        results.watch_toggled.connect(self.toggle)
        results.watch_lists.chosen.connect(self.use)
        results.watch_lists.new_requested.connect(self.choose)
        background.done.connect(self._on_done)
        background.failed.connect(self._on_failed)
        self._show_watched()

    def handlers(self) -> Handlers:
        """Return what the actions of this flow do."""
        return {"choose_watch_list": self.choose}

    def offer_in(self, field: QLineEdit) -> None:
        """Complete ``@list`` in a field of symbols."""
        completer = QCompleter(self._offered, field)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        if (popup := completer.popup()) is not None:
            popup.setAccessibleName(self.tr("Watch lists"))
        field.setCompleter(completer)

    def close(self) -> None:
        """Write what still waits, once the thread has ended: it gives up its work when the window closes."""
        while self._waiting:
            write = self._waiting.pop(min(self._waiting))
            try:
                write()
            except CandlewickError as error:
                log.error("%s", error)

    @Slot(object)
    def open(self, request: ScanRequest) -> None:
        """Show what has been seen of this scan."""
        self._scan = scan_name(request.job)
        try:
            self._results.set_seen(self._seen_lists.read(self._scan))
        except CandlewickError as error:
            self.failed.emit(str(error))

    @Slot()
    def choose(self) -> None:
        """Ask which watch list is the current one; a new name begins a new list."""
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Watch list"))
        dialog.setLabelText(self.tr("Choose a list, or type the name of a new one:"))
        dialog.setComboBoxEditable(True)
        names = self.watch_lists.names()
        dialog.setComboBoxItems([self.current, *(name for name in names if name != self.current)])
        for box in dialog.findChildren(QComboBox):
            for part in (box, box.lineEdit(), box.view()):
                if part is not None:
                    part.setAccessibleName(dialog.windowTitle())
        dialog.textValueSelected.connect(self.use)
        dialog.open()

    @Slot(str)
    def use(self, name: str) -> None:
        """Make this the current list, creating it where it is new."""
        name = name.strip()
        try:
            symbols = self.watch_lists.read(name)
        except CandlewickError as error:
            self.failed.emit(str(error))
            return
        self.current = name
        self._remembered.keep_watch_list(name)
        self._results.set_watched(symbols)
        self._offer()
        if name not in self.watch_lists.names():
            self._write(self.watch_lists, name, symbols)
        words = self.tr("{list}: {n} symbols. W adds or removes; @{list} scans them.")
        self.told.emit(words.format(list=name, n=f"{len(symbols):,}"))

    @Slot(str)
    def toggle(self, symbol: str) -> None:
        """Put the symbol on the current list, or take it off."""
        watched = self._results.watched
        is_on = symbol in watched
        symbols = tuple(each for each in watched if each != symbol) if is_on else (*watched, symbol)
        self._results.set_watched(symbols)
        self._write(self.watch_lists, self.current, symbols)
        words = self.tr("{symbol} is off {list}.") if is_on else self.tr("{symbol} is on {list}.")
        if self._remembered.is_read_only:
            words += " " + self.tr("It is not kept: this window is read-only.")
        self.told.emit(words.format(symbol=symbol, list=self.current))

    @Slot(object)
    def _keep_seen(self, symbols: tuple[str, ...]) -> None:
        if self._scan:
            self._write(self._seen_lists, self._scan, symbols)

    def _show_watched(self) -> None:
        try:
            self._results.set_watched(self.watch_lists.read(self.current))
        except CandlewickError as error:
            self.failed.emit(str(error))
        self._offer()

    def _offer(self) -> None:
        names = self.watch_lists.names()
        self._offered.setStringList([f"@{name}" for name in names])
        self._results.watch_lists.offer(names, self.current)

    def _write(self, lists: KeptLists, name: str, symbols: tuple[str, ...]) -> None:
        if self._remembered.is_read_only:
            return
        work = partial(lists.write, name, symbols)
        self._waiting[self._background.submit(work)] = work

    @Slot(int, object)
    def _on_done(self, ticket: int, _nothing: object) -> None:
        if self._waiting.pop(ticket, None) is not None:
            self._offer()

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if self._waiting.pop(ticket, None) is not None:
            self.failed.emit(str(error))


def scan_name(job: ProcessingJob) -> str:
    """Return what a scan's marks are kept under: its name, if it has one, and a hash of what decides its matches."""
    plain = {key: value for key, value in job.to_mapping().items() if key not in ("name", "columns")}
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()[:16]
    return f"{job.name[:_NAME_LETTERS]} {digest}".strip()
