"""Notices which rows are in sight and, a moment later, asks for the closes of those that are not known.

Whoever has bars answers with ``take``; nothing is drawn in a cell until its closes are there. Not here: the arrays
(``sparklines``).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QTableView

from gui.results.results_model import ResultsModel
from gui.results.sparklines import SparklineAnswer, SparklineRequest

PAUSE_MS = 40


class SparklineWatch(QObject):
    """``wanted`` carries a ``SparklineRequest`` for the rows in sight whose closes are not known."""

    wanted = Signal(object)

    def __init__(self, model: ResultsModel, view: QTableView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self._asked: frozenset[int] = frozenset()
        self._table = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        view.verticalScrollBar().valueChanged.connect(self._later)
        view.horizontalScrollBar().valueChanged.connect(self._later)
        view.horizontalHeader().sectionResized.connect(self._later)
        model.modelReset.connect(self._later)
        model.rowsInserted.connect(self._later)
        view.viewport().installEventFilter(self)

    def forget(self) -> None:
        """Forget all closes: the rows are others now."""
        self._table += 1
        self._model.closes.clear()
        self._asked = frozenset()

    @Slot(object)
    def take(self, answer: SparklineAnswer) -> None:
        """Keep what was found and draw it, unless it is of rows that are gone."""
        if answer.table == self._table:
            self._model.closes.take(answer.closes)
            self._view.viewport().update()

    @Slot()
    def ask_again(self) -> None:
        """Ask once more for what has not come: whoever was asked may have forgotten."""
        self._asked = frozenset()
        self._later()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Notice that the table is seen, or grows."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._later()
        return False

    @Slot()
    def _later(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    @Slot()
    def _ask(self) -> None:
        place = self._model.sparkline_place
        view = self._view
        if place < 0 or view.isColumnHidden(place) or not view.isVisible():
            return
        left = view.columnViewportPosition(place)
        if left + view.columnWidth(place) < 0 or left > view.viewport().width():
            return
        height = view.viewport().height()
        first, last = view.rowAt(0), view.rowAt(height - 1)
        if first < 0:
            return
        last = self._model.rowCount() - 1 if last < 0 else last
        ids = [self._model.row_id(row) for row in range(first, last + 1)]
        missing = [each for each in ids if self._model.closes.get(each) is None]
        # What was asked for before may have been given up for this: all that is missing is asked for again.
        if missing and not self._asked.issuperset(missing):
            self._asked = frozenset(missing)
            self.wanted.emit(
                SparklineRequest(self._table, tuple((each, *self._model.match_of(each)) for each in missing))
            )
