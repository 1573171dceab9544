"""How every list of rows looks: whole rows selected, no grid, no row numbers, one height; Tab leaves it.

The results table is its own: it has more to do.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView


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
