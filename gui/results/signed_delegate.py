"""What the delegates of the table share that paint in the colours of up and down. Not here: what they paint."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStyledItemDelegate, QWidget

from gui.results.results_model import ResultsModel


class SignedDelegate(QStyledItemDelegate):
    """Knows the model and the theme's pair of colours."""

    def __init__(self, model: ResultsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._up, self._down = QColor("#2e9fd0"), QColor("#e07b39")

    def set_colours(self, up: QColor, down: QColor) -> None:
        """Take the colours of what is above and below."""
        self._up, self._down = QColor(up), QColor(down)
