"""A panel's progress bar: how far its work is in percent, and how long it still takes. Not here: estimating that."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget


class TimedBar(QProgressBar):
    """``begin`` lets it run to and fro until somebody knows how far the work is."""

    def __init__(self, name: str, letters: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFixedWidth(self.fontMetrics().averageCharWidth() * letters)
        self.setMaximumHeight(self.fontMetrics().height() + 4)

    def begin(self) -> None:
        """Show that the work has begun."""
        self.setRange(0, 0)

    def show_progress(self, done: int, total: int, time_left: str = "") -> None:
        """Show how far the work is; ``time_left``, such as ``0:12``, is empty where nobody knows it."""
        self.setRange(0, max(1, total))
        self.setValue(done)
        left = self.tr("{time} left").format(time=time_left)
        self.setFormat(f"%p% · {left}" if time_left else "%p%")
