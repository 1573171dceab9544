"""What the palette offers in the whole window, and that it is done."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.scan.job import ProcessingJob
from engine.scan.saved import SavedScan, ready_made_scans, save_scan
from gui.actions import ACTIONS
from gui.bridge.scan_state import ScanState
from gui.palette.panel import CommandPalette


@pytest.fixture
def window(qtbot, candlewick):
    candlewick.window.activateWindow()
    qtbot.waitUntil(candlewick.window.isActiveWindow)
    return candlewick


@pytest.fixture
def palette(window) -> CommandPalette:
    return window.window.findChild(CommandPalette)


def open_with(window, typed: str = "") -> None:
    QTest.keyClick(window.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(window.window.findChild(CommandPalette).field, typed)


def offered(palette: CommandPalette) -> dict[str, bool]:
    return {found.entry.id: found.entry.is_available for found in palette.state.found}


def test_every_action_is_offered_with_what_can_be_done_now(window, palette):
    open_with(window)
    ids = {entry.id: entry for entry in palette.state._entries}
    assert {f"action:{spec.id}" for spec in ACTIONS if spec.id != "palette"} <= ids.keys()
    assert ids["action:run"].is_available and not ids["action:cancel"].is_available
    assert ids["action:run"].keys == "F5"
    assert ids["action:show_forward"].is_on and not ids["action:log_scale"].is_on
    assert ids["action:candles_green_red"].text == "Candle colours: Green up, red down"


def test_an_action_is_carried_out(qtbot, window, palette):
    open_with(window, "green up")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.theme_switch.pair == "green_red"
    assert window.actions["candles_green_red"].isChecked()


def test_a_ready_made_scan_is_put_into_the_form(window, palette):
    scan = ready_made_scans()[0]
    open_with(window, scan.name)
    assert palette.state.entry.id == f"ready:{scan.name}"
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.form.values().formula == scan.job.formula


def test_a_scan_file_is_offered_once_it_was_used(window, palette, tmp_path):
    path = tmp_path / "my dip.yaml"
    save_scan(SavedScan("my dip", "", ProcessingJob("close < 12345")), path)
    open_with(window, "my dip")
    assert f"file:{path}" not in offered(palette)
    palette.leave()
    window.scan_file_flow.open(path)
    window.editor.set_text("close > 1")
    open_with(window, "my dip")
    assert palette.state.entry.id == f"file:{path}"
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.form.values().formula == "close < 12345"


def test_a_kept_run_and_a_symbol_can_be_gone_to(qtbot, window, palette):
    window.editor.set_text("close > 0")
    with qtbot.waitSignal(window.scan_flow.finished):
        window.form.request_run()
    qtbot.waitUntil(lambda: window.bridge.state is ScanState.IDLE and bool(window.runs.model.rows))
    run = window.runs.model.rows[0].run_id
    open_with(window)
    assert f"run:{run}" in {entry.id for entry in palette.state._entries}
    symbol = palette.state._symbols[3]
    QTest.keyClicks(palette.field, f"go to {symbol.lower()}")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.chart.data is not None and window.chart.data.symbol == symbol)
    # Opening it again computes nothing.
    with qtbot.waitSignal(window.scan_flow.finished):
        window.palette_flow.carry_out(next(e for e in palette.state._entries if e.id == f"run:{run}"))
