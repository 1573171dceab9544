"""Looks through a universe beside the window, symbol by symbol; of several looks only the newest counts.

Not here: what is looked for; whoever submits a look says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal, Slot

from gui.bridge.background import BackgroundWork, WindowClosingError

PROGRESS_SECONDS = 0.1

# Called with the symbols that are done and their total; it raises once the look is not wanted any more.
LookUp: TypeAlias = Callable[[int, int], None]


class NewestLook(QObject):
    """``found`` carries what a look returns, ``progressed`` how many symbols are done, ``failed`` a sentence."""

    found = Signal(object)
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

    def start(self, look: Callable[[LookUp], object]) -> None:
        """Look in the background; the look before this one is given up."""
        self._wanted += 1
        look_up = self._look_up(self._wanted)
        self._ticket = self._background.submit(lambda: look(look_up))

    @Slot()
    def cancel(self) -> None:
        """Give up the look."""
        self._wanted += 1
        self._ticket = 0

    def _look_up(self, number: int) -> LookUp:
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
        if ticket == self._ticket:
            self.found.emit(found)

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if ticket == self._ticket:
            self.failed.emit(str(error))
