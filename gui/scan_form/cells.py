"""The small parts a form is made of: a field with its problem below, a pair that folds, a text that shortens.

Not here: what the fields mean.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget


class ProblemLine(QLabel):
    """One sentence in the error colour behind a ⚠; not there while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.hide()

    def show_sentence(self, sentence: str) -> None:
        """Say this; nothing hides the line."""
        self.setText(f"⚠ {sentence}" if sentence else "")
        self.setVisible(bool(sentence))

    def set_colour(self, colour: str) -> None:
        """Write in this colour."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        self.setPalette(palette)


class FieldCell(QWidget):
    """A field and, below it, what is wrong with it."""

    def __init__(self, field: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.problem = ProblemLine(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(field)
        layout.addWidget(self.problem)

    def show_problem(self, sentence: str) -> None:
        """Show the sentence, for eyes and for screen readers."""
        self.problem.show_sentence(sentence)
        self.field.setAccessibleDescription(sentence)


class FoldingPair(QWidget):
    """Two widgets side by side, or one above the other where there is no room.

    Of an even pair both grow; otherwise only the first does.
    """

    def __init__(
        self, first: QWidget, second: QWidget, parent: QWidget | None = None, *, is_even: bool = True
    ) -> None:
        super().__init__(parent)
        self._parts = (first, second)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._layout.setSizeConstraint(QBoxLayout.SizeConstraint.SetNoConstraint)
        self._layout.addWidget(first, 1)
        self._layout.addWidget(second, 1 if is_even else 0)

    def is_folded(self) -> bool:
        """Tell whether one part stands above the other."""
        return self._layout.direction() == QBoxLayout.Direction.TopToBottom

    def minimumSizeHint(self) -> QSize:
        """Return the size of the wider part: anything wider is a wish."""
        widest = max(part.minimumSizeHint().width() for part in self._parts)
        if not self.is_folded():
            return QSize(widest, super().minimumSizeHint().height())
        # Two fields that are pressed into the height of one cannot be read.
        heights = sum(part.sizeHint().height() for part in self._parts)
        return QSize(widest, heights + self._layout.spacing())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold."""
        super().resizeEvent(event)
        needed = (
            sum(part.sizeHint().expandedTo(part.minimumSize()).width() for part in self._parts)
            + self._layout.spacing()
        )
        direction = QBoxLayout.Direction
        wanted = direction.TopToBottom if needed > self.width() else direction.LeftToRight
        if wanted != self._layout.direction():
            self._layout.setDirection(wanted)
            self.updateGeometry()


class ShorteningLabel(QWidget):
    """One line of text that is shortened in its middle where it does not fit; the tool tip has all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Return the whole text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show this text."""
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the whole text."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters."""
        metrics = self.fontMetrics()
        return QSize(metrics.averageCharWidth() * 6, metrics.height() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text, shortened to the width."""
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideMiddle, self.width())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        self.style().drawItemText(
            painter,
            self.rect(),
            flags.value,
            self.palette(),
            self.isEnabled(),
            shown,
            QPalette.ColorRole.WindowText,
        )
