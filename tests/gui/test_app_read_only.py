"""Two windows on the same settings: the second one scans, and keeps nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QLabel

from engine.scan.runs.store import RunStore
from engine.settings import Settings
from gui.app import CandlewickApp
from gui.bridge.scan_state import ScanState
from gui.remembered import Remembered


@pytest.fixture
def second(qtbot, candlewick, universe, tmp_path):
    """A window beside the one that writes, with the same settings, marks and runs."""
    store = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    made = CandlewickApp(
        QApplication.instance(), candlewick.settings, tmp_path / "demo", Remembered(store, is_read_only=True)
    )
    qtbot.addWidget(made.window)
    with qtbot.waitSignal(made.data_flow.ready):
        made.open(str(universe))
    yield made
    made.window.close()
    assert made.shut_down()
    made.deleteLater()


def scan(qtbot, window):
    window.editor.set_text("cross_above(rsi(close, 14), 50)")
    with qtbot.waitSignal(window.scan_flow.finished) as finished:
        window.form.request_run()
    qtbot.waitUntil(lambda: window.bridge.state is ScanState.IDLE)
    return finished.args[0]


def runs(settings: Settings) -> list[str]:
    return [run.id for run in RunStore.of(settings).list_runs()]


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_title_and_status_bar_say_that_it_is_read_only(candlewick, second):
    assert "read-only" in second.window.windowTitle()
    labels = [label.text() for label in second.window.statusBar().findChildren(QLabel)]
    assert any(text.startswith("Read-only") for text in labels)
    assert "read-only" not in candlewick.window.windowTitle()


def test_it_scans_and_leaves_no_run_no_mark_and_no_layout(qtbot, second, tmp_path):
    before = files(tmp_path)
    result = scan(qtbot, second)
    assert result.summary.complete and result.matches.num_rows
    second.results.view.go_to(0)
    second.results.view.seen_toggled.emit()
    second.results.view.watch_toggled.emit()
    assert second.results.model.seen and second.results.watched, "they are there as long as the window is"
    second.look_flow.choose("dark")
    second.window.close()
    assert second.shut_down()
    assert files(tmp_path) == before


def test_runs_of_the_other_window_can_be_opened_but_neither_removed_nor_resumed(qtbot, candlewick, second):
    scan(qtbot, candlewick)
    (kept,) = runs(second.settings)
    with qtbot.waitSignal(second.runs_flow.told):
        second.runs_flow.open(kept)
    assert second.results.model.rowCount() > 0
    for refused in (second.runs_flow.remove, second.runs_flow.resume):
        refused(kept)
        assert "read-only" in second.runs.sentence()
    assert runs(second.settings) == [kept]
    assert second.bridge.state is ScanState.IDLE
