"""Small pieces of engine work off the window's thread, one after another: reading a chart, writing a file.

A piece is a callable that computes and touches no widget; its result or its exception comes back as a signal
with the ticket that :meth:`BackgroundWork.submit` gave. This is the second place where bugs are fenced in.
A piece that may take long looks at :attr:`BackgroundWork.stopping` now and then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import CandlewickError
from gui.bridge.work_thread import WorkThread

CLOSE_MILLISECONDS = 2000


class WindowClosingError(Exception):
    """A piece of work that was given up because the window is closing."""


class BackgroundRunner(QObject):
    """The half that lives in the thread."""

    done = Signal(int, object)
    failed = Signal(int, object)

    def __init__(self, stopping: threading.Event) -> None:
        super().__init__()
        self._stopping = stopping

    @Slot(int, object)
    def run(self, ticket: int, work: Callable[[], object]) -> None:
        """Carry out one piece, unless the window is closing."""
        if self._stopping.is_set():
            return
        try:
            result = work()
        except Exception as error:  # noqa: BLE001  the fence: the window shows it and goes on
            self.failed.emit(ticket, error)
        else:
            self.done.emit(ticket, result)


class BackgroundWork(QObject):
    """A thread that works through submitted callables in order.

    ``failed`` carries whatever a piece raised; ``broke`` comes with it when nobody expected that.
    """

    done = Signal(int, object)
    failed = Signal(int, object)
    broke = Signal(object)
    _submitted = Signal(int, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stopping = threading.Event()
        self._tickets = count(1)
        self._thread = WorkThread(name, self)
        self._runner = BackgroundRunner(self.stopping)
        self._runner.moveToThread(self._thread)
        self._submitted.connect(self._runner.run)
        self._runner.done.connect(self.done)
        self._runner.failed.connect(self._on_failed)
        self._thread.start()

    def submit(self, work: Callable[[], object]) -> int:
        """Queue a piece of work and return its ticket."""
        ticket = next(self._tickets)
        self._submitted.emit(ticket, work)
        return ticket

    def close(self) -> bool:
        """Give up what waits, end the thread, bounded; tell whether it ended."""
        self.stopping.set()
        self._thread.quit()
        return self._thread.wait(CLOSE_MILLISECONDS)

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if isinstance(error, WindowClosingError):
            return
        self.failed.emit(ticket, error)
        if not isinstance(error, CandlewickError):
            self.broke.emit(error)
