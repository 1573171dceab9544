"""The sentences under the filter box.

They appear a moment after the typing stops, so that a half-typed condition doesn't make the table jump;
they go at once. Not here: the sentences (``filter_text``).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QWidget

PAUSE_MS = 600
NOTE_MS = 6000


class ProblemLine(QLabel):
    """A line that takes no room while there is nothing to say."""

    def __init__(self, colour: QColor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentences: tuple[str, ...] = ()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._show)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.set_colour(colour)
        self.hide()

    def set_colour(self, colour: QColor) -> None:
        """Take the colour of warnings."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, colour)
        self.setPalette(palette)

    def tell(self, sentences: Sequence[str]) -> None:
        """Show these sentences soon, or at once where others stand; none hides the line."""
        if tuple(sentences) == self._sentences:
            return
        self._sentences = tuple(sentences)
        if not sentences or self.isVisible():
            self._show()
        else:
            self._pause.start(PAUSE_MS)

    def note(self, sentence: str) -> None:
        """Show one sentence for a few seconds, then again what was told."""
        self.setText(f"⚠ {sentence}")
        self.show()
        self._pause.start(NOTE_MS)

    @Slot()
    def _show(self) -> None:
        self._pause.stop()
        self.setText("\n".join(f"⚠ {sentence}" for sentence in self._sentences))
        self.setVisible(bool(self._sentences))
