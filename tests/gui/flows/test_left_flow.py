"""Symbols that left a scan since the run before, in the real window: seen, and never taken for matches."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from engine.data.opening import open_repository
from engine.data.parquet import BARS_FILE, write_bars
from gui.bridge.scan_state import ScanState

# Held is who closes above the close of the bar before.
FORMULA = "close > ref(close, 1)"


@pytest.fixture
def market(universe, tmp_path):
    """A copy of the universe that may be changed."""
    return shutil.copytree(universe, tmp_path / "market")


@pytest.fixture
def scanned(qtbot, build, market):
    made = build()
    with qtbot.waitSignal(made.data_flow.ready):
        made.open(str(market))

    def scan(formula: str = FORMULA):
        made.editor.set_text(formula)
        with qtbot.waitSignal(made.scan_flow.finished):
            made.form.request_run()
        qtbot.waitUntil(lambda: made.bridge.state is ScanState.IDLE)
        return made

    return scan


def drop_last_bar(market, symbol: str) -> None:
    bars = open_repository(str(market)).read_raw(symbol)
    write_bars(bars.take(slice(0, len(bars) - 1)), market / f"symbol={symbol}" / BARS_FILE)


def held(market) -> dict[str, tuple[bool, bool]]:
    """Return for each symbol whether its last bar matches, and whether the one before does."""
    repository = open_repository(str(market))
    rises = {symbol: np.diff(repository.read_raw(symbol).close) > 0 for symbol in repository.symbols()}
    return {symbol: (bool(each[-1]), bool(each[-2])) for symbol, each in rises.items()}


@pytest.fixture
def left(qtbot, scanned, market):
    """The window after a second scan, and who left: their last bar is another one now."""
    before = held(market)
    leaving = sorted(symbol for symbol, truths in before.items() if truths == (True, False))
    assert leaving
    scanned()
    for symbol in leaving:
        drop_last_bar(market, symbol)
    window = scanned()
    qtbot.waitUntil(lambda: bool(window.runs.change()))
    return window, leaving


def test_who_left_is_counted_below_the_table_and_listed(qtbot, left):
    window, leaving = left
    button = window.results.footer.left_button
    assert button.text() == f"− {len(leaving)} left since the run before…"
    assert button.accessibleName() == f"{len(leaving)} left since the run before…"
    button.click()
    shown = window.left_flow.list
    assert shown.isVisible()
    assert [symbol for symbol, _ in shown.model.rows] == leaving
    shown.close()


def test_who_left_is_no_match_in_table_count_or_export(left):
    window, leaving = left
    result = window.scan_flow.result
    table = window.results.all_matches()
    assert table.num_rows == result.matches.num_rows == window.results.model.rowCount()
    newest = open_repository(window.form.values().data_path)
    for symbol in leaving:
        last = newest.read_raw(symbol).timestamp[-1]
        days = table["timestamp"].to_numpy()[table["symbol"].to_numpy() == symbol]
        assert last not in days


def test_going_through_the_list_flips_the_chart(qtbot, left):
    window, leaving = left
    window.results.footer.left_button.click()
    for row, symbol in enumerate(leaving):
        window.left_flow.list.table.selectRow(row)
        qtbot.waitUntil(
            lambda symbol=symbol: window.chart.data is not None and window.chart.data.symbol == symbol
        )
    window.left_flow.list.close()


def test_another_scan_takes_button_and_list_away(left, scanned):
    window, _ = left
    window.results.footer.left_button.click()
    scanned("close > 0")
    assert not window.results.footer.left_button.isVisibleTo(window.results)
    assert not window.left_flow.list.isVisible()
    assert window.left_flow.list.model.rows == ()


def test_without_anybody_who_left_there_is_no_button(qtbot, scanned):
    scanned()
    window = scanned()
    qtbot.waitUntil(lambda: bool(window.runs.change()))
    assert not window.results.footer.left_button.isVisibleTo(window.results)
