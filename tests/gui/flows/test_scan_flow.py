"""What a scan leaves in the panels beside its matches."""

from __future__ import annotations

from gui.bridge.scan_state import ScanState


def test_symbols_that_are_too_short_for_the_formula_can_be_looked_up(qtbot, candlewick):
    candlewick.editor.set_text("close > sma(close, 5000)")
    with qtbot.waitSignal(candlewick.scan_flow.finished) as finished:
        candlewick.form.request_run()
    qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE)
    (result,) = finished.args
    assert result.summary.symbols["not_evaluable"] == result.summary.total
    assert candlewick.problems.model.rowCount() == result.summary.total
    assert candlewick.window.panel_title("problems") == "Problems"
