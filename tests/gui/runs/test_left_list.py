from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.runs.left_list import LeftList

ROWS = (("AAA", "2026-11-19"), ("BRK.B", "2026-11-18"), ("ZZZ", "2026-11-19"))


@pytest.fixture
def left(qtbot) -> LeftList:
    made = LeftList()
    qtbot.addWidget(made)
    made.show_symbols(ROWS)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_every_symbol_has_a_row_with_the_bar_on_which_it_was_held(left, qtmodeltester):
    qtmodeltester.check(left.model)
    assert left.model.rows == ROWS
    assert left.model.headerData(1, Qt.Orientation.Horizontal) == "Held on"


def test_the_arrow_keys_choose_one_after_another(left):
    chosen: list[str] = []
    left.table.selectRow(0)
    left.symbol_chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(left.table, key)
    assert chosen == ["BRK.B", "ZZZ", "BRK.B"]


def test_escape_closes_it_and_nothing_is_chosen_by_that(qtbot, left):
    with qtbot.assertNotEmitted(left.symbol_chosen):
        QTest.keyClick(left.table, Qt.Key.Key_Escape)
        left.show_symbols(())
    assert not left.isVisible()


def test_a_screen_reader_hears_list_columns_and_cells(left):
    assert left.table.accessibleName() == "Left since the run before"
    index = left.model.index(1, 1)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Held on 2026-11-18"
