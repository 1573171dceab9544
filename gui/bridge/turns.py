"""What has come from another thread, handled one by one: paints, keys and timers have their turn in between.

Qt delivers all queued signals that have come in one turn of its loop. After the window has been busy for a moment, a
turn could so hold several batches of matches, the end of the scan, and the painting of all of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot


class OneATurn(QObject):
    """Makes the calls that it is given in order, one in each turn of the event loop."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], None]] = deque()
        self._is_closed = False
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._next)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, call: Callable[[], None]) -> None:
        """Make this call in a turn of its own, after those that wait."""
        if self._is_closed:
            return
        self._waiting.append(call)
        if not self._timer.isActive():
            self._timer.start()

    def close(self) -> None:
        """Make none of the calls that wait, nor any that still comes."""
        self._is_closed = True
        self._waiting.clear()
        self._timer.stop()

    @Slot()
    def _next(self) -> None:
        call = self._waiting.popleft()
        if not self._waiting:
            self._timer.stop()
        call()
