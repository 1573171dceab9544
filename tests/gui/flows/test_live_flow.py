"""Live mode in the whole window, on the small universe."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from engine.data.opening import open_repository
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.scan.runs.store import RunStore

FORMULA = "close > sma(close, 50) and rsi(close, 14) > 55"


def count(universe, formula: str) -> int:
    with ProcessingEngine(open_repository(universe), backend="inline") as engine:
        return engine.run(ProcessingJob(formula=formula)).matches.num_rows


@pytest.fixture
def scanned(qtbot, candlewick):
    """The window after a scan, which has put the bars into the snapshot."""
    candlewick.editor.set_text(FORMULA)
    with qtbot.waitSignal(candlewick.scan_flow.finished):
        candlewick.form.request_run()
    qtbot.waitUntil(lambda: candlewick.chart.data is not None)
    qtbot.waitUntil(candlewick.actions["run"].isEnabled)
    return candlewick


@pytest.fixture
def live(qtbot, scanned):
    """Live mode switched on, with its first answer."""
    with qtbot.waitSignal(scanned._live.answered):
        scanned.actions["live"].trigger()
    return scanned


def type_formula(qtbot, app, text: str) -> None:
    with qtbot.waitSignal(app._live.answered):
        app.editor.set_text(text)


def kept_runs(app) -> list[str]:
    """Return the runs on the disk: the panel's list follows a scan after a pause."""
    return [run.id for run in RunStore.of(app.settings).list_runs()]


def put_caret(app, place: int) -> None:
    box = app.editor.focusProxy()
    cursor = box.textCursor()
    cursor.setPosition(place, QTextCursor.MoveMode.MoveAnchor)
    box.setTextCursor(cursor)


def test_it_is_off_until_it_is_switched_on(scanned):
    assert not scanned.live_flow.is_on
    assert not scanned.live_strip.list.isVisible()
    assert scanned.live_strip.button.text() == "Live"


def test_switched_on_after_a_scan_it_counts_and_leaves_the_scans_table(live, universe):
    assert live.live_strip.answer.total == count(universe, FORMULA)
    assert live.scan_flow.result is not None
    assert live.actions["export"].isEnabled()
    assert not live.results.footer.text.startswith("Live")


def test_table_and_counts_follow_what_is_typed_and_no_run_is_kept(qtbot, live, universe):
    (run,) = kept_runs(live)
    text = "close > sma(close, 50) and rsi(close, 14) > 60"
    type_formula(qtbot, live, text)
    assert live.live_strip.answer.total == live.results.model.rowCount() == count(universe, text)
    assert live.results.footer.text.startswith("Live · ")
    assert live.scan_flow.result is None
    assert not live.actions["export"].isEnabled()
    qtbot.waitUntil(lambda: live.why_flow._request.job.formula == text)
    assert kept_runs(live) == [run]


def test_the_chart_keeps_its_match_and_draws_the_new_formula(qtbot, live):
    row = live.results.model.match_of(live.results.view.current_id)
    assert row[0] == live.chart.data.symbol
    type_formula(qtbot, live, "close > ema(close, 50) or close > 0")
    assert live.results.model.match_of(live.results.view.current_id) == row
    qtbot.waitUntil(lambda: any(series.name == "ema(close, 50)" for series in live.chart.data.series))
    assert live.chart.data.symbol == row[0]


def test_a_symbol_that_matches_no_more_keeps_its_chart_without_a_row(qtbot, live):
    symbol = live.chart.data.symbol
    type_formula(qtbot, live, "close > 0 and rsi(close, 14) > 99.99")
    assert live.results.view.current_id == -1
    assert live.results.model.rowCount() == 0
    qtbot.waitUntil(lambda: not len(live.chart.data.signals))
    assert live.chart.data.symbol == symbol


def test_while_the_formula_has_problems_what_is_shown_stays_dimmed(qtbot, live):
    rows = live.results.model.rowCount()
    with qtbot.waitSignal(live._live.refused):
        live.editor.set_text(FORMULA + " and clsoe > 3")
    assert live.live_strip.is_dimmed
    assert "problems" in live.live_strip.line.text()
    assert live.results.model.rowCount() == rows
    type_formula(qtbot, live, FORMULA + " and close > 3")
    assert not live.live_strip.is_dimmed


def test_what_needs_a_scan_is_said_in_one_sentence(qtbot, live):
    with qtbot.waitSignal(live._live.refused):
        live.editor.set_text('detector("golden_cross")')
    assert "press Run" in live.live_strip.line.text()


def test_several_formulas_are_counted_each_with_its_conditions(qtbot, live, universe):
    formulas = {"strong": FORMULA, "weak": "rsi(close, 14) < 30"}
    with qtbot.waitSignal(live._live.answered):
        live.form.set_values(replace(live.form.values(), formulas=formulas))
    rows = live.live_strip.model.rows
    assert [(row.depth, row.text) for row in rows] == [
        (0, "strong"),
        (1, "close > sma(close, 50)"),
        (1, "rsi(close, 14) > 55"),
        (0, "weak"),
        (1, "rsi(close, 14) < 30"),
    ]
    found = {row.text: row.passing for row in rows if not row.depth}
    assert found == {name: count(universe, text) for name, text in formulas.items()}
    assert live.live_strip.answer.total == sum(found.values())
    assert set(live.results.all_matches()["formula"].to_pylist()) == {"strong", "weak"}
    type_formula(qtbot, live, FORMULA + " and close < 0")
    assert set(live.results.all_matches()["formula"].to_pylist()) == {"weak"}


def test_it_waits_for_a_scan_and_counts_again_after_it(qtbot, live):
    type_formula(qtbot, live, FORMULA + " and close > 1")
    answered = []
    live._live.answered.connect(answered.append)
    with qtbot.waitSignal(live.scan_flow.finished):
        live.form.request_run()
        assert "Waits" in live.live_strip.line.text()
    qtbot.waitUntil(lambda: bool(answered))
    assert live.scan_flow.result is not None
    assert not live.results.footer.text.startswith("Live")


def test_bars_that_no_scan_has_read_are_cold(qtbot, candlewick, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))
    with qtbot.waitSignal(candlewick._live.refused):
        candlewick.actions["live"].trigger()
    assert "run the scan once" in candlewick.live_strip.line.text()
    assert not (tmp_path / "empty").exists()


def test_bars_that_are_chosen_anew_are_opened_anew(qtbot, live, universe):
    with qtbot.waitSignal(live._live.answered):
        live.data_flow.use(str(universe))
    assert live.live_strip.answer.total == count(universe, FORMULA)


def test_the_slider_turns_the_number_at_the_cursor_as_one_step_and_matches_follow(qtbot, live, universe):
    put_caret(live, live.editor.text().index("55") + 1)
    row = live.live_strip.dial_row
    qtbot.waitUntil(lambda: row.dial is not None and row.dial.value == 55)
    with qtbot.waitSignal(live._live.answered):
        for value in (56, 60, 62):
            row.slider.setValue(value)
    assert live.editor.text() == FORMULA.replace("55", "62")
    qtbot.waitUntil(lambda: live.live_strip.answer.total == live.results.model.rowCount())
    assert live.live_strip.answer.total == count(universe, live.editor.text())
    live.editor.focusProxy().undo()
    assert live.editor.text() == FORMULA


def test_alt_and_arrows_turn_the_number_with_live_mode_off(scanned):
    put_caret(scanned, scanned.editor.text().index("50"))
    box = scanned.editor.focusProxy()
    QTest.keyClick(box, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(box, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier)
    assert scanned.editor.text() == FORMULA.replace("50", "41")


def test_switched_off_nothing_follows(qtbot, live):
    live.actions["live"].trigger()
    with qtbot.assertNotEmitted(live._live.answered):
        live.editor.set_text("close > 1")
        live.live_flow._ask()
    assert not live.live_strip.list.isVisible()


def test_a_window_that_closes_in_the_middle_of_an_answer_ends(qtbot, live):
    live.editor.set_text("close > sma(close, 77)")
    live.live_flow._ask()
    live.window.close()
    assert live.shut_down()
