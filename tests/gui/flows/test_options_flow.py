"""From a scan in the window to option contracts for its matches, and to a file."""

from __future__ import annotations

import csv
import shutil

import pytest
from option_market import AS_OF, SPOT, market_columns
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from engine.scan.demo import CHAINS_FILE
from gui.bridge.scan_state import ScanState
from gui.flows.time_left import TimeLeft
from gui.options_panel.state import Phase


@pytest.fixture
def scanned(qtbot, candlewick):
    candlewick.editor.set_text("close > sma(close, 20)")
    with qtbot.waitSignal(candlewick.scan_flow.finished) as finished:
        QTest.keyClick(candlewick.window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE)
    assert finished.args[0].matches.num_rows
    return candlewick


@pytest.fixture
def chains(tmp_path, scanned):
    """A file of chains of one of the scan's symbols."""
    symbol = scanned.results.visible_table().column("symbol")[0].as_py()
    columns, path = market_columns(), tmp_path / "chains.csv"
    names = ("right", "expiration", "strike", "bid", "ask", "open_interest")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("ticker", "as_of", "spot", *names))
        writer.writerows(
            (symbol, AS_OF.isoformat(), SPOT, *row) for row in zip(*map(columns.get, names), strict=True)
        )
    return path


def choose_chains(monkeypatch, candlewick, path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(path), ""))
    candlewick.options.choose.click()


def test_every_visible_match_gets_a_row_with_its_contracts(qtbot, monkeypatch, scanned, chains, tmp_path):
    panel = scanned.options
    choose_chains(monkeypatch, scanned, chains)
    with qtbot.waitSignal(scanned.contracts_bridge.found):
        panel.button.click()
    assert panel.phase is Phase.SHOWN
    visible = scanned.results.visible_table()
    table = panel.model.result.table
    assert table.column("symbol").equals(visible.column("symbol"))
    assert set(table.column("Contract_Status").to_pylist()) == {"Success", "No_Chain_Data"}
    out = tmp_path / "contracts.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(out), ""))
    with qtbot.waitSignal(scanned.export_flow.told):
        panel.export.click()
    assert out.read_text(encoding="utf-8").count("\n") == table.num_rows + 1


def test_chains_that_cannot_be_read_are_told_in_the_panel(qtbot, monkeypatch, scanned, tmp_path):
    choose_chains(monkeypatch, scanned, tmp_path / "none.csv")
    with qtbot.waitSignal(scanned.contracts_bridge.failed):
        scanned.options.button.click()
    assert "does not exist" in scanned.options.empty.text()


def test_the_search_shows_how_far_it_is_and_the_time_left(monkeypatch, scanned):
    moments = iter((0.0, 6.0))
    monkeypatch.setattr(scanned.options_flow, "_time_left", TimeLeft(lambda: next(moments)))
    scanned.contracts_bridge.progressed.emit(30, 90)
    assert scanned.options.bar.text() == "33% · 0:12 left"


def test_another_scan_forgets_the_contracts_of_the_last(qtbot, monkeypatch, scanned, chains):
    choose_chains(monkeypatch, scanned, chains)
    with qtbot.waitSignal(scanned.contracts_bridge.found):
        scanned.options.button.click()
    with qtbot.waitSignal(scanned.scan_flow.finished):
        QTest.keyClick(scanned.window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: scanned.bridge.state is ScanState.IDLE)
    assert scanned.options.phase is Phase.WAITING
    assert scanned.options.model.rowCount() == 0


def test_chains_beside_the_bars_are_taken_unless_others_were_chosen(
    qtbot, monkeypatch, candlewick, universe, tmp_path
):
    panel, beside, chosen = candlewick.options, tmp_path / "bars", tmp_path / "mine.parquet"
    shutil.copytree(universe, beside)
    (beside / CHAINS_FILE).write_bytes(b"not read before it is needed")
    for address, expected in (
        (beside, beside / CHAINS_FILE),
        (universe, None),
        (beside, beside / CHAINS_FILE),
    ):
        with qtbot.waitSignal(candlewick.data_flow.ready):
            candlewick.data_flow.use(str(address))
        assert panel.chains == expected
    choose_chains(monkeypatch, candlewick, chosen)
    with qtbot.waitSignal(candlewick.data_flow.ready):
        candlewick.data_flow.use(str(universe))
    assert panel.chains == chosen
