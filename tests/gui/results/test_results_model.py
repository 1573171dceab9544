"""The results as a Qt model."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from PySide6.QtCore import QModelIndex, Qt

from gui.results.columns import planned_columns
from gui.results.filter_text import parse_filter
from gui.results.results_model import ResultsModel
from gui.results.row_order import SortKey

ROLE = Qt.ItemDataRole


def batch(symbols, closes, trends=None):
    return pa.table(
        {
            "symbol": pa.array(symbols),
            "timestamp": pa.array(np.full(len(symbols), np.datetime64("2020-01-02", "us"))),
            "close": pa.array(closes, pa.float64()),
            "trend": pa.array(trends or [None] * len(symbols), pa.bool_()),
        }
    )


@pytest.fixture
def model(qtbot, qapp):
    titles = {"symbol": "Symbol", "timestamp": "Date", "close": "Close"}
    fresh = ResultsModel(qapp)
    fresh.begin(planned_columns(["trend"], titles))
    first = batch(["BBB", "AAA", "CCC"], [2.0, 1.0, None], [True, False, None])
    fresh.adopt(first.schema)
    fresh.append(first)
    yield fresh
    fresh.deleteLater()


def shown(model, column=0):
    return [model.data(model.index(row, column)) for row in range(model.rowCount())]


def test_the_model_keeps_qts_rules_through_appends_sorts_and_filters(model, qtmodeltester):
    qtmodeltester.check(model)
    model.set_sort([SortKey(2)])
    model.append(batch(["DDD"], [0.5]))
    model.set_filter([c.term for c in parse_filter("close>0.7", model.store.columns).conditions])
    model.resort()
    qtmodeltester.check(model)
    assert shown(model) == ["AAA", "BBB"]


def test_an_empty_model_keeps_qts_rules(qapp, qtmodeltester):
    empty = ResultsModel(qapp)
    qtmodeltester.check(empty)
    assert (empty.rowCount(), empty.columnCount()) == (0, 0)
    empty.deleteLater()


def test_cells_are_texts_and_unknown_is_a_dash(model):
    assert [shown(model, column) for column in range(4)] == [
        ["BBB", "AAA", "CCC"],
        ["2020-01-02"] * 3,
        ["2.00", "1.00", "–"],
        ["✓", "✗", "–"],
    ]


def test_numbers_stand_right_and_text_left(model):
    aligned = [model.data(model.index(0, column), ROLE.TextAlignmentRole) for column in range(4)]
    assert [bool(flags & Qt.AlignmentFlag.AlignRight) for flags in aligned] == [False, False, True, False]
    assert [model.headerData(2, Qt.Orientation.Horizontal, ROLE.TextAlignmentRole)] == [aligned[2]]


def test_a_screen_reader_hears_the_columns_name_and_words_for_marks(model):
    assert model.data(model.index(0, 2), ROLE.AccessibleTextRole) == "Close 2.00"
    spoken = [model.data(model.index(row, 3), ROLE.AccessibleTextRole) for row in range(3)]
    assert spoken == ["trend yes", "trend no", "trend unknown"]


def test_appended_rows_are_announced_as_inserted_at_the_end(model, qtbot):
    with qtbot.waitSignal(model.rowsInserted) as inserted:
        model.append(batch(["DDD", "EEE"], [4.0, 5.0]))
    assert inserted.args[1:] == [3, 4]
    assert shown(model)[3:] == ["DDD", "EEE"]


def test_a_batch_that_the_filter_hides_inserts_nothing(model, qtbot):
    model.set_filter([c.term for c in parse_filter("close<3", model.store.columns).conditions])
    with qtbot.assertNotEmitted(model.rowsInserted):
        model.append(batch(["DDD"], [4.0]))
    assert model.order.hidden == 2


def test_the_header_shows_the_sort_and_its_rank(model):
    titles = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(4)]
    assert titles == ["Symbol", "Date", "Close", "trend"]
    model.set_sort([SortKey(2, descending=True)])
    assert model.headerData(2, Qt.Orientation.Horizontal) == "Close ▼"
    model.set_sort([SortKey(3), SortKey(2, descending=True)])
    assert model.headerData(3, Qt.Orientation.Horizontal) == "trend ▲¹"
    assert model.headerData(2, Qt.Orientation.Horizontal) == "Close ▼²"


def test_a_seen_row_is_dim_in_italics_and_said_to_be_seen(model):
    model.mark_seen(np.array([1]), seen=True)
    model.set_sort([SortKey(0)])
    first, second = model.index(0, 0), model.index(1, 0)
    assert first.data(ROLE.ForegroundRole) is not None
    assert first.data(ROLE.FontRole).italic()
    assert first.data(ROLE.AccessibleTextRole) == "Symbol AAA, seen"
    assert second.data(ROLE.ForegroundRole) is None
    model.mark_seen(np.array([1]), seen=False)
    assert first.data(ROLE.ForegroundRole) is None


def test_a_row_knows_its_symbol_and_moment(model):
    assert model.match_of(1) == ("AAA", np.datetime64("2020-01-02", "us"))


def test_a_new_scan_empties_table_and_marks(model):
    model.mark_seen(np.array([0]), seen=True)
    model.begin(planned_columns(["rsi"], {}))
    assert (model.rowCount(), model.columnCount(), model.seen_count) == (0, 4, 0)
    assert not model.index(0, 0, QModelIndex()).isValid()


def test_scrolling_far_keeps_cells_right_when_the_cache_turns_over(model):
    count = 10_000
    model.append(batch([f"S{number}" for number in range(count)], [float(number) for number in range(count)]))
    assert shown(model)[3:] == [f"S{number}" for number in range(count)]
    assert model.data(model.index(3, 0)) == "S0"
