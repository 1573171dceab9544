"""The recent runs' panel: what it asks for, and what it keeps from being asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.runs.panel import RunsPanel
from gui.runs.state import run_rows


@pytest.fixture
def panel(qtbot, kept, now):
    fresh = RunsPanel()
    qtbot.addWidget(fresh)
    runs = [
        kept(run_id="20261120T180000-aaaa"),
        kept("interrupted", now - timedelta(days=1), run_id="20261119T180000-bbbb"),
    ]
    fresh.resize(330, 220)
    fresh.show_runs(run_rows(runs, now))
    with qtbot.waitExposed(fresh):
        fresh.show()
    return fresh


def enabled(panel) -> list[str]:
    menu = panel.menu()
    texts = [action.text().replace("&", "") for action in menu.actions() if action.isEnabled()]
    menu.deleteLater()
    return texts


def test_enter_asks_to_open_the_current_run(qtbot, panel):
    panel.table.selectRow(0)
    with qtbot.waitSignal(panel.open_requested) as asked:
        QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert asked.args == ["20261120T180000-aaaa"]


def test_a_double_click_asks_to_open_that_run(qtbot, panel):
    place = panel.table.visualRect(panel.model.index(1, 1)).center()
    viewport = panel.table.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(panel.open_requested) as asked:
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == ["20261119T180000-bbbb"]


def test_only_an_unfinished_run_offers_to_resume(qtbot, panel):
    panel.table.selectRow(0)
    assert not panel.resume_button.isVisible()
    assert enabled(panel) == ["Open", "Remove"]
    panel.table.selectRow(1)
    assert panel.resume_button.isVisible()
    assert enabled(panel) == ["Open", "Resume", "Remove"]
    with qtbot.waitSignal(panel.resume_requested) as asked:
        panel.resume_button.click()
    assert asked.args == ["20261119T180000-bbbb"]


def test_while_a_scan_runs_nothing_is_opened_or_resumed(qtbot, panel):
    panel.set_free(False)
    panel.table.selectRow(1)
    assert not panel.resume_button.isEnabled()
    assert enabled(panel) == ["Remove"]
    with qtbot.assertNotEmitted(panel.open_requested):
        QTest.keyClick(panel.table, Qt.Key.Key_Return)


def test_delete_asks_to_remove(qtbot, panel):
    panel.table.selectRow(1)
    with qtbot.waitSignal(panel.remove_requested):
        QTest.keyClick(panel.table, Qt.Key.Key_Delete)


def test_the_current_run_stays_current_when_the_list_is_read_again(panel, kept, now):
    panel.table.selectRow(0)
    panel.show_runs(run_rows([kept(run_id="20261120T181500-cccc"), kept(run_id="20261120T180000-aaaa")], now))
    assert panel.current().run_id == "20261120T180000-aaaa"


def test_a_symbol_and_return_ask_who_caught_it(qtbot, panel):
    panel.days.setValue(10)
    QTest.keyClicks(panel.symbol, "XITA")
    with qtbot.waitSignal(panel.look_up_requested) as asked:
        QTest.keyClick(panel.symbol, Qt.Key.Key_Return)
    assert asked.args == ["XITA", 10]
    panel.show_catches("XITA", ())
    assert panel.sentence() == "XITA: 0 matches in 10 days"
    with qtbot.waitSignal(panel.runs_requested):
        panel.symbol.clear()


def test_an_empty_list_says_how_it_fills(panel):
    panel.show_runs(())
    assert "every scan leaves one here" in panel.sentence()


def test_what_changed_stands_below_only_when_there_is_something(panel):
    assert panel.change() == ""
    panel.show_change("1 entered")
    assert panel.change() == "1 entered"
