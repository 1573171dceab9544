"""One long piece of work beside the scan, such as writing a file: what it is, how far, time left, and Cancel.

It stands in the status bar while the work is going on and is not there otherwise. Not here: the work.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from gui.progress.state import ScanPace, duration_text

_STEPS = 1000


class TaskRow(QWidget):
    """``begin``, ``show_progress`` and ``finish`` follow the work; ``cancel_requested`` is the button."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pace = ScanPace()
        self._title = ""
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(self.tr("Progress of the task"))
        self.bar.setFixedWidth(self.fontMetrics().averageCharWidth() * 14)
        self.bar.setMaximumHeight(self.fontMetrics().height() + 4)
        self.label = QLabel(self)
        self.cancel_button = QToolButton(self)
        self.cancel_button.setText(self.tr("Cancel"))
        self.cancel_button.setAutoRaise(True)
        self.cancel_button.clicked.connect(self._ask_cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.addWidget(self.label)
        row.addWidget(self.bar)
        row.addWidget(self.cancel_button)
        self._name_button("")
        self.hide()

    def begin(self, title: str, steps: int) -> None:
        """Show work of this name that takes so many steps."""
        self._title = title
        self._pace = ScanPace(steps)
        self.bar.setRange(0, _STEPS)
        self.bar.setValue(0)
        self.label.setText(title)
        self._name_button(title)
        self.cancel_button.setEnabled(True)
        self.show()

    def show_progress(self, done: int, steps: int, seconds: float) -> None:
        """Show how far the work is, ``seconds`` after it began."""
        shown = self._pace.update(done, steps, 0, seconds)
        self.bar.setValue(_STEPS * shown.completed // max(1, steps))
        if self.cancel_button.isEnabled():
            left = self.tr("{time} left").format(time=duration_text(shown.seconds_left or 0))
            self.label.setText(f"{self._title} · {left}" if shown.seconds_left else self._title)

    @Slot()
    def finish(self) -> None:
        """Go: the work has ended, however it did."""
        self.hide()

    @Slot()
    def _ask_cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self.label.setText(self.tr("Cancelling …"))
        self.cancel_requested.emit()

    def _name_button(self, title: str) -> None:
        name = self.tr("Cancel: {work}").format(work=title) if title else self.tr("Cancel the task")
        self.cancel_button.setAccessibleName(name)
        self.cancel_button.setToolTip(name)
