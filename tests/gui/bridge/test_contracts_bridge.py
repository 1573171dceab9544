"""Searches for contracts off the window's thread: the newest counts, a cancel keeps every row."""

from __future__ import annotations

import csv

import pyarrow as pa
import pytest
from option_market import AS_OF, SPOT, market_columns

from gui.bridge.background import BackgroundWork
from gui.bridge.contracts_bridge import ContractsBridge


@pytest.fixture
def chains(tmp_path):
    columns, path = market_columns(), tmp_path / "chains.csv"
    names = ("right", "expiration", "strike", "bid", "ask", "open_interest")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("ticker", "as_of", "spot", *names))
        writer.writerows(
            ("ABC", AS_OF.isoformat(), SPOT, *row) for row in zip(*map(columns.get, names), strict=True)
        )
    return path


@pytest.fixture
def bridge(qtbot):
    background = BackgroundWork("options")
    yield ContractsBridge(background, background)
    assert background.close()
    background.deleteLater()


ROWS = pa.table({"symbol": ["ABC", "XYZ"]})


def test_contracts_are_found_with_progress(qtbot, bridge, chains):
    told = []
    bridge.progressed.connect(lambda completed, total: told.append((completed, total)))
    with qtbot.waitSignal(bridge.found) as found:
        bridge.start(ROWS, chains, {})
    (result,) = found.args
    assert result.table.column("Contract_Status").to_pylist() == ["Success", "No_Chain_Data"]
    qtbot.waitUntil(lambda: told[-1:] == [(2, 2)])


def test_measured_forward_returns_are_held_against_the_contracts(qtbot, bridge, chains):
    rows = ROWS.append_column("fwd_20", pa.array([0.5, -0.5]))
    with qtbot.waitSignal(bridge.found) as found:
        bridge.start(rows, chains, {})
    assert found.args[0].table.column("Past_Win_Rate").to_pylist() == [0.5, None]


def test_only_the_newest_search_is_told(qtbot, bridge, chains):
    results = []
    bridge.found.connect(results.append)
    bridge.start(ROWS, chains, {})
    with qtbot.waitSignal(bridge.found):
        bridge.start(ROWS, chains, {"strategy": "long_put"})
    assert [each.table.column("Strategy_Name")[0].as_py() for each in results] == ["long_put"]


def test_what_cannot_be_read_is_told_and_the_next_search_works(qtbot, bridge, chains, tmp_path):
    with qtbot.waitSignal(bridge.failed) as failed:
        bridge.start(ROWS, tmp_path / "none.csv", {})
    assert "does not exist" in str(failed.args[0])
    with qtbot.waitSignal(bridge.found):
        bridge.start(ROWS, chains, {})


def test_a_cancel_keeps_every_row(qtbot, bridge, chains):
    with qtbot.waitSignal(bridge.found) as found:
        bridge.start(ROWS, chains, {})
        bridge.cancel()
    assert found.args[0].table.num_rows == 2
