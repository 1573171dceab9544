"""How every list of rows looks: whole rows selected, no grid, no row numbers, one height; Tab leaves it.

The results table is its own: it has more to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView


class TitledColumn(Protocol):
    """A column that says what it is called and what that means."""

    @property
    def title(self) -> str:
        """The text of its header."""

    @property
    def meaning(self) -> str:
        """The tip of its header."""


def header_text(
    model: QObject, columns: Sequence[TitledColumn], section: int, orientation: Qt.Orientation, role: int
) -> str | None:
    """Return a column's title or its meaning, translated for ``model``; None for any other role or place."""
    if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(columns):
        return None
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return model.tr(columns[section].title)
        case Qt.ItemDataRole.ToolTipRole:
            return model.tr(columns[section].meaning)
    return None


def as_list(table: QTableView, name: str, height: int) -> QHeaderView:
    """Make a table a list whose rows are ``height`` pixels high; return the header of its columns.

    ``name`` is what screen readers say.
    """
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setCornerButtonEnabled(False)
    rows = table.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(height)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setAccessibleName(QCoreApplication.translate("tables", "Column headers"))
    return header
