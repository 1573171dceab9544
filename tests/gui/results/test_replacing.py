from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from gui.results.panel import ResultsPanel
from gui.results.replacing import replace_rows


def table(rows) -> pa.Table:
    symbols, days, values = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "symbol": pa.array(symbols, pa.string()),
            "timestamp": pa.array(np.array(days, "datetime64[us]"), pa.timestamp("us")),
            "close": pa.array(values, pa.float64()),
            "x": pa.array(values, pa.float64()),
        }
    )


ROWS = [("A", "2020-01-02", 1.0), ("B", "2020-01-03", 2.0), ("B", "2020-01-06", 3.0)]


@pytest.fixture
def panel(qtbot) -> ResultsPanel:
    made = ResultsPanel(usual_order=(("timestamp", True),))
    qtbot.addWidget(made)
    made.begin(["x"], 5)
    made.append(table(ROWS))
    made.finish()
    made.model.resort()
    return made


def current(panel) -> tuple[str, str]:
    symbol, moment = panel.model.match_of(panel.view.current_id)
    return symbol, str(moment)[:10]


def test_the_current_row_stays_by_symbol_and_moment_without_a_word(qtbot, panel):
    panel.view.go_to(1)
    assert current(panel) == ("B", "2020-01-03")
    with qtbot.assertNotEmitted(panel.match_selected):
        assert replace_rows(panel, table([*ROWS[:2], ("C", "2020-02-03", 9.0)]), 5, "Live")
    assert current(panel) == ("B", "2020-01-03")
    assert panel.footer.text.startswith("Live · 3 matches in 3 of 5 symbols")


def test_the_next_row_is_announced_again(qtbot, panel):
    panel.view.go_to(1)
    replace_rows(panel, table(ROWS), 5, "Live")
    with qtbot.waitSignal(panel.match_selected):
        panel.step(1)


def test_without_that_match_no_row_is_current(panel):
    panel.view.go_to(1)
    assert not replace_rows(panel, table(ROWS[:1]), 5, "Live")
    assert panel.view.current_id == -1
    assert not replace_rows(panel, table([]), 5, "Live")
    assert panel.model.rowCount() == 0


def test_rows_are_in_order_and_marks_are_kept(panel):
    panel.set_seen(["B"])
    panel.view.go_to(0)
    replace_rows(panel, table([("A", "2020-01-02", 1.0), ("B", "2021-01-04", 2.0)]), 5, "")
    assert [panel.model.match_of(panel.model.row_id(row))[0] for row in range(2)] == ["B", "A"]
    assert panel.model.seen == ("B",)
