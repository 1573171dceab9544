"""Marks in the table, kept from one window to the next; in the whole window, on the small universe."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from engine.data.kept_lists import KeptLists
from engine.scan.job import ProcessingJob
from gui.flows.marks_flow import FIRST_LIST, scan_name

FORMULA = "close > sma(close, 50) and cross_above(rsi(close, 14), 50)"


def run(qtbot, app, formula: str = FORMULA):
    app.editor.set_text(formula)
    with qtbot.waitSignal(app.scan_flow.finished):
        app.form.request_run()
    qtbot.waitUntil(app.actions["run"].isEnabled)


@pytest.fixture
def scanned(qtbot, candlewick):
    run(qtbot, candlewick)
    return candlewick


def current(app) -> str:
    return app.results.model.match_of(app.results.view.current_id)[0]


def first_cell(app) -> str:
    return app.results.model.index(app.results.view.currentIndex().row(), 0).data()


def test_space_marks_the_symbol_and_the_next_run_of_the_scan_knows_it(qtbot, scanned):
    symbol = current(scanned)
    with qtbot.waitSignal(scanned._files.done):
        QTest.keyClick(scanned.results.view, Qt.Key.Key_Space)
    assert first_cell(scanned) == f"{symbol} ✓"
    run(qtbot, scanned, "close > 0")
    assert scanned.results.model.seen == ()
    run(qtbot, scanned)
    assert scanned.results.model.seen == (symbol,)


def test_w_adds_to_the_watch_list_and_takes_off_again(qtbot, scanned, tmp_path):
    symbol = current(scanned)
    lists = KeptLists(tmp_path / "watch_lists")
    for wanted in ((symbol,), ()):
        with qtbot.waitSignal(scanned._files.done):
            QTest.keyClick(scanned.results.view, Qt.Key.Key_W)
        assert lists.read(FIRST_LIST) == wanted
        assert first_cell(scanned) == (f"{symbol} ★" if wanted else symbol)


def test_another_list_can_be_chosen_and_is_the_current_one_in_the_next_window(qtbot, scanned, build):
    scanned.actions["choose_watch_list"].trigger()
    dialog = scanned.window.findChild(QInputDialog)
    assert dialog.comboBoxItems() == [FIRST_LIST]
    dialog.setTextValue("Energy")
    with qtbot.waitSignal(scanned._files.done):
        dialog.accept()
    with qtbot.waitSignal(scanned._files.done):
        scanned.actions["watch"].trigger()
    symbol = current(scanned)
    again = build()
    assert again.marks_flow.current == "Energy"
    assert again.results.watched == (symbol,)


def test_the_button_beside_the_filter_shows_and_chooses_the_list(qtbot, scanned):
    button = scanned.results.watch_lists
    assert button.text() == f"★ {FIRST_LIST} ▾"
    with qtbot.waitSignal(scanned._files.done):
        button.chosen.emit("Energy")
    assert (button.text(), scanned.marks_flow.current) == ("★ Energy ▾", "Energy")


def test_a_scan_can_be_restricted_to_a_list_by_its_name(qtbot, scanned):
    with qtbot.waitSignal(scanned._files.done):
        scanned.actions["watch"].trigger()
    completer = scanned.form.symbols_field.completer()
    assert completer.model().stringList() == [f"@{FIRST_LIST}"]
    scanned.form.symbols_field.setText(f"@{FIRST_LIST}")
    assert scanned.scan_flow.request().job.symbols == (current(scanned),)


def test_a_list_that_cannot_be_written_is_told(qtbot, scanned, tmp_path):
    (tmp_path / "watch_lists").write_text("in the way")
    with qtbot.waitSignal(scanned.marks_flow.failed):
        scanned.actions["watch"].trigger()
    assert "⚠" in scanned.window.statusBar().currentMessage()


def test_a_mark_is_kept_though_the_window_closes_before_it_is_written(scanned, tmp_path):
    symbol, gate = current(scanned), threading.Event()
    scanned._files.submit(lambda: gate.wait(60))
    QTest.keyClick(scanned.results.view, Qt.Key.Key_W)
    scanned._files.stopping.set()
    gate.set()
    scanned.window.close()
    assert KeptLists(tmp_path / "watch_lists").read(FIRST_LIST) == (symbol,)


def test_a_scan_is_known_by_what_decides_its_matches():
    job = ProcessingJob("close > 1", name="dips")
    assert scan_name(job) == scan_name(ProcessingJob("close > 1", {"up": "roc(close, 5)"}, name="dips"))
    assert scan_name(job) != scan_name(ProcessingJob("close > 2", name="dips"))
    assert scan_name(job).startswith("dips ")
