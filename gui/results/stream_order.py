"""Sorting a table that is still growing: one timer between ``ResortPace`` and the model.

Not here: the rule itself (``resort_pace``) and the chip that offers a sort (``footer``).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.results.resort_pace import ResortPace
from gui.results.results_model import ResultsModel
from gui.results.view import ResultsView


class StreamOrder(QObject):
    """Sorts the rows that came in at the end as soon as the pace allows it."""

    resorted = Signal()

    def __init__(self, model: ResultsModel, view: ResultsView, clock: Callable[[], float]) -> None:
        super().__init__(view)
        self._model = model
        self._clock = clock
        self._pace = ResortPace()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._sort_if_due)
        view.user_moved.connect(self._user_moved)
        view.verticalScrollBar().sliderPressed.connect(self._hold)
        view.verticalScrollBar().sliderReleased.connect(self._release)

    @property
    def held_back(self) -> int:
        """How many unsorted rows wait because the user is moving."""
        return self._model.order.unsorted if self._pace.user_active(self._clock()) else 0

    def plan(self) -> None:
        """Sort later if there is something to sort."""
        if self._model.order.unsorted and not self._timer.isActive():
            self._timer.start(max(1, round(1000 * self._pace.wait(self._clock()))))

    def finish(self) -> None:
        """Sort the last rows in without waiting for the pace, unless the user is moving."""
        if not self._pace.user_active(self._clock()) and self._model.order.unsorted:
            self.sort_now()
        else:
            self.plan()

    def stop(self) -> None:
        """Forget a planned sort."""
        self._timer.stop()

    def timed(self, change: Callable[[], None]) -> None:
        """Carry out a change that sorts, and let its cost set the pace."""
        start = self._clock()
        change()
        now = self._clock()
        self._pace.sorted(now, now - start)

    @Slot()
    def sort_now(self) -> None:
        """Sort whatever the user is doing."""
        self._timer.stop()
        self.timed(self._model.resort)
        self.resorted.emit()

    @Slot()
    def _sort_if_due(self) -> None:
        if self._pace.wait(self._clock()) > 0:
            self.plan()
        elif self._model.order.unsorted:
            self.sort_now()

    @Slot()
    def _user_moved(self) -> None:
        self._pace.moved(self._clock())

    @Slot()
    def _hold(self) -> None:
        self._pace.held = True

    @Slot()
    def _release(self) -> None:
        self._pace.held = False
        self._user_moved()
