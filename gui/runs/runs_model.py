"""The rows of the recent runs as a Qt model of four columns. Not here: what a row says (``state``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.runs.state import CATCH_TITLES, RUN_TITLES, RunRow
from gui.theme.tables import cell_side, plain_header

Index = QModelIndex | QPersistentModelIndex

_MATCHES = 2


class RunsModel(QAbstractTableModel):
    """Kept runs, or the catches of one symbol; every change is a reset, the lists are short."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RunRow, ...] = ()
        self.is_catches = False

    def show(self, rows: Sequence[RunRow], *, catches: bool) -> None:
        """Hold these rows."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.is_catches = catches
        self.endResetModel()

    def row_of(self, run_id: str) -> int | None:
        """Return the first row that leads to that run."""
        return next((place for place, row in enumerate(self.rows) if row.run_id == run_id), None)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return four."""
        return 0 if parent is not None and parent.isValid() else len(RUN_TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the cell's text; the tool tip is all that is known of the run."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return cell_side(at_right=self._is_number(index.column()))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the column's title."""
        titles = CATCH_TITLES if self.is_catches else RUN_TITLES
        translated = [self.tr(title) for title in titles]
        return plain_header(translated, section, orientation, role, at_right=self._is_number(section))

    def _is_number(self, column: int) -> bool:
        return column == _MATCHES and not self.is_catches
