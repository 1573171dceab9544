"""Moving about in the whole window by keys."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.bridge.scan_state import ScanState


def test_n_and_p_in_the_table_walk_through_the_matches_of_the_symbol(qtbot, candlewick):
    candlewick.window.activateWindow()
    qtbot.waitUntil(candlewick.window.isActiveWindow)
    candlewick.editor.set_text("cross_above(close, sma(close, 20))")
    with qtbot.waitSignal(candlewick.scan_flow.finished):
        candlewick.form.request_run()
    qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE and candlewick.chart.data is not None)
    view, chart = candlewick.results.view, candlewick.chart

    def row() -> tuple[str, np.datetime64]:
        return candlewick.results.model.match_of(view.current_id)

    view.setFocus()
    symbol, newest = row()
    for key, wanted in ((Qt.Key.Key_P, -2), (Qt.Key.Key_P, -3), (Qt.Key.Key_N, -2), (Qt.Key.Key_N, -1)):
        QTest.keyClick(view, key)
        bar = int(chart.data.signals[wanted])
        assert chart.state.focus == bar
        assert row() == (symbol, chart.data.bars.timestamp[bar])
        assert view.hasFocus()
    assert row() == (symbol, newest)
