from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from engine.data.inspection import DataReport, SymbolCheck
from engine.market.quality import QualityReport
from gui.data_quality.dialog import DataQualityDialog

DAY = date(2026, 11, 20)


def broken(symbol: str, count: int) -> SymbolCheck:
    return SymbolCheck(
        symbol, QualityReport(9, 9 - count, {"not_positive": count} if count else {}), DAY, DAY
    )


@pytest.fixture
def dialog(qtbot) -> DataQualityDialog:
    made = DataQualityDialog()
    qtbot.addWidget(made)
    made.show_report(DataReport((broken("AAA", 1), broken("BBB", 0), broken("CCC", 2)), DAY))
    # Keys go to the active window; another test's may still be on its way out.
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def symbols(dialog) -> list[str]:
    return [row.symbol for row in dialog.model.rows]


def test_it_shows_what_is_wrong_and_all_symbols_on_demand(dialog, qtmodeltester):
    qtmodeltester.check(dialog.model)
    assert symbols(dialog) == ["AAA", "CCC"]
    assert dialog.footer.text() == "2 of 3 symbols"
    dialog.kind.setCurrentIndex(dialog.kind.findData("ALL"))
    assert symbols(dialog) == ["AAA", "BBB", "CCC"]


def test_the_filter_narrows_and_says_when_nothing_is_left(dialog):
    dialog.filter.setText("ccc")
    assert symbols(dialog) == ["CCC"]
    dialog.filter.setText("nobody")
    assert "Nothing to show" in dialog.footer.text()


def test_headers_sort(dialog):
    dialog.table.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    assert symbols(dialog) == ["CCC", "AAA"]


def test_a_double_click_and_return_ask_for_the_chart(qtbot, dialog):
    with qtbot.waitSignal(dialog.symbol_activated) as told:
        dialog.table.doubleClicked.emit(dialog.model.index(1, 0))
    assert told.args == ["CCC"]
    dialog.table.setCurrentIndex(dialog.model.index(0, 0))
    with qtbot.waitSignal(dialog.symbol_activated) as told:
        qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    assert told.args == ["AAA"]


def test_chosen_rows_are_copied_or_else_all_that_are_shown(qtbot, dialog):
    dialog.copy.click()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 3
    dialog.table.selectRow(1)
    dialog.table.setFocus()
    qtbot.keyClick(dialog.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("CCC\t2026-11-20\t0\t7\t2 rows are left out")
