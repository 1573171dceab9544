"""Columns by formula in the real window: typed, checked, computed at once, kept with the scan, removed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.scan.saved import load_scan
from gui.bridge.scan_state import ScanState

FORMULA = "quick := ema(close, 5)\nquick > sma(close, 20) and rsi(close, 14) > 60"


@pytest.fixture
def scan(qtbot, candlewick):
    def run(formula: str = FORMULA):
        candlewick.editor.set_text(formula)
        with qtbot.waitSignal(candlewick.scan_flow.finished) as finished:
            candlewick.form.request_run()
        qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE)
        return finished.args[0]

    return run


@pytest.fixture
def add(qtbot, candlewick):
    """Type a column and wait for what becomes of it."""

    def type_in(text: str) -> str:
        candlewick.actions["add_column"].trigger()
        bar = candlewick.results.column_bar
        QTest.keyClicks(bar.line, text)
        with qtbot.waitSignal(candlewick.columns_flow.told) as told:
            QTest.keyClick(bar.line, Qt.Key.Key_Return)
        return told.args[0]

    return type_in


def shown(candlewick):
    return candlewick.results.all_matches()


def message(candlewick, text):
    bar = candlewick.results.column_bar
    bar.open(text)
    return bar.message.text()


def test_named_lines_and_indicators_are_columns_by_themselves(scan):
    names = scan().matches.column_names
    assert names == ["symbol", "timestamp", "close", "quick", "sma(close, 20)", "rsi(close, 14)"]


def test_a_column_is_there_at_once_and_is_that_of_the_next_run(scan, add, candlewick):
    scan()
    assert add("gap := quick - sma(close, 20)") == "Added the column gap"
    table = shown(candlewick)
    expected = np.array(table["quick"]) - np.array(table["sma(close, 20)"])
    np.testing.assert_allclose(np.array(table["gap"]), expected)
    added = dict(zip(zip(table["symbol"], table["timestamp"], strict=True), table["gap"], strict=True))
    matches = scan().matches
    again = zip(zip(matches["symbol"], matches["timestamp"], strict=True), matches["gap"], strict=True)
    assert dict(again) == added


def test_selection_and_place_stay(scan, add, candlewick):
    scan()
    candlewick.results.step(5)
    current = candlewick.results.view.current_id
    add("close * 2")
    assert candlewick.results.view.current_id == current >= 0


def test_a_column_without_a_name_is_called_by_its_formula(scan, add, candlewick):
    scan()
    add("roc(close, 20)")
    assert "roc(close, 20)" in shown(candlewick).column_names
    assert candlewick.form.values().columns == {"roc(close, 20)": "roc(close, 20)"}


def test_it_is_saved_with_the_scan(scan, add, candlewick, tmp_path):
    scan()
    add("mom := roc(close, 20)")
    candlewick.scan_file_flow.save(tmp_path / "mine.yaml")
    assert load_scan(tmp_path / "mine.yaml").job.columns == {"mom": "roc(close, 20)"}


def test_it_is_changed_by_its_name(scan, add, candlewick):
    scan()
    add("mom := close * 0")
    add("mom := close * 2")
    table = shown(candlewick)
    assert table.column_names.count("mom") == 1
    np.testing.assert_allclose(np.array(table["mom"]), 2 * np.array(table["close"]))
    assert candlewick.form.values().columns == {"mom": "close * 2"}


@pytest.mark.parametrize("run_again", [False, True], ids=["added to the table", "of the scan"])
def test_it_is_removed_from_table_and_scan(scan, add, candlewick, run_again):
    scan()
    add("mom := roc(close, 20)")
    if run_again:
        assert "mom" in scan().matches.column_names
    assert candlewick.results.menu_of_columns.own == {"mom": "roc(close, 20)"}
    tip = Qt.ItemDataRole.ToolTipRole
    place = candlewick.results.model.store.index("mom")
    assert "roc(close, 20)" in candlewick.results.model.headerData(place, Qt.Orientation.Horizontal, tip)
    candlewick.results.menu_of_columns.remove_requested.emit("mom")
    assert "mom" not in shown(candlewick).column_names
    assert candlewick.form.values().columns == {}


def test_before_the_first_run_it_waits_for_it(add, scan, candlewick):
    candlewick.editor.set_text(FORMULA)
    assert add("mom := roc(close, 20)") == "Column mom: shown from the next run."
    assert "mom" in scan().matches.column_names


def test_a_rank_over_the_universe_waits_for_the_next_run(scan, add, candlewick):
    scan()
    assert "next run" in message(candlewick, "rank := csrank(close)")
    candlewick.results.column_bar.leave()
    assert add("rank := csrank(close)") == "Column rank: shown from the next run."
    assert "rank" not in shown(candlewick).column_names


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("smaa(close, 20)", "Did you mean 'sma'?", id="misspelt"),
        pytest.param("mom :=", "A formula is missing", id="no formula"),
        pytest.param(":= close", "A name is missing", id="no name"),
        pytest.param("close := open", "already", id="of every result"),
        pytest.param("quick := open", "already", id="a named line"),
        pytest.param("rsi(close, 14)", "already", id="in the table"),
    ],
)
def test_what_is_wrong_is_told_as_it_is_typed(scan, candlewick, text, sentence):
    scan()
    assert sentence in message(candlewick, text)
    candlewick.results.column_bar.submit()
    assert candlewick.form.values().columns == {}


def test_what_it_will_be_is_told_as_it_is_typed(scan, candlewick):
    scan()
    assert message(candlewick, "close > open").startswith("✓ or ✗ for each match")
    assert message(candlewick, "roc(close, 20)").startswith("A number for each match")


def test_the_parts_of_the_formula_are_offered(scan, candlewick):
    scan()
    candlewick.results.add_column()
    model = candlewick.results.column_bar.line.expressions.model()
    offered = {model.index(row, 0).data() for row in range(model.rowCount())}
    assert {"quick > sma(close, 20)", "rsi(close, 14) > 60"} <= offered
    assert not {"60", "sma(close, 20)", "quick"} & offered


def test_a_new_scan_comes_first(qtbot, scan, candlewick):
    scan()
    told = []
    candlewick.columns_flow.told.connect(told.append)
    with qtbot.waitSignal(candlewick.scan_flow.finished) as finished:
        candlewick.columns_flow.add("mom := roc(close, 20)")
        candlewick.form.request_run()
    # Whether it was in time or not, the run that came after it has it.
    assert "mom" in finished.args[0].matches.column_names
    assert shown(candlewick).column_names.count("mom") == 1


def test_closes_come_for_the_rows_in_sight(qtbot, scan, candlewick):
    scan()
    model = candlewick.results.model
    qtbot.waitUntil(lambda: model.closes.get(model.row_id(0)) is not None)
    assert model.closes.get(model.row_id(0))[-1] == pytest.approx(model.number_at(0, 2), rel=1e-6)


def test_the_menu_of_columns_is_reached_by_key(scan, candlewick, qapp):
    scan()
    candlewick.actions["columns"].trigger()
    menu = qapp.activePopupWidget()
    assert menu is not None and menu.isVisible()
    menu.close()
