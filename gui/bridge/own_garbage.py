"""Garbage is collected in the window's thread: a Qt object that another thread destroys crashes the program.

Python collects in whichever thread happens to make the next object. From :class:`OwnGarbage` on it does so no more; a
timer of the window looks whether it is time, by Python's own thresholds.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

BEAT_MILLISECONDS = 500


class OwnGarbage(QObject):
    """Collects as long as it lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MILLISECONDS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Collect the oldest generation that is due, with the younger ones."""
        due = [
            generation
            for generation, (count, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
            if count > limit > 0
        ]
        if due:
            gc.collect(due[-1])
