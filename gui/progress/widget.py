"""The status bar's progress widget: bar, figures and Cancel.

``start``, ``update_progress``, ``show_cancelling`` and ``finish`` follow the scan; ``cancel_requested`` is
the button. Not here: rate and time left (``state``) and the scan itself (the bridge).
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from gui.progress.state import Progress, ScanPace, duration_text, rate_text


class ScanProgressWidget(QWidget):
    """Idle it shows one sentence; during a scan the bar, the figures and Cancel."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None, *, cancel_icon: QIcon | None = None) -> None:
        super().__init__(parent)
        self._pace = ScanPace()
        self.bar = QProgressBar(self)
        self.label = QLabel(self)
        self.cancel_button = QToolButton(self)
        self._build(cancel_icon)
        self._show_running(running=False)

    def _build(self, cancel_icon: QIcon | None) -> None:
        self.bar.setAccessibleName(self.tr("Progress of the scan"))
        self.bar.setFixedWidth(self.fontMetrics().averageCharWidth() * 26)
        self.bar.setMaximumHeight(self.fontMetrics().height() + 4)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.cancel_button.setText(self.tr("Cancel"))
        self.cancel_button.setToolTip(self.tr("Stop the scan and keep what it has found (Shift+F5)"))
        self.cancel_button.setAccessibleName(self.tr("Cancel the scan"))
        self.cancel_button.setAutoRaise(True)
        if cancel_icon is not None:
            self.set_cancel_icon(cancel_icon)
        self.cancel_button.clicked.connect(self._ask_cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.addWidget(self.bar)
        row.addWidget(self.label, 1)
        row.addWidget(self.cancel_button)

    def sizeHint(self) -> QSize:
        """Return the usual size, as high as during a scan."""
        return self._as_high_as_during_a_scan(super().sizeHint())

    def minimumSizeHint(self) -> QSize:
        """Return the usual smallest size, as high as during a scan."""
        return self._as_high_as_during_a_scan(super().minimumSizeHint())

    def _as_high_as_during_a_scan(self, size: QSize) -> QSize:
        """Else the whole window, the chart with it, would be laid out and painted anew when a scan begins and ends."""
        highest = max(part.sizeHint().height() for part in (self.cancel_button, self.bar, self.label))
        return size.expandedTo(QSize(0, highest))

    def set_cancel_icon(self, icon: QIcon) -> None:
        """Put a picture beside the word Cancel."""
        self.cancel_button.setIcon(icon)
        self.cancel_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def start(self, total: int = 0) -> None:
        """Begin a scan over so many symbols; 0, not known yet, lets the bar run to and fro."""
        self._pace = ScanPace(total)
        self.bar.setRange(0, total)
        self.bar.setValue(0)
        self.label.setText(self.tr("Starting …"))
        self.cancel_button.setEnabled(True)
        self._show_running(running=True)

    @Slot(int, int, int, float)
    def update_progress(self, completed: int, total: int, matches: int, seconds: float) -> None:
        """Show how far the scan is, ``seconds`` after its start."""
        shown = self._pace.update(completed, total, matches, seconds)
        # Qt's bar paints at once, and with it all that waits to be painted: the table, in the middle of a batch.
        self.bar.setUpdatesEnabled(False)
        self.bar.setRange(0, max(1, shown.total))
        self.bar.setValue(shown.completed if shown.total else 1)
        self.bar.setUpdatesEnabled(True)
        self.label.setText(self._sentence(shown))

    @Slot()
    def show_cancelling(self) -> None:
        """Say that the scan is being stopped; Cancel can't be pressed twice."""
        self.cancel_button.setEnabled(False)
        self.label.setText(self.tr("Cancelling …"))

    def finish(self, sentence: str) -> None:
        """Show one sentence instead of bar and Cancel."""
        self.label.setText(sentence)
        self._show_running(running=False)

    @Slot()
    def _ask_cancel(self) -> None:
        self.show_cancelling()
        self.cancel_requested.emit()

    def _show_running(self, *, running: bool) -> None:
        self.bar.setVisible(running)
        self.cancel_button.setVisible(running)

    def _sentence(self, shown: Progress) -> str:
        parts = [
            self.tr("{done}/{total} symbols").format(done=f"{shown.completed:,}", total=f"{shown.total:,}")
        ]
        matches = self.tr("1 match") if shown.matches == 1 else self.tr("{n} matches")
        parts.append(matches.format(n=f"{shown.matches:,}"))
        if shown.rate is not None:
            parts.append(self.tr("{rate} symbols/s").format(rate=rate_text(shown.rate)))
        if shown.seconds_left:
            parts.append(self.tr("{time} left").format(time=duration_text(shown.seconds_left)))
        return " · ".join(parts)
