"""Closes are asked for the rows in sight, in batches, and not twice."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from gui.results.panel import ResultsPanel
from gui.results.sparklines import SparklineAnswer

ROWS = 500


@pytest.fixture
def asked():
    return []


@pytest.fixture
def panel(qtbot, asked):
    made = ResultsPanel(sparklines=True)
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.sparklines.wanted.connect(asked.append)
    with qtbot.waitExposed(made):
        made.show()
    fill(made)
    qtbot.waitUntil(lambda: bool(asked))
    return made


def fill(panel):
    panel.begin(())
    panel.append(
        pa.table(
            {
                "symbol": [f"S{row:03d}" for row in range(ROWS)],
                "timestamp": pa.array(range(ROWS), pa.timestamp("us")),
                "close": np.arange(ROWS, dtype=float),
            }
        )
    )
    panel.finish()


def rows(request):
    return [row for row, _, _ in request.rows]


def answer(panel, request):
    panel.sparklines.take(
        SparklineAnswer(request.table, {row: np.ones(3, np.float32) for row in rows(request)})
    )


def test_the_rows_in_sight_are_asked_for_with_symbol_and_moment(qtbot, panel, asked):
    assert rows(asked[-1]) == list(range(len(asked[-1].rows)))
    assert 3 < len(asked[-1].rows) < 40
    panel.view.scrollToBottom()
    qtbot.waitUntil(lambda: rows(asked[-1])[-1] == ROWS - 1)
    row, symbol, moment = asked[-1].rows[-1]
    assert (row, symbol, moment) == (ROWS - 1, f"S{ROWS - 1}", np.datetime64(ROWS - 1, "us"))


def test_what_is_there_is_not_asked_for_again(qtbot, panel, asked):
    answer(panel, asked[-1])
    last = rows(asked[-1])[-1]
    panel.view.verticalScrollBar().setValue(2)
    qtbot.waitUntil(lambda: rows(asked[-1])[-1] > last)
    assert rows(asked[-1])[0] == last + 1


def test_what_was_given_up_for_other_rows_is_asked_for_again(qtbot, panel, asked):
    first = asked[-1]
    panel.view.verticalScrollBar().setValue(1)
    qtbot.waitUntil(lambda: asked[-1] is not first)
    assert set(rows(first)[1:]) <= set(rows(asked[-1]))


def test_what_is_under_way_is_asked_for_once_more_only_on_request(qtbot, panel, asked):
    before = len(asked)
    panel.sparklines._ask()
    assert len(asked) == before
    panel.sparklines.ask_again()
    qtbot.waitUntil(lambda: len(asked) > before)
    assert rows(asked[-1]) == rows(asked[before - 1])


def test_a_hidden_column_asks_for_nothing(panel, asked):
    panel.layout_of_columns.show_column(panel.model.sparkline_place, shown=False)
    before = len(asked)
    panel.view.scrollToBottom()
    panel.sparklines._ask()
    assert len(asked) == before


def test_an_answer_for_the_table_before_is_not_taken_for_rows_of_this_one(qtbot, panel, asked):
    late = asked[-1]
    fill(panel)
    answer(panel, late)
    assert panel.model.closes.get(0) is None
    qtbot.waitUntil(lambda: asked[-1].table != late.table)
    answer(panel, asked[-1])
    assert panel.model.closes.get(0) is not None
