"""Which columns show, in which order and how wide, remembered by name from one scan to the next.

Here: fitting widths, the list of columns to tick, and the plain state for the settings. Not here: sorting (``panel``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QTableView

from gui.results.columns import FIXED_COLUMNS, SPARKLINE, ResultColumn
from gui.results.results_model import ResultsModel

_SAMPLE_ROWS = 60
_MEASURED = 5
_WIDEST_CHARS = 28
_PADDING = 24
_PICTURE_CHARS = 16
_BAR_CHARS = 14
# Room for the arrow and number of a sort key, so that sorting never clips a title.
_ARROW = " ▲²"


class ColumnLayout(QObject):
    """Widths, order and visibility of a table's columns."""

    def __init__(self, view: QTableView, model: ResultsModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._header = view.horizontalHeader()
        self._widths: dict[str, int] = {}
        self._hidden: set[str] = set()
        self._order: list[str] = []
        self._own_hand = False
        self._header.sectionResized.connect(self._resized)
        self._header.sectionMoved.connect(self._moved)

    @property
    def _columns(self) -> Sequence[ResultColumn]:
        return self._model.columns

    def visible(self) -> list[int]:
        """Return the shown columns from left to right."""
        places = (self._header.logicalIndex(place) for place in range(self._header.count()))
        return [place for place in places if not self._view.isColumnHidden(place)]

    def apply(self, fitted: Collection[str] | None = None) -> None:
        """Lay out new columns: the remembered ones as before, unknown ones after them.

        ``fitted`` are the names of those that are given a fitting width, None all of them.
        """
        self._own_hand = True
        try:
            for target, logical in enumerate(self._wanted()):
                self._header.moveSection(self._header.visualIndex(logical), target)
            for place, column in enumerate(self._columns):
                self._view.setColumnHidden(place, column.name in self._hidden)
            if self._columns and not self.visible():
                self._view.showColumn(0)
        finally:
            self._own_hand = False
        self._fit(fitted)

    def _wanted(self) -> list[int]:
        """Return the places of the columns from left to right."""
        columns = self._columns
        known = {name: place for place, name in enumerate(self._order)}
        wanted = sorted(range(len(columns)), key=lambda place: known.get(columns[place].name, len(known)))
        picture = self._model.sparkline_place
        if picture >= 0 and SPARKLINE.name not in known:
            # Not at the far end, where the values of long formulas push it out of sight.
            wanted.remove(picture)
            wanted.insert(len(FIXED_COLUMNS), picture)
        return wanted

    @Slot()
    def fit(self) -> None:
        """Give every column that the user has not resized the width of its title and its first rows."""
        self._fit(None)

    def _fit(self, names: Collection[str] | None) -> None:
        self._own_hand = True
        try:
            for place, column in enumerate(self._columns):
                if names is not None and column.name not in names:
                    continue
                self._view.setColumnWidth(place, self._widths.get(column.name) or self._fitting_width(place))
        finally:
            self._own_hand = False

    def _fitting_width(self, place: int) -> int:
        metrics = self._view.fontMetrics()
        if place == self._model.sparkline_place:
            return metrics.averageCharWidth() * _PICTURE_CHARS
        title = self._header.fontMetrics().horizontalAdvance(self._columns[place].title + _ARROW)
        rows = range(min(_SAMPLE_ROWS, self._model.rowCount()))
        cells = self._model.texts_of(rows, place)
        # To measure a text costs more than to make it, and the widest is among the longest.
        longest = sorted(cells, key=len)[-_MEASURED:]
        widest = max((metrics.horizontalAdvance(text) for text in longest), default=0)
        limit = metrics.averageCharWidth() * _WIDEST_CHARS
        if self._model.looks.bars(place):
            widest = max(widest, metrics.averageCharWidth() * _BAR_CHARS)
        return min(max(title, widest), limit) + _PADDING

    @Slot(int, int, int)
    def _resized(self, place: int, _old: int, new: int) -> None:
        if not self._own_hand and new > 0 and place < len(self._columns):
            self._widths[self._columns[place].name] = new

    @Slot(int, int, int)
    def _moved(self, _section: int, _old: int, _new: int) -> None:
        if not self._own_hand:
            places = [self._header.logicalIndex(place) for place in range(self._header.count())]
            now = [self._columns[place].name for place in places]
            self._order = now + [name for name in self._order if name not in now]

    def show_column(self, place: int, *, shown: bool) -> None:
        """Show or hide a column; the last one stays."""
        if not shown and self.visible() == [place]:
            return
        self._own_hand = True
        self._view.setColumnHidden(place, not shown)
        self._own_hand = False
        (self._hidden.discard if shown else self._hidden.add)(self._columns[place].name)

    @Slot()
    def show_all(self) -> None:
        """Show every column."""
        for place in range(len(self._columns)):
            self.show_column(place, shown=True)

    @Slot()
    def reset_widths(self) -> None:
        """Forget the user's widths and fit all columns."""
        self._widths.clear()
        self.fit()

    def menu(self, parent: QTableView) -> QMenu:
        """Return a fresh menu with a tick per column; it deletes itself when it closes."""
        menu = QMenu(self.tr("Columns"), parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        visible = set(self.visible())
        for place, column in enumerate(self._columns):
            action = QAction(column.title.replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(place in visible)
            action.setEnabled(visible != {place})
            action.toggled.connect(lambda shown, place=place: self.show_column(place, shown=shown))
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self.tr("Show all columns"), self.show_all)
        menu.addAction(self.tr("Fit widths"), self.reset_widths)
        return menu

    def move(self, place: int, by: int) -> None:
        """Move a column among the shown ones: by -1 to the left, by 1 to the right."""
        shown = self.visible()
        target = shown.index(place) + by if place in shown else -1
        if 0 <= target < len(shown):
            self._header.moveSection(self._header.visualIndex(place), self._header.visualIndex(shown[target]))

    def state(self) -> dict[str, Any]:
        """Return widths, hidden names and order as plain values."""
        return {"widths": dict(self._widths), "hidden": sorted(self._hidden), "order": list(self._order)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take what ``state`` returned earlier; anything misshapen is left out."""
        widths, hidden, order = (state.get(key) for key in ("widths", "hidden", "order"))
        if isinstance(widths, Mapping):
            self._widths = {str(k): int(v) for k, v in widths.items() if isinstance(v, int) and 0 < v < 5000}
        if isinstance(hidden, list | tuple):
            self._hidden = {str(name) for name in hidden}
        if isinstance(order, list | tuple):
            self._order = [str(name) for name in order]
        self.apply()
