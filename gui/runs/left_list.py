"""The symbols that left a scan since the run before, in a small window of their own: they are no matches.

``symbol_chosen`` follows the current row, so that ↑ and ↓ flip the chart. Not here: finding out who left (the flow).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtWidgets import QAbstractItemView, QDialog, QLabel, QTableView, QVBoxLayout, QWidget

from gui.theme.tables import as_list, header_text

Index = QModelIndex | QPersistentModelIndex

_SIZE = QSize(300, 280)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title and what the title means."""

    title: str
    meaning: str


COLUMNS = (
    Column("Symbol", "Held by the run before, and not any more"),
    Column("Held on", "The bar that matched: the symbol's last one in the run before"),
)


class LeftModel(QAbstractTableModel):
    """Symbols that left and the bar on which each was held; every change is a reset."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[tuple[str, str], ...] = ()

    def show(self, rows: Sequence[tuple[str, str]]) -> None:
        """Hold these rows."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of symbols."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return two."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, and how it is spoken."""
        if not index.isValid():
            return None
        text = self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{COLUMNS[index.column()].title} {text}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title and, as its tip, what it means."""
        return header_text(self, COLUMNS, section, orientation, role)


class LeftList(QDialog):
    """Beside the window, which goes on working; Escape closes it."""

    symbol_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Left since the run before"))
        self.model = LeftModel(self)
        self.table = QTableView(self)
        self.table.setModel(self.model)
        header = as_list(self.table, self.windowTitle(), self.fontMetrics().height() + 6)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setAlternatingRowColors(True)
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        note = QLabel(
            self.tr(
                "No matches: their last bar matched in the run before and does not now. "
                "They stand in no export, and no count has them."
            ),
            self,
        )
        note.setTextFormat(Qt.TextFormat.PlainText)
        note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addWidget(note)
        layout.addWidget(self.table, 1)
        self.resize(_SIZE)

    def show_symbols(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show these symbols, each with the bar on which it was held."""
        self.model.show(rows)
        self.table.resizeColumnToContents(0)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.symbol_chosen.emit(self.model.rows[index.row()][0])
