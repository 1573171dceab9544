"""Long work in a background thread with a row of its own in the status bar: how far it is, time left, and Cancel.

The row comes once the work takes a while, so that short work does not flicker. A cancel is heard at once: the row goes,
nobody hears of the work any more, and its thread leaves it at its next step. Not here: what the work is.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from gui.bridge.background import BackgroundWork
from gui.bridge.newest_look import LookUp, NewestLook
from gui.flows.time_left import TimeLeft
from gui.progress.task_row import TaskRow

PATIENCE_SECONDS = 0.3


class RowWork(QObject):
    """One piece of work at a time; ``done`` carries what it returns, ``failed`` a sentence.

    ``cancelled`` follows the row's button, not :meth:`give_up`.
    """

    done = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(
        self,
        background: BackgroundWork,
        row: TaskRow,
        parent: QObject | None = None,
        *,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        super().__init__(parent)
        self._row = row
        self._patience = patience
        self._time_left = TimeLeft()
        self._title = ""
        self.is_working = False
        self._look = NewestLook(background, self)
        self._look.progressed.connect(self._on_progressed)
        self._look.found.connect(self._on_found)
        self._look.failed.connect(self._on_failed)
        row.cancel_requested.connect(self.cancel)

    def start(self, title: str, work: Callable[[LookUp], object]) -> None:
        """Begin; the piece before this one is given up."""
        self.give_up()
        self._title = title
        self._time_left.begin()
        self.is_working = True
        self._look.start(work)

    @Slot()
    def cancel(self) -> None:
        """Give the work up because the user wants that."""
        if self.is_working:
            self.give_up()
            self.cancelled.emit()

    @Slot()
    def give_up(self) -> None:
        """Give the work up, if there is any."""
        self._look.cancel()
        self._end()

    def _end(self) -> None:
        self.is_working = False
        self._row.finish()

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        seconds = self._time_left.seconds
        if seconds >= self._patience:
            if self._row.isHidden():
                self._row.begin(self._title, total)
            self._row.show_progress(done, total, seconds)

    @Slot(object)
    def _on_found(self, found: object) -> None:
        self._end()
        self.done.emit(found)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._end()
        self.failed.emit(sentence)
