"""Recent runs in the real window: kept, opened, resumed, removed, looked up, compared."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.data.opening import open_repository
from engine.scan.events import SymbolOutcome
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.scan.runs.journal import Rhythm
from engine.scan.runs.store import RunStore
from engine.scan.saved import SavedScan, save_scan
from gui.bridge.scan_state import ScanState
from gui.runs.state import RunRow

FORMULA = "close > sma(close, 20)"


@pytest.fixture
def store(candlewick) -> RunStore:
    return RunStore.of(candlewick.settings)


@pytest.fixture
def scan(qtbot, candlewick):
    """Scan from the window and wait until the list of runs has it."""

    def run(formula: str = FORMULA):
        candlewick.editor.set_text(formula)
        with qtbot.waitSignal(candlewick.scan_flow.finished) as finished:
            candlewick.form.request_run()
        qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE)
        run_id = candlewick.scan_flow.run_id
        qtbot.waitUntil(lambda: states(candlewick).get(run_id) == "complete")
        return finished.args[0]

    return run


def states(candlewick) -> dict[str, str]:
    return {row.run_id: row.cells[-1] for row in candlewick.runs.model.rows}


def texts(candlewick) -> list[str]:
    return [row.cells[1] for row in candlewick.runs.model.rows]


def interrupted_run(store: RunStore, universe, after: int = 4) -> str:
    eager = RunStore(store.folder, rhythm=Rhythm(symbols=1, rest=0.0, patience=0.0))
    with ProcessingEngine(open_repository(str(universe)), backend="inline", runs=eager) as engine:
        events = engine.stream(ProcessingJob(FORMULA))
        run_id = next(events).run_id
        for _ in range(after):
            next(event for event in events if isinstance(event, SymbolOutcome))
        events.close()
    return run_id


def test_a_scan_of_the_window_is_kept_and_listed(scan, candlewick, store):
    result = scan()
    (kept,) = store.list_runs()
    assert kept.state == "complete" and kept.manifest.matches == result.matches.num_rows
    assert texts(candlewick) == [FORMULA]


def test_the_run_that_is_shown_is_the_current_one_of_the_list(qtbot, scan, candlewick):
    scan()
    candlewick.runs.table.selectRow(0)
    scan("close < sma(close, 20)")
    assert candlewick.runs.current().run_id == candlewick.scan_flow.run_id


def test_a_run_that_the_user_goes_to_stays_the_current_one(scan, candlewick, qtbot):
    scan()
    first = candlewick.scan_flow.run_id
    scan("close < sma(close, 20)")
    candlewick.runs.go_to(first)
    with qtbot.waitSignal(candlewick.runs.model.modelReset):
        candlewick.runs_flow.refresh()
    assert candlewick.runs.current().run_id == first


def test_an_opened_run_is_in_table_form_and_chart_without_a_scan(qtbot, scan, candlewick):
    first = scan()
    run_id = candlewick.scan_flow.run_id
    scan("close < sma(close, 20) and close < 0")
    with (
        qtbot.waitSignal(candlewick.scan_flow.finished) as finished,
        qtbot.assertNotEmitted(candlewick.bridge.starting),
    ):
        candlewick.runs.open_requested.emit(run_id)
    assert finished.args[0].matches.equals(first.matches)
    assert candlewick.results.all_matches().num_rows == first.matches.num_rows
    assert candlewick.editor.text() == FORMULA
    assert candlewick.scan_flow.run_id == run_id
    qtbot.waitUntil(lambda: candlewick.chart.data is not None)
    assert candlewick.actions["export"].isEnabled()


@pytest.fixture
def reading(qtbot, candlewick, monkeypatch):
    """Open a run whose reading stands still in the middle until ``goes_on`` is set."""
    goes_on, open_run = threading.Event(), RunStore.open_run

    def slow(store, run, progress=None):
        if progress is not None:
            progress(5, 10)
            assert goes_on.wait(60)
        return open_run(store, run, progress)

    def begin(run: str):
        monkeypatch.setattr(RunStore, "open_run", slow)
        monkeypatch.setattr(candlewick.runs_flow._reading, "_patience", 0.0)
        candlewick.runs.open_requested.emit(run)
        qtbot.waitUntil(lambda: not candlewick.runs_flow.row.isHidden())
        return goes_on

    return begin


def test_opening_a_long_run_shows_how_far_it_is(qtbot, scan, candlewick, reading):
    scan()
    run_id = candlewick.scan_flow.run_id
    goes_on = reading(run_id)
    row = candlewick.runs_flow.row
    assert row.label.text().startswith(f"Opening run {run_id}")
    assert row.bar.value() == row.bar.maximum() // 2
    with qtbot.waitSignal(candlewick.scan_flow.finished):
        goes_on.set()
    assert row.isHidden()


def test_a_cancelled_opening_leaves_the_window_as_it_was(qtbot, scan, candlewick, reading):
    scan()
    first = candlewick.scan_flow.run_id
    scan("close > sma(close, 50)")
    now, shown = candlewick.scan_flow.run_id, candlewick.results.all_matches()
    goes_on = reading(first)
    with qtbot.waitSignal(candlewick.runs_flow.told) as told:
        candlewick.runs_flow.row.cancel_button.click()
    assert told.args == ["Cancelled: the run was not opened."]
    goes_on.set()
    # The thread serves one after another: what is asked for next comes after what was cancelled.
    candlewick.runs.symbol.setText("AAA")
    candlewick.runs.symbol.returnPressed.emit()
    qtbot.waitUntil(lambda: candlewick.runs.model.is_catches or bool(candlewick.runs.sentence()))
    assert candlewick.scan_flow.run_id == now
    assert candlewick.editor.text() == "close > sma(close, 50)"
    assert candlewick.results.all_matches().equals(shown)


def test_a_scan_that_starts_gives_up_the_opening(qtbot, scan, candlewick, reading):
    scan()
    goes_on = reading(candlewick.scan_flow.run_id)
    candlewick.editor.set_text("close > sma(close, 50)")
    with qtbot.waitSignal(candlewick.scan_flow.finished):
        candlewick.form.request_run()
        assert candlewick.runs_flow.row.isHidden()
        goes_on.set()
    qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE and len(texts(candlewick)) == 2)
    assert candlewick.editor.text() == "close > sma(close, 50)"


def test_an_interrupted_run_is_completed_on_request(qtbot, scan, candlewick, store, universe):
    whole = scan()
    run_id = interrupted_run(store, universe)
    candlewick.runs_flow.refresh()
    qtbot.waitUntil(lambda: states(candlewick).get(run_id) == "interrupted")
    with qtbot.waitSignal(candlewick.scan_flow.finished) as finished:
        candlewick.runs.resume_requested.emit(run_id)
    assert finished.args[0].matches.equals(whole.matches)
    qtbot.waitUntil(lambda: states(candlewick).get(run_id) == "complete")
    assert store.manifest(run_id).resumed == 1


def test_an_interrupted_run_is_opened_as_partial(qtbot, candlewick, store, universe):
    run_id = interrupted_run(store, universe)
    with qtbot.waitSignal(candlewick.scan_flow.finished) as finished:
        candlewick.runs.open_requested.emit(run_id)
    result = finished.args[0]
    assert not result.summary.complete
    assert result.summary.symbols["cancelled"] == 8


def test_a_removed_run_is_gone_from_list_and_disk(qtbot, scan, candlewick, store):
    scan()
    candlewick.runs.remove_requested.emit(candlewick.scan_flow.run_id)
    qtbot.waitUntil(lambda: candlewick.runs.model.rowCount() == 0)
    assert store.list_runs() == ()


def test_a_run_that_is_gone_is_answered_in_the_panel(qtbot, candlewick):
    candlewick.runs.open_requested.emit("20990101T000000-gone")
    qtbot.waitUntil(lambda: candlewick.runs.sentence().startswith("⚠"))


def test_a_symbol_is_looked_up_in_all_runs_however_it_is_typed(qtbot, scan, candlewick):
    result = scan()
    symbol = result.matches["symbol"][0].as_py()
    panel = candlewick.runs
    panel.days.setValue(36_600)
    panel.symbol.setText(symbol.lower())
    panel.symbol.returnPressed.emit()
    qtbot.waitUntil(lambda: panel.model.is_catches)
    expected = result.matches["symbol"].to_pylist().count(symbol)
    kept = [row for row in panel.model.rows if row.run_id]
    assert len(kept) == expected > 0
    assert {row.run_id for row in kept} == {candlewick.scan_flow.run_id}
    panel.symbol.clear()
    qtbot.waitUntil(lambda: not panel.model.is_catches and panel.model.rowCount() == 1)


def test_a_saved_scan_that_caught_the_symbol_stands_there_under_its_name(qtbot, candlewick, tmp_path):
    path = tmp_path / "above the mean.yaml"
    save_scan(SavedScan("above the mean", "", ProcessingJob(FORMULA)), path)
    candlewick.scan_file_flow.open(path)
    with qtbot.waitSignal(candlewick.scan_flow.finished) as finished:
        candlewick.form.request_run()
    qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE and bool(candlewick.runs.model.rows))
    panel = candlewick.runs
    panel.days.setValue(36_600)
    panel.symbol.setText(finished.args[0].matches["symbol"][0].as_py())
    panel.symbol.returnPressed.emit()
    qtbot.waitUntil(lambda: panel.model.is_catches)
    assert {row.cells[1] for row in panel.model.rows if row.run_id} == {"above the mean"}
    assert {row.cells[1] for row in panel.model.rows if row.scan}.isdisjoint({"above the mean"})


@pytest.fixture
def asked(qtbot, candlewick):
    """Look a symbol up over all days; return the rows by the name of their scan."""

    def ask(symbol: str) -> dict[str, list[RunRow]]:
        panel = candlewick.runs
        panel.days.setValue(36_600)
        panel.symbol.setText(symbol)
        panel.symbol.returnPressed.emit()
        qtbot.waitUntil(lambda: panel.model.is_catches)
        rows: dict[str, list[RunRow]] = {}
        for row in panel.model.rows:
            rows.setdefault(row.cells[1], []).append(row)
        return rows

    return ask


@pytest.fixture
def saved(candlewick, tmp_path):
    """Save scans that the window knows."""

    def save(name: str, job: ProcessingJob) -> Path:
        path = tmp_path / f"{name}.yaml"
        save_scan(SavedScan(name, "", job), path)
        candlewick.scan_file_flow.open(path)
        return path

    return save


def test_saved_scans_that_were_never_run_are_asked_about_the_symbol(
    qtbot, candlewick, universe, asked, saved
):
    symbol = open_repository(universe).symbols()[0]
    saved("risen", ProcessingJob("close > ref(close, 1)"))
    saved("never", ProcessingJob("close < 0"))
    saved("strongest", ProcessingJob("csrank(close) > 0.9"))
    rows = asked(symbol.lower())
    close = open_repository(universe).read_raw(symbol).close
    assert len(rows["risen"]) == int((close[1:] > close[:-1]).sum())
    assert {row.cells[3] for row in rows["risen"]} == {"not run yet"}
    assert [row.cells[0] for row in rows["never"]] == ["no match"]
    assert [row.cells[0] for row in rows["strongest"]] == ["?"]
    assert "csrank compares all symbols" in rows["strongest"][0].tip
    assert "Golden cross" in rows, "the ready-made scans are saved scans, too"
    assert candlewick.runs.sentence().endswith("13 scans not run yet")


def test_return_on_such_a_scan_puts_it_into_the_form(qtbot, candlewick, universe, asked, saved):
    saved("risen", ProcessingJob("close > ref(close, 1)"))
    candlewick.editor.set_text("close > 0")
    rows = asked(open_repository(universe).symbols()[0])
    panel = candlewick.runs
    panel.table.selectRow(panel.model.rows.index(rows["risen"][0]))
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert candlewick.editor.text() == "close > ref(close, 1)"
    panel.table.selectRow(panel.model.rows.index(rows["Golden cross"][0]))
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert "cross_above" in candlewick.editor.text()


def test_once_it_has_been_run_its_runs_answer(scan, asked, saved, universe, candlewick):
    saved("risen", ProcessingJob("close > ref(close, 1)"))
    scan("close  >  ref(close, 1)")
    rows = asked(open_repository(universe).symbols()[0])
    assert all(row.run_id and not row.scan for row in rows["risen"])
    assert candlewick.runs.sentence().endswith("10 scans not run yet")


def test_a_symbol_that_neither_runs_nor_data_know_is_refused(qtbot, candlewick, scan):
    scan()
    candlewick.runs.symbol.setText("NOBODY")
    candlewick.runs.symbol.returnPressed.emit()
    qtbot.waitUntil(lambda: candlewick.runs.sentence().startswith("⚠"))
    assert "NOBODY" in candlewick.runs.sentence()


def test_a_second_run_of_a_scan_says_what_became_of_each_symbol(qtbot, scan, candlewick):
    scan()
    assert "change" not in candlewick.results.all_matches().column_names
    scan()
    qtbot.waitUntil(lambda: "change" in candlewick.results.all_matches().column_names)
    found = set(candlewick.results.all_matches()["change"].to_pylist())
    assert "persisting" in found and found <= {"persisting", None}
    assert "0 entered" in candlewick.runs.change()
    candlewick.results.set_filter("change=persisting")
    shown = candlewick.results.visible_table()["change"].to_pylist()
    assert shown and set(shown) == {"persisting"}


def test_the_change_of_the_scan_before_does_not_stand_beside_the_next(qtbot, scan, candlewick):
    scan()
    scan()
    qtbot.waitUntil(lambda: bool(candlewick.runs.change()))
    scan("close > sma(close, 50)")
    assert candlewick.runs.change() == ""
