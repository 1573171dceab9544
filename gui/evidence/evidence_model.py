"""The evidence as a Qt model: a row per window, texts in the cells, the histogram's data in the last column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.evidence.state import COLUMNS, HISTOGRAM_COLUMN, cells_of, row_text, spoken_histogram
from gui.theme.tables import cell_side, header_text

if TYPE_CHECKING:
    from engine.scan.evaluation.evidence import Evidence, WindowEvidence

Index = QModelIndex | QPersistentModelIndex


class EvidenceModel(QAbstractTableModel):
    """Shows one piece of evidence, or nothing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.evidence: Evidence | None = None
        self._cells: tuple[tuple[str, ...], ...] = ()

    def show(self, evidence: Evidence | None) -> None:
        """Replace what is shown."""
        self.beginResetModel()
        self.evidence = evidence
        windows = () if evidence is None else evidence.windows
        self._cells = tuple(cells_of(window.statistics, self.tr) for window in windows)
        self.endResetModel()

    def window(self, row: int) -> WindowEvidence | None:
        """Return what a row shows."""
        if self.evidence is None or not 0 <= row < len(self.evidence.windows):
            return None
        return self.evidence.windows[row]

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of windows."""
        return 0 if parent is not None and parent.isValid() else len(self._cells)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, its alignment, its account as a tip, or the screen reader's words."""
        if not index.isValid() or (window := self.window(index.row())) is None:
            return None
        column = index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return "" if column == HISTOGRAM_COLUMN else self._cells[index.row()][column]
            case Qt.ItemDataRole.TextAlignmentRole:
                return cell_side(at_right=column != 0)
            case Qt.ItemDataRole.ToolTipRole:
                return row_text(window.statistics, self.tr)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(index.row(), column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title and, as its tip, what it means."""
        is_column = orientation == Qt.Orientation.Horizontal and 0 <= section < len(COLUMNS)
        if is_column and role == Qt.ItemDataRole.TextAlignmentRole:
            return cell_side(at_right=section not in (0, HISTOGRAM_COLUMN))
        return header_text(self, COLUMNS, section, orientation, role)

    def _spoken(self, row: int, column: int) -> str:
        assert self.evidence is not None
        if column == HISTOGRAM_COLUMN:
            return spoken_histogram(self.evidence, row, self.tr)
        return f"{COLUMNS[column].title} {self._cells[row][column]}"
