"""Gives every column the delegate that its look asks for: bars behind numbers, small pictures, or none.

Not here: which look a column has (``looks``), and painting (the delegates).
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStyledItemDelegate, QTableView

from gui.results.bar_delegate import BarDelegate
from gui.results.results_model import ResultsModel
from gui.results.sparkline_delegate import SparklineDelegate


class CellLooks(QObject):
    """The delegates of one table."""

    def __init__(self, model: ResultsModel, view: QTableView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self._plain = QStyledItemDelegate(view)
        self._bars = BarDelegate(model, view)
        self._pictures = SparklineDelegate(model, view)
        model.modelReset.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Look at the columns again."""
        for place in range(self._model.columnCount()):
            if place == self._model.sparkline_place:
                self._view.setItemDelegateForColumn(place, self._pictures)
            elif self._model.looks.bars(place):
                self._view.setItemDelegateForColumn(place, self._bars)
            else:
                self._view.setItemDelegateForColumn(place, self._plain)

    def choose(self, place: int, *, bars: bool | None = None, marks: bool | None = None) -> None:
        """Take the user's choice for a column and show it."""
        self._model.looks.choose(place, bars=bars, marks=marks)
        self.refresh()
        self._view.viewport().update()

    def set_colours(self, up: QColor, down: QColor) -> None:
        """Take the colours of what is above and below zero."""
        self._model.set_sign_colours(up, down)
        self._bars.set_colours(up, down)
        self._pictures.set_colours(up, down)
        self._view.viewport().update()
