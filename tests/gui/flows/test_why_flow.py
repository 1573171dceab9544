"""The panel follows the crosshair, and a typed symbol until one goes on; in the whole window, on the small universe."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.data.opening import open_repository

FORMULA = "close > sma(close, 50) and cross_above(rsi(close, 14), 50)"


@pytest.fixture
def inspecting(qtbot, candlewick):
    """A finished scan with the first row's chart, and the panel in front."""
    candlewick.editor.set_text(FORMULA)
    with qtbot.waitSignal(candlewick.scan_flow.finished):
        candlewick.form.request_run()
    qtbot.waitUntil(lambda: candlewick.chart.data is not None)
    assert candlewick.why.explanation is None, "nothing is computed that nobody sees"
    candlewick.actions["focus_why"].trigger()
    qtbot.waitUntil(lambda: candlewick.why.explanation is not None)
    return candlewick


def moment(app) -> str:
    return str(app.chart.data.bars.timestamp[app.chart.current_bar])[:10]


def test_the_rows_bar_is_a_match_and_the_crosshairs_bar_follows(qtbot, inspecting):
    why, chart = inspecting.why, inspecting.chart
    assert why.explanation.moment == moment(inspecting)
    assert why.verdict.text().endswith("a match.")
    QTest.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: why.explanation.moment == moment(inspecting))
    assert "no match" in why.verdict.text()


def test_the_next_row_is_explained(qtbot, inspecting):
    first = inspecting.why.explanation
    inspecting.results.step(1)
    qtbot.waitUntil(lambda: inspecting.why.explanation not in (None, first))
    assert (
        inspecting.why.explanation.symbol
        == inspecting.results.model.match_of(inspecting.results.view.current_id)[0]
    )


def test_a_typed_symbol_stays_while_the_crosshair_moves_and_goes_with_the_next_row(
    qtbot, inspecting, universe
):
    why, chart = inspecting.why, inspecting.chart
    other = next(symbol for symbol in open_repository(universe).symbols() if symbol != why.explanation.symbol)
    QTest.keyClicks(why.field, other.lower())
    QTest.keyClick(why.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: why.explanation.symbol == other)
    assert why.explanation.is_last
    QTest.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert why.back.isVisible()
    inspecting.results.step(1)
    qtbot.waitUntil(lambda: why.explanation is not None and why.explanation.moment == moment(inspecting))
    assert not why.back.isVisible()


def test_escape_goes_back_to_the_charts_bar(qtbot, inspecting, universe):
    why = inspecting.why
    inspecting.why_flow._on_asked(open_repository(universe).symbols()[-1])
    qtbot.waitUntil(lambda: why.explanation is not None and why.explanation.is_last)
    QTest.keyClick(why.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: why.explanation is not None and why.explanation.moment == moment(inspecting))


def test_the_others_are_counted_on_request(qtbot, inspecting):
    why = inspecting.why
    why.count.click()
    qtbot.waitUntil(lambda: "of 12 symbols match" in why.counts.text())
    assert moment(inspecting) in why.counts.text()


def test_a_new_scan_begins_with_nothing(qtbot, inspecting):
    with qtbot.waitSignal(inspecting.scan_flow.finished):
        inspecting.editor.set_text("close < 0")
        inspecting.form.request_run()
    assert inspecting.why.explanation is None
    assert inspecting.why.empty.isVisible()


def test_letters_over_the_chart_go_to_a_symbol_of_the_table(qtbot, inspecting):
    window, chart = inspecting.window, inspecting.chart
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    shown = inspecting.results.visible_table().column("symbol").to_pylist()
    wanted = next(symbol for symbol in shown if symbol != chart.data.symbol and symbol[0] not in "ALNP")
    chart.setFocus()
    QTest.keyClicks(chart, wanted[0].lower())
    assert inspecting.search.field.hasFocus()
    QTest.keyClicks(inspecting.search.field, wanted[1:].lower())
    QTest.keyClick(inspecting.search.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chart.data.symbol == wanted)
    assert inspecting.results.model.match_of(inspecting.results.view.current_id)[0] == wanted
    assert chart.hasFocus()
