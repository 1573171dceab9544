"""The sentence in the middle of an empty table, with a button where one would help.

Not here: which sentence; the panel decides.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QPushButton, QVBoxLayout, QWidget


class EmptyState(QWidget):
    """Lies over a scroll area's viewport and follows its size."""

    pressed = Signal()

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(area.viewport())
        self._viewport = area.viewport()
        self._viewport.installEventFilter(self)
        self._label = QLabel(self)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton(self)
        self._button.setAccessibleName(self.tr("What to do"))
        self._button.clicked.connect(self.pressed)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self._label)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    @property
    def text(self) -> str:
        """The sentence."""
        return self._label.text()

    def show_text(self, text: str, button: str = "") -> None:
        """Show the sentence, and the button when it has a text; an empty sentence hides everything."""
        self._label.setText(text)
        self._button.setText(button)
        self._button.setAccessibleName(button or self.tr("What to do"))
        self._button.setVisible(bool(button))
        self.setGeometry(self._viewport.rect())
        self.setVisible(bool(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the viewport's size."""
        if watched is self._viewport and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._viewport.rect())
        return super().eventFilter(watched, event)
