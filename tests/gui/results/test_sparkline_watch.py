"""Closes are asked for the rows in sight, in batches, and never twice."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from gui.results.panel import ResultsPanel

ROWS = 500


@pytest.fixture
def asked():
    return []


@pytest.fixture
def panel(qtbot, asked):
    made = ResultsPanel(sparklines=True)
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.sparklines.wanted.connect(lambda request: asked.append([row for row, _, _ in request.rows]))
    with qtbot.waitExposed(made):
        made.show()
    made.begin(())
    made.append(
        pa.table(
            {
                "symbol": [f"S{row:03d}" for row in range(ROWS)],
                "timestamp": pa.array(range(ROWS), pa.timestamp("us")),
                "close": np.arange(ROWS, dtype=float),
            }
        )
    )
    made.finish()
    return made


def answer(panel, rows):
    panel.sparklines.take({row: np.ones(3, np.float32) for row in rows})


def test_the_rows_in_sight_are_asked_for_with_symbol_and_moment(qtbot, panel, asked):
    requests = []
    panel.sparklines.wanted.connect(requests.append)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked[-1] == list(range(len(asked[-1])))
    assert 3 < len(asked[-1]) < 40
    panel.view.scrollToBottom()
    qtbot.waitUntil(lambda: bool(requests) and requests[-1].rows[-1][0] == ROWS - 1)
    row, symbol, moment = requests[-1].rows[-1]
    assert (row, symbol, moment) == (ROWS - 1, f"S{ROWS - 1}", np.datetime64(ROWS - 1, "us"))


def test_what_is_there_is_not_asked_for_again(qtbot, panel, asked):
    qtbot.waitUntil(lambda: bool(asked))
    answer(panel, asked[-1])
    last = asked[-1][-1]
    panel.view.verticalScrollBar().setValue(2)
    qtbot.waitUntil(lambda: asked[-1][-1] > last)
    assert asked[-1][0] == last + 1


def test_what_was_given_up_for_other_rows_is_asked_for_again(qtbot, panel, asked):
    qtbot.waitUntil(lambda: bool(asked))
    first = list(asked[-1])
    panel.view.verticalScrollBar().setValue(1)
    qtbot.waitUntil(lambda: asked[-1] != first)
    assert set(first[1:]) <= set(asked[-1])


def test_a_hidden_column_asks_for_nothing(qtbot, panel, asked):
    qtbot.waitUntil(lambda: bool(asked))
    panel.layout_of_columns.show_column(panel.model.sparkline_place, shown=False)
    before = len(asked)
    panel.view.scrollToBottom()
    panel.sparklines._ask()
    assert len(asked) == before


def test_a_new_scan_forgets_the_closes_of_the_one_before(qtbot, panel, asked):
    qtbot.waitUntil(lambda: bool(asked))
    answer(panel, asked[-1])
    panel.begin(())
    assert panel.model.closes.get(0) is None
