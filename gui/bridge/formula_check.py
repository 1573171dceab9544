"""Checks the formula a moment after the last key.

Here: the pause and the order of things. Not here: the check itself, which is passed in; it takes a few
milliseconds, so it runs on the window's own thread and needs no other.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.formula_editor.state import Checked

PAUSE_MS = 250


class FormulaCheck(QObject):
    """Calls ``check`` 250 ms after the last ``schedule`` and tells ``checked(text, result)``."""

    checked = Signal(str, object)

    def __init__(
        self, check: Callable[[str], Checked], parent: QObject | None = None, pause_ms: int = PAUSE_MS
    ) -> None:
        super().__init__(parent)
        self._check = check
        self._waiting: str | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(pause_ms)
        self._timer.timeout.connect(self.flush)

    @Slot(str)
    def schedule(self, text: str) -> None:
        """Check this text unless another follows within the pause."""
        self._waiting = text
        self._timer.start()

    @Slot()
    def flush(self) -> None:
        """Check the waiting text now, as before a run; without one nothing happens."""
        self._timer.stop()
        if self._waiting is not None:
            self.check_now(self._waiting)

    @Slot(str)
    def check_now(self, text: str) -> Checked:
        """Check this text without a pause, and forget one that waits."""
        self._timer.stop()
        self._waiting = None
        result = self._check(text)
        self.checked.emit(text, result)
        return result
