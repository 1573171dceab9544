"""The contracts as a Qt model: a row per match, texts in the cells, the refused candidates as the tip.

Texts are made page by page as rows come into sight: a hundred thousand of them would hold the window up.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.options_panel.state import COLUMNS, cells_of, refusals_text
from gui.theme.tables import cell_side, header_text

if TYPE_CHECKING:
    from engine.options.enrichment import Enrichment

Index = QModelIndex | QPersistentModelIndex

PAGE_ROWS = 64
PAGES_KEPT = 32


class ContractsModel(QAbstractTableModel):
    """Shows one result, or nothing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.result: Enrichment | None = None
        self._page = _pages_of(None)

    def show(self, result: Enrichment | None) -> None:
        """Replace what is shown; what follows the table is not bothered when there was nothing and is nothing."""
        if result is None and self.result is None:
            return
        self.beginResetModel()
        self.result = result
        self._page = _pages_of(result)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        is_below = parent is not None and parent.isValid()
        return 0 if is_below or self.result is None else self.result.table.num_rows

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, its alignment, or what was refused as its tip."""
        if not index.isValid() or self.result is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                page, row = divmod(index.row(), PAGE_ROWS)
                return self._page(page)[row][index.column()]
            case Qt.ItemDataRole.TextAlignmentRole:
                return _side(index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return refusals_text(self.result, index.row(), tr=self.tr)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title and, as its tip, what it means."""
        is_column = orientation == Qt.Orientation.Horizontal and 0 <= section < len(COLUMNS)
        if is_column and role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return header_text(self, COLUMNS, section, orientation, role)


def _pages_of(result: Enrichment | None) -> Callable[[int], list[tuple[str, ...]]]:
    """Return what makes the texts of a page, and keeps those of the last ones."""

    @lru_cache(PAGES_KEPT)
    def page(number: int) -> list[tuple[str, ...]]:
        return [] if result is None else cells_of(result.table.slice(number * PAGE_ROWS, PAGE_ROWS))

    return page


def _side(column: int) -> Qt.AlignmentFlag:
    return cell_side(at_right=COLUMNS[column].is_number)
