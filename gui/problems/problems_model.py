"""The problems as a Qt model of three columns: symbol, status, sentence.

Not here: what is a problem and which comes first (``state``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.problems.state import ProblemEntry, ProblemList, Severity
from gui.theme.tables import plain_header

Index = QModelIndex | QPersistentModelIndex


class ProblemsModel(QAbstractTableModel):
    """Rows of a ``ProblemList``; every change is a reset, the lists are short."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._list = ProblemList()
        self._titles = (self.tr("Symbol"), self.tr("Status"), self.tr("What happened"))
        self._statuses = {
            Severity.UNEXPECTED: self.tr("unexpected error"),
            Severity.CRASH: self.tr("worker died"),
            Severity.TIMEOUT: self.tr("took too long"),
            Severity.ERROR: self.tr("error"),
            Severity.NOT_EVALUABLE: self.tr("not evaluable"),
        }

    def add(self, entries: Iterable[ProblemEntry]) -> None:
        """Add entries at their places."""
        self.beginResetModel()
        self._list.add(entries)
        self.endResetModel()

    def clear(self) -> None:
        """Take all entries away."""
        self.beginResetModel()
        self._list.clear()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; a negative one changes nothing."""
        if column < 0:
            return
        self.beginResetModel()
        self._list.sort(column, descending=order == Qt.SortOrder.DescendingOrder)
        self.endResetModel()

    @property
    def entries(self) -> tuple[ProblemEntry, ...]:
        """The rows, top to bottom."""
        return self._list.entries

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of entries."""
        return 0 if parent is not None and parent.isValid() else len(self._list.entries)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return three."""
        return 0 if parent is not None and parent.isValid() else len(self._titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the cell's text; the tool tip is the whole sentence."""
        if not index.isValid():
            return None
        entry = self._list.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (entry.symbol or "–", self._statuses[entry.severity], _first_line(entry.sentence))[
                index.column()
            ]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 2:
            return entry.sentence
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the column's title."""
        return plain_header(self._titles, section, orientation, role)


def _first_line(text: str) -> str:
    first, more, _ = text.partition("\n")
    return f"{first} …" if more else first
