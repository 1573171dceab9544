"""The problems panel."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from engine.scan.results import ProcessingResult, SymbolStatus
from gui.problems.panel import ProblemsPanel
from gui.problems.problems_model import ProblemsModel
from gui.problems.state import ProblemEntry, Severity


@pytest.fixture
def panel(qtbot):
    fresh = ProblemsPanel()
    qtbot.addWidget(fresh)
    fresh.resize(600, 300)
    with qtbot.waitExposed(fresh):
        fresh.show()
    return fresh


def failure(symbol, status=SymbolStatus.ERROR, details=""):
    return ProcessingResult.from_error(symbol, f"{symbol} failed.", status, details)


def cells(panel, column):
    return [panel.model.index(row, column).data() for row in range(panel.model.rowCount())]


def test_the_model_keeps_qts_rules(qapp, qtmodeltester):
    model = ProblemsModel(qapp)
    qtmodeltester.check(model)
    model.add([ProblemEntry("A", Severity.ERROR, "x"), ProblemEntry("", Severity.UNEXPECTED, "two\nlines")])
    model.sort(0)
    qtmodeltester.check(model)
    assert model.index(0, 0).data() == "–"
    assert model.index(0, 2).data() == "two …"
    model.deleteLater()


def test_failures_show_sorted_and_counted(panel, qtbot):
    with qtbot.waitSignal(panel.count_changed) as changed:
        panel.add_results(
            [
                failure("B", SymbolStatus.NOT_EVALUABLE),
                failure("C", SymbolStatus.OK),
                failure("A"),
                failure("D", SymbolStatus.CANCELLED),
            ]
        )
    assert changed.args == [1]
    assert cells(panel, 0) == ["A", "B"]
    assert cells(panel, 1) == ["error", "not evaluable"]
    assert panel._summary.text() == "1 failed · 1 not evaluable"


def test_a_result_without_a_problem_changes_nothing(panel, qtbot):
    with qtbot.assertNotEmitted(panel.count_changed):
        panel.add_result(failure("A", SymbolStatus.OK))


def test_a_double_click_asks_for_the_symbol(panel, qtbot):
    panel.add_result(failure("AAP"))
    place = panel.table.visualRect(panel.model.index(0, 2)).center()
    viewport = panel.table.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    with qtbot.waitSignal(panel.symbol_activated) as activated:
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert activated.args == ["AAP"]


def test_an_unexpected_error_shows_its_details_and_copies_them(panel):
    panel.add_result(failure("AAP"))
    panel.add_unexpected("Unexpected error: KeyError: 'x'", "Traceback\n  line 3")
    assert not panel.copy_button.isEnabled()
    panel.table.selectRow(0)
    assert panel.details.isVisible()
    panel.copy_button.click()
    assert QGuiApplication.clipboard().text() == "Unexpected error: KeyError: 'x'\n\nTraceback\n  line 3"
    panel.table.selectRow(1)
    assert not panel.details.isVisible()


def test_the_chosen_entry_stays_chosen_when_others_arrive(panel):
    panel.add_result(failure("B", SymbolStatus.NOT_EVALUABLE))
    panel.table.selectRow(0)
    panel.add_result(failure("A", SymbolStatus.CRASH))
    assert panel.table.currentIndex().row() == 1


def test_a_header_click_sorts_and_a_second_one_turns_round(panel):
    panel.add_results([failure("A"), failure("B", SymbolStatus.CRASH)])
    panel.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert cells(panel, 0) == ["A", "B"]
    panel.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert cells(panel, 0) == ["B", "A"]


def test_a_new_scan_clears_the_panel(panel, qtbot):
    panel.add_result(failure("A"))
    with qtbot.waitSignal(panel.count_changed) as changed:
        panel.clear()
    assert changed.args == [0]
    assert panel.empty.text.startswith("No problems.")


def test_every_focusable_widget_has_a_name(panel):
    panel.add_unexpected("Bug", "details")
    panel.table.selectRow(0)
    nameless = [
        widget
        for widget in panel.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.isVisible()
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert nameless == []
