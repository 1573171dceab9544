"""Ctrl-C in the terminal and a polite kill close the window as its own button does.

Qt's loop runs no Python while nothing happens, so a Python signal handler alone would wait for the next mouse
move: the interpreter writes the signal's number to a socket, and Qt wakes up for that.
"""

from __future__ import annotations

import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts(QObject):
    """``interrupted`` comes once for each signal, in the window's thread."""

    interrupted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader, self._writer = socket.socketpair()
        self._reader.settimeout(0)
        self._writer.settimeout(0)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._wake)
        self._before = {kind: signal.signal(kind, self._note) for kind in _SIGNALS}
        self._descriptor = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)

    def close(self) -> None:
        """Give the signals back."""
        signal.set_wakeup_fd(self._descriptor)
        for kind, handler in self._before.items():
            signal.signal(kind, handler)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _note(self, _kind: int, _frame: FrameType | None) -> None:
        """Do nothing here: Python needs a handler before it writes to the socket."""

    @Slot()
    def _wake(self) -> None:
        self._reader.recv(64)
        self.interrupted.emit()
