"""What the chart shows while it has nothing to show: what to do next."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.theme.icons import icon
from gui.theme.theme import Theme

PICTURE = 48


class Hint(QWidget):
    """A picture, a headline and one sentence, centred."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._picture = QLabel(self)
        self._headline = QLabel(self)
        self._sentence = QLabel(self)
        self._sentence.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        for label in (self._picture, self._headline, self._sentence):
            # Texts may quote a formula: nothing in them is markup.
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addStretch(1)
        self.set_default_text()
        self.set_theme(theme)

    def text(self) -> str:
        """Return what is shown, for screen readers."""
        return f"{self._headline.text()}. {self._sentence.text()}"

    def set_text(self, headline: str, sentence: str) -> None:
        """Replace both texts."""
        self._headline.setText(headline)
        self._sentence.setText(sentence)

    def set_default_text(self) -> None:
        """Tell where charts come from."""
        self.set_text(self.tr("No chart yet"), self.tr("Run a scan and choose one of its matches."))

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(icon("chart", theme).pixmap(QSize(PICTURE, PICTURE), ratio))
        font = self.font()
        font.setBold(True)
        if font.pointSizeF() > 0:
            font.setPointSizeF(font.pointSizeF() * 1.2)
        self._headline.setFont(font)
        for label, colour in ((self._headline, theme.chart.text), (self._sentence, theme.chart.muted)):
            palette = label.palette()
            palette.setColor(label.foregroundRole(), colour)
            label.setPalette(palette)
