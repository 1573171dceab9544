"""From a scan to its evidence in the real window: when it is looked at, and not before."""

from __future__ import annotations

import threading

import pytest

from engine.scan.evaluation.forward_pass import measure_signals
from gui.bridge.scan_state import ScanState
from gui.evidence.state import Phase
from gui.flows.time_left import TimeLeft

FORMULA = "cross_above(rsi(close, 14), 50)"


@pytest.fixture
def scanned(qtbot, candlewick):
    def run(formula: str = FORMULA):
        candlewick.editor.set_text(formula)
        with qtbot.waitSignal(candlewick.scan_flow.finished):
            candlewick.form.request_run()
        qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE)
        return candlewick

    return run


def test_nothing_is_measured_until_somebody_looks(qtbot, scanned):
    window = scanned()
    assert window.evidence.phase is Phase.WAITING
    window.window.raise_panel("evidence")
    qtbot.waitUntil(lambda: window.evidence.phase is Phase.SHOWN)
    windows = window.evidence.model.evidence.windows
    assert [each.statistics.window for each in windows] == list(window.settings.forward_windows)


def test_the_table_gets_the_forward_columns_in_its_own_order(qtbot, scanned):
    window = scanned()
    with qtbot.waitSignal(window.results.model.modelReset):
        window.evidence_flow.measure()
    qtbot.waitUntil(lambda: window.evidence.phase is Phase.SHOWN)
    table = window.results.all_matches()
    assert [name for name in table.column_names if name.startswith("fwd_")] == [
        f"fwd_{each}" for each in window.settings.forward_windows
    ]
    # A late match has not matured, an early one has.
    days = table["timestamp"].to_pylist()
    by_day = dict(zip(days, table["fwd_40"].to_pylist(), strict=True))
    assert by_day[min(days)] is not None


def test_a_new_scan_takes_columns_and_evidence_away(qtbot, scanned):
    window = scanned()
    window.evidence_flow.measure()
    qtbot.waitUntil(lambda: window.evidence.phase is Phase.SHOWN)
    scanned("cross_below(rsi(close, 14), 50)")
    assert window.evidence.model.rowCount() == 0
    assert not any(name.startswith("fwd_") for name in window.results.all_matches().column_names)


def test_a_scan_without_matches_has_no_evidence(qtbot, scanned):
    window = scanned("close < 0")
    window.window.raise_panel("evidence")
    assert window.evidence.phase is Phase.NO_MATCHES


def test_a_cancel_offers_to_measure_again(qtbot, scanned):
    window = scanned()
    window.evidence_flow.measure()
    window.evidence.cancel_requested.emit()
    assert window.evidence.phase is Phase.WAITING
    assert window.evidence.button.isEnabled()


def test_progress_has_its_time_left_by_the_scans_own_estimate(qtbot, scanned, monkeypatch):
    window, goes_on = scanned(), threading.Event()
    moments = iter((0.0, 5.0))
    monkeypatch.setattr(window.evidence_flow, "_time_left", TimeLeft(lambda: next(moments)))

    def measured_slowly(*arguments, progress, **options):
        progress(3, 12)
        assert goes_on.wait(60)
        return measure_signals(*arguments, **options)

    monkeypatch.setattr("gui.bridge.evidence_bridge.measure_signals", measured_slowly)
    monkeypatch.setattr(window.evidence_flow._time_left, "begin", lambda: None)
    window.evidence_flow.measure()
    qtbot.waitUntil(lambda: window.evidence.bar.maximum() == 12)
    assert window.evidence.bar.text() == "25% · 0:15 left"
    goes_on.set()
    qtbot.waitUntil(lambda: window.evidence.phase is Phase.SHOWN)


def test_the_key_measures_and_shows(qtbot, scanned):
    window = scanned()
    window.actions["measure"].trigger()
    qtbot.waitUntil(lambda: window.evidence.phase is Phase.SHOWN)
    assert window.evidence.isVisible()


def test_what_was_being_measured_does_not_reach_the_table_of_a_run_that_is_opened(
    qtbot, scanned, monkeypatch
):
    window = scanned("close < 0")
    empty = window.scan_flow.run_id
    scanned()
    may_measure = threading.Event()

    def measured_late(*arguments, **options):
        assert may_measure.wait(60)
        return measure_signals(*arguments, **options)

    monkeypatch.setattr("gui.bridge.evidence_bridge.measure_signals", measured_late)
    window.evidence_flow.measure()
    with qtbot.waitSignal(window.runs_flow.told):
        window.runs_flow.open(empty)
    may_measure.set()
    # The scan thread serves one after another: what comes next has what was measured before it.
    with qtbot.waitSignal(window.scan_flow.finished):
        window.form.request_run()
    qtbot.waitUntil(lambda: window.bridge.state is ScanState.IDLE)
    assert window.evidence.phase is Phase.NO_MATCHES
    assert not any(name.startswith("fwd_") for name in window.results.all_matches().column_names)
