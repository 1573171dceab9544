"""A list of rows looks and behaves like the others."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QTableView

from gui.theme.tables import SizeWatch, as_list, select_only


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


@pytest.mark.parametrize("mode", ["SingleSelection", "ExtendedSelection"])
def test_one_row_is_selected_whatever_keys_are_held(qtbot, mode):
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(QStringListModel(["one", "two"], table))
    as_list(table, "Things", 23)
    table.setSelectionMode(QAbstractItemView.SelectionMode[mode])
    QTest.keyPress(table, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    for row in (0, 1, 1):
        select_only(table, table.model().index(row, 0))
        assert [index.row() for index in table.selectionModel().selectedRows()] == [row]
        assert table.currentIndex().row() == row
    select_only(table, table.model().index(2, 0))
    assert table.currentIndex().row() == 1


def test_a_table_that_gets_another_size_tells_it(qtbot):
    table = QTableView()
    qtbot.addWidget(table)
    table.resize(200, 100)
    with qtbot.waitExposed(table):
        table.show()
    watch = SizeWatch(table)
    with qtbot.waitSignal(watch.changed):
        table.resize(300, 100)
