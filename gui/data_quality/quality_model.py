"""The symbols as a Qt model. Not here: which they are and in what order (``state``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.data_quality.state import COLUMNS, NUMBERS, Row, Shown, shown_rows, sorted_rows
from gui.theme.tables import cell_side, header_text

Index = QModelIndex | QPersistentModelIndex


class QualityModel(QAbstractTableModel):
    """Rows of a report, filtered and sorted; every change is a reset."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: tuple[Row, ...] = ()
        self.rows: list[Row] = []
        self._shown = Shown.FAULTS
        self._text = ""
        self._column = 0
        self._descending = False

    def show(self, rows: Sequence[Row]) -> None:
        """Take the symbols of another report."""
        self.all = tuple(rows)
        self._refresh()

    def set_filter(self, shown: Shown, text: str) -> None:
        """Show symbols of this kind that hold every word of the text."""
        self._shown, self._text = shown, text
        self._refresh()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; a negative one changes nothing."""
        if column >= 0:
            self._column, self._descending = column, order == Qt.SortOrder.DescendingOrder
            self._refresh()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows shown."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, its side, and the whole text as a tip."""
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.cells[column]
            case Qt.ItemDataRole.ToolTipRole if column == len(COLUMNS) - 1:
                return row.words
            case Qt.ItemDataRole.TextAlignmentRole:
                return _side(column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{COLUMNS[column].title} {row.cells[column]}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title and, as its tip, what it means."""
        is_column = orientation == Qt.Orientation.Horizontal and 0 <= section < len(COLUMNS)
        if is_column and role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return header_text(self, COLUMNS, section, orientation, role)

    def _refresh(self) -> None:
        self.beginResetModel()
        found = shown_rows(self.all, self._shown, self._text)
        self.rows = sorted_rows(found, self._column, descending=self._descending)
        self.endResetModel()


def _side(column: int) -> Qt.AlignmentFlag:
    return cell_side(at_right=column in NUMBERS)
