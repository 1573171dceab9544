from __future__ import annotations

from datetime import date

import pyarrow.compute as pc
import pytest

from engine.scan.job import DateRange, ProcessingJob
from engine.scan.saved import SavedScan, load_scan, save_scan
from gui.bridge.scan_state import ScanState
from gui.flows import scan_file_flow
from gui.scan_form.state import FormValues

JOB = ProcessingJob(
    "close > sma(close, :n)",
    columns={"strength": "roc(close, 20)"},
    timeframe="1w",
    date_range=DateRange(date(2024, 1, 1), date(2025, 6, 30)),
    symbols=("XITA", "ZORA"),
    parameters={"n": 20},
    lookback_days=90,
    name="mine",
)


def test_a_saved_scan_comes_through_the_window_unchanged(qtbot, candlewick, tmp_path):
    save_scan(SavedScan("mine", "", JOB), tmp_path / "mine.yaml")
    candlewick.scan_file_flow.open(tmp_path / "mine.yaml")
    candlewick.scan_file_flow.save(tmp_path / "again.yaml")
    again = load_scan(tmp_path / "again.yaml").job
    assert {**again.to_mapping(), "name": ""} == {**JOB.to_mapping(), "name": ""}


def test_data_and_workers_stay_when_a_scan_is_opened(candlewick, tmp_path, universe):
    before = candlewick.form.values()
    candlewick.scan_file_flow.take(SavedScan("mine", "", JOB))
    after = candlewick.form.values()
    assert (after.data_path, after.workers) == (before.data_path, before.workers) == (str(universe), 1)


def test_the_editor_knows_the_parameters_of_an_opened_scan(candlewick):
    candlewick.scan_file_flow.take(SavedScan("mine", "", JOB))
    candlewick.formula_check.flush()
    assert candlewick.editor.problems() == ()
    candlewick.form.set_values(FormValues(formula=JOB.formula))
    candlewick.formula_check.flush()
    assert candlewick.editor.problems()


def test_a_file_that_is_no_scan_is_told_above_run_and_changes_nothing(candlewick, tmp_path):
    (tmp_path / "bad.yaml").write_text("formla: close > 1\n", encoding="utf-8")
    before = candlewick.form.values()
    candlewick.scan_file_flow.open(tmp_path / "bad.yaml")
    assert "Did you mean 'formula'?" in candlewick.form.general_problem()
    assert candlewick.form.values() == before


def test_a_scan_for_events_comes_through_the_form(candlewick, tmp_path):
    job = ProcessingJob(
        "close > 1", detectors=("breakout", "gap"), detector_parameters={"gap": {"percent": 2.5}}, name="gaps"
    )
    save_scan(SavedScan("gaps", "", job), tmp_path / "gaps.yaml")
    candlewick.scan_file_flow.open(tmp_path / "gaps.yaml")
    assert candlewick.scan_flow.request().job.to_mapping() == job.to_mapping()


def test_a_scan_of_several_formulas_runs_and_says_which_it_was(qtbot, candlewick, tmp_path):
    several = ProcessingJob(
        "", formulas={"up": "close > sma(close, :n)", "down": "close < 1"}, parameters={"n": 20}, name="two"
    )
    save_scan(SavedScan("two", "", several), tmp_path / "two.yaml")
    candlewick.scan_file_flow.open(tmp_path / "two.yaml")
    assert candlewick.editor.text() == "close > sma(close, :n)"
    assert candlewick.scan_flow.request().job.to_mapping() == several.to_mapping()
    with qtbot.waitSignal(candlewick.scan_flow.finished) as finished:
        candlewick.form.request_run()
    assert "formula" in candlewick.results.all_matches().column_names
    assert set(finished.args[0].matches["formula"].to_pylist()) == {"up"}
    qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE)


def test_a_mistake_in_one_of_several_formulas_is_shown_in_the_editor(qtbot, candlewick):
    several = ProcessingJob("", formulas={"up": "close > 1", "down": "clsoe < 1"})
    candlewick.scan_file_flow.take(SavedScan("two", "", several))
    with qtbot.waitSignal(candlewick.scan_flow.failed):
        candlewick.form.request_run()
    assert candlewick.editor.text() == "clsoe < 1"
    assert candlewick.editor.problems()
    qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE)


@pytest.mark.parametrize(
    ("typed", "written"),
    [("plain", "plain.yaml"), ("above 1.5", "above 1.5.yaml"), ("x.yml", "x.yml")],
)
def test_a_name_without_an_ending_gets_one(candlewick, tmp_path, monkeypatch, typed, written):
    monkeypatch.setattr(scan_file_flow.QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / typed), ""))
    candlewick.actions["save_scan"].trigger()
    assert (tmp_path / written).exists()


def test_a_place_that_cannot_be_written_is_told_above_run(candlewick, tmp_path):
    candlewick.scan_file_flow.save(tmp_path / "no_folder" / "x.yaml")
    assert "Cannot write" in candlewick.form.general_problem()


def test_a_scan_chosen_in_the_dialog_is_opened(candlewick, tmp_path, monkeypatch):
    save_scan(SavedScan("mine", "", JOB), tmp_path / "mine.yaml")
    chosen = (str(tmp_path / "mine.yaml"), "")
    monkeypatch.setattr(scan_file_flow.QFileDialog, "getOpenFileName", lambda *_: chosen)
    candlewick.actions["open_scan"].trigger()
    assert candlewick.editor.text() == JOB.formula
    assert "Opened" in candlewick.window.statusBar().currentMessage()


def test_a_scan_for_events_fills_the_table_and_marks_their_bars(qtbot, candlewick):
    job = ProcessingJob(detectors=("gap",), detector_parameters={"gap": {"percent": 0.5}})
    candlewick.scan_file_flow.take(SavedScan("gaps", "", job))
    with qtbot.waitSignal(candlewick.scan_flow.finished) as finished:
        candlewick.form.request_run()
    matches = finished.args[0].matches
    assert {"event", "score", "detector"} <= set(candlewick.results.all_matches().column_names)
    qtbot.waitUntil(lambda: candlewick.chart.data is not None)
    chart = candlewick.chart.data
    own = matches.filter(pc.equal(matches["symbol"], chart.symbol))["timestamp"].to_numpy()
    assert chart.bars.timestamp[chart.signals].tolist() == sorted(set(own.tolist()))
    qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE)
