"""Small pieces of engine work off the window's thread, one after another: reading a chart, writing a file.

A piece is a callable that computes and touches no widget; its result or its exception comes back as a signal
with the ticket that :meth:`BackgroundWork.submit` gave. This is the second place where bugs are fenced in.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from PySide6.QtCore import QObject, QThread, Signal, Slot

CLOSE_MILLISECONDS = 2000


class _Runner(QObject):
    done = Signal(int, object)
    failed = Signal(int, object)

    @Slot(int, object)
    def run(self, ticket: int, work: Callable[[], object]) -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001  the fence: the window shows it and goes on
            self.failed.emit(ticket, error)
        else:
            self.done.emit(ticket, result)


class BackgroundWork(QObject):
    """A thread that works through submitted callables in order."""

    done = Signal(int, object)
    failed = Signal(int, object)
    _submitted = Signal(int, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tickets = count(1)
        self._thread = QThread(self)
        self._thread.setObjectName(name)
        self._runner = _Runner()
        self._runner.moveToThread(self._thread)
        self._submitted.connect(self._runner.run)
        self._runner.done.connect(self.done)
        self._runner.failed.connect(self.failed)
        self._thread.start()

    def submit(self, work: Callable[[], object]) -> int:
        """Queue a piece of work and return its ticket."""
        ticket = next(self._tickets)
        self._submitted.emit(ticket, work)
        return ticket

    def close(self) -> None:
        """Finish the current piece, bounded, and end the thread."""
        self._thread.quit()
        self._thread.wait(CLOSE_MILLISECONDS)
