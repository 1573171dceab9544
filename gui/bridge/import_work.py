"""Looking at the user's files and importing them, in a thread of its own.

1. :meth:`ImportWork.look` tells what a path or address is: bars to open as they are, or a source with its preview.
2. :meth:`ImportWork.start` imports; ``progressed`` follows it, and it ends with one of ``imported``, ``cancelled``
   and ``failed``.

Not here: what is shown (``import_dialog``) and how files are read (``engine.data``).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine.data.ingest import IngestReport, ingest
from engine.data.own_data import place_of
from engine.data.preview import Preview, preview, propose
from engine.data.reading_rules import ReadingRules
from gui.bridge.background import BackgroundWork

PROGRESS_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class OpensAsItIs:
    """The address of bars that need no import."""

    address: str


@dataclass(frozen=True, slots=True)
class ToImport:
    """A source, the rules by which it was read, and what its first rows look like."""

    path: Path
    rules: ReadingRules
    preview: Preview


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The import was cancelled."""


class _GivenUpError(Exception):
    """Ends the import from within its progress."""


class ImportWork(QObject):
    """``looked`` carries ``OpensAsItIs`` or ``ToImport``, ``imported`` an ``IngestReport``."""

    looked = Signal(object)
    progressed = Signal(int, int, float)
    imported = Signal(object)
    cancelled = Signal()
    failed = Signal(str)
    _went_on = Signal(int, int, int, float)

    def __init__(self, background: BackgroundWork, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._ticket = 0
        self._runs = 0
        self._stop = threading.Event()
        self._went_on.connect(self._on_went_on)
        background.done.connect(self._on_done)
        background.failed.connect(self._on_failed)

    def look(self, text: str, rules: ReadingRules | None = None) -> None:
        """Find out what is there; by these rules, or by those that suit it. Only the newest request is answered."""
        self._ticket = self._background.submit(partial(look_at, text, rules))

    def start(self, source: Path, into: str, rules: ReadingRules) -> None:
        """Import ``source`` into the folder ``into``."""
        self._stop = threading.Event()
        self._runs += 1
        progress = self._progress(self._runs, self._stop)
        self._ticket = self._background.submit(partial(import_all, source, into, progress, rules))

    @Slot()
    def cancel(self) -> None:
        """Give up the import; what was there before stays as it was."""
        self._stop.set()

    def _progress(self, number: int, stop: threading.Event) -> Callable[[int, int], None]:
        started = time.perf_counter()
        told = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal told
            if stop.is_set() or self._background.stopping.is_set():
                raise _GivenUpError
            now = time.perf_counter()
            if now - told >= PROGRESS_SECONDS or done == total:
                told = now
                self._went_on.emit(number, done, total, now - started)

        return progress

    @Slot(int, int, int, float)
    def _on_went_on(self, number: int, done: int, total: int, seconds: float) -> None:
        if number == self._runs:
            self.progressed.emit(done, total, seconds)

    @Slot(int, object)
    def _on_done(self, ticket: int, found: object) -> None:
        if ticket != self._ticket:
            return
        if isinstance(found, IngestReport):
            self.imported.emit(found)
        elif isinstance(found, OpensAsItIs | ToImport):
            self.looked.emit(found)
        elif isinstance(found, GivenUp):
            self.cancelled.emit()

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if ticket == self._ticket:
            self.failed.emit(str(error))


def look_at(text: str, rules: ReadingRules | None) -> OpensAsItIs | ToImport:
    """Return what stands at a path or address; raises DataError."""
    place = place_of(text)
    if isinstance(place, str):
        return OpensAsItIs(place)
    chosen = propose(place) if rules is None else rules
    return ToImport(place, chosen, preview(place, chosen))


def import_all(
    source: Path, into: str, progress: Callable[[int, int], None], rules: ReadingRules
) -> IngestReport | GivenUp:
    """Import a source as :func:`ingest` does, unless that is given up."""
    try:
        return ingest(source, into, progress, rules)
    except _GivenUpError:
        return GivenUp()
