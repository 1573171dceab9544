"""Rows of text as a Qt model: a preview, a report. Not here: what the texts are (``state``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.theme.tables import cell_side, plain_header

Index = QModelIndex | QPersistentModelIndex


class RowsModel(QAbstractTableModel):
    """Shows rows under titles; columns named in ``numbers`` stand at the right."""

    def __init__(
        self, titles: Sequence[str], parent: QObject | None = None, *, numbers: Sequence[int] = ()
    ) -> None:
        super().__init__(parent)
        self._titles = tuple(titles)
        self._numbers = frozenset(numbers)
        self.rows: tuple[tuple[str, ...], ...] = ()

    def show(self, rows: Sequence[Sequence[str]]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.rows = tuple(tuple(row) for row in rows)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of titles."""
        return 0 if parent is not None and parent.isValid() else len(self._titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, its tool tip when it may be cut, and its side."""
        if not index.isValid():
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return self.rows[index.row()][index.column()]
            case Qt.ItemDataRole.TextAlignmentRole:
                return cell_side(at_right=index.column() in self._numbers)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title."""
        return plain_header(self._titles, section, orientation, role, at_right=section in self._numbers)
