"""A list of rows looks and behaves like the others."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QAbstractItemView, QTableView

from gui.theme.tables import as_list


def test_a_table_becomes_a_list_with_a_name_and_one_height(qtbot):
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(QStringListModel(["one", "two"], table))
    header = as_list(table, "Things", 23)
    assert table.accessibleName() == "Things"
    assert header is table.horizontalHeader()
    assert header.accessibleName() == "Column headers"
    assert [table.rowHeight(row) for row in range(2)] == [23, 23]
    assert table.verticalHeader().isHidden()
    assert table.selectionBehavior() is QAbstractItemView.SelectionBehavior.SelectRows
    assert not table.tabKeyNavigation()
