"""A thread with an event loop for objects that work beside the window.

The loop is entered from Python, so that the thread's Python state lives as long as the thread does. Qt's own
``run`` would make and drop a state for every slot, and with it thread-local values and a debugger's hooks.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QThread


class WorkThread(QThread):
    """Runs the slots of the objects that are moved to it."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)

    def run(self) -> None:
        """Serve slots until ``quit``."""
        self.exec()
