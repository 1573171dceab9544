"""Order and filter as a vector of row ids, checked against plain Python sorting."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.results.columns import planned_columns
from gui.results.filter_terms import TruthTerm
from gui.results.filter_text import parse_filter
from gui.results.row_order import RowOrder, SortKey, clicked
from gui.results.store import ResultStore

SYMBOL, DAY, CLOSE, TREND = range(4)


def filled(symbols, closes, days, trends):
    table = pa.table(
        {
            "symbol": pa.array(symbols, pa.string()),
            "timestamp": pa.array(np.array(days, "datetime64[us]"), pa.timestamp("us")),
            "close": pa.array(closes, pa.float64(), from_pandas=True),
            "trend": pa.array(trends, pa.bool_()),
        }
    )
    store = ResultStore(planned_columns(["trend"], {}))
    store.adopt(table.schema)
    order = RowOrder(store)
    order.append(order.passing(store.append(table)))
    return store, order


@pytest.fixture
def four():
    days = ["2020-01-03", "2020-01-01", "NaT", "2020-01-02"]
    return filled(["b", "A", None, "c"], [2.0, math.nan, 3.0, 1.0], days, [True, False, None, True])


@pytest.mark.parametrize(
    ("column", "descending", "wanted"),
    [
        (SYMBOL, False, [1, 0, 3, 2]),
        (SYMBOL, True, [3, 0, 1, 2]),
        (DAY, False, [1, 3, 0, 2]),
        (DAY, True, [0, 3, 1, 2]),
        (CLOSE, False, [3, 0, 2, 1]),
        (CLOSE, True, [2, 0, 3, 1]),
        (TREND, False, [1, 0, 3, 2]),
        (TREND, True, [0, 3, 1, 2]),
    ],
)
def test_each_kind_sorts_both_ways_with_unknown_last(four, column, descending, wanted):
    _, order = four
    order.keys = (SortKey(column, descending),)
    order.rebuild()
    assert order.rows.tolist() == wanted


number = st.one_of(st.just(math.nan), st.sampled_from([-1.0, 0.0, 0.5, 2.0, math.inf]))


@given(st.lists(st.tuples(st.sampled_from(["a", "B", "c", "Aa"]), number), max_size=40), st.booleans())
def test_two_keys_order_like_pythons_stable_sort(rows, descending):
    _, order = filled(
        [symbol for symbol, _ in rows],
        [close for _, close in rows],
        ["2020-01-01"] * len(rows),
        [True] * len(rows),
    )
    order.keys = (SortKey(SYMBOL), SortKey(CLOSE, descending))
    order.rebuild()
    sign = -1 if descending else 1

    def key(place):
        symbol, close = rows[place]
        return symbol.casefold(), symbol, math.isnan(close), 0 if math.isnan(close) else sign * close

    assert order.rows.tolist() == sorted(range(len(rows)), key=key)


def test_without_keys_rows_stand_in_arrival_order(four):
    _, order = four
    order.rebuild()
    assert order.rows.tolist() == [0, 1, 2, 3]


def test_new_rows_stand_at_the_end_until_the_rebuild(four):
    store, order = four
    order.keys = (SortKey(CLOSE),)
    order.rebuild()
    new = order.passing(store.append(pa.table({"symbol": ["z"], "close": [0.5]})))
    order.append(new)
    assert order.rows.tolist() == [3, 0, 2, 1, 4]
    assert order.unsorted == 1
    order.rebuild()
    assert order.rows.tolist() == [4, 3, 0, 2, 1]
    assert order.unsorted == 0


def test_new_rows_count_as_sorted_while_no_sort_is_on(four):
    store, order = four
    order.append(order.passing(store.append(pa.table({"symbol": ["z"]}))))
    assert order.unsorted == 0


def test_filter_and_sort_work_together_and_count_what_is_hidden(four):
    store, order = four
    order.terms = tuple(condition.term for condition in parse_filter("trend=yes", store.columns).conditions)
    order.keys = (SortKey(CLOSE),)
    order.rebuild()
    assert order.rows.tolist() == [3, 0]
    assert order.hidden == 2


def test_new_rows_must_pass_the_filter(four):
    store, order = four
    order.terms = tuple(condition.term for condition in parse_filter("close>1.5", store.columns).conditions)
    order.rebuild()
    order.append(order.passing(store.append(pa.table({"symbol": ["x", "y"], "close": [1.0, 2.0]}))))
    assert order.rows.tolist() == [0, 2, 5]


def test_positions_are_found_by_id_and_minus_one_when_hidden(four):
    store, order = four
    order.terms = tuple(condition.term for condition in parse_filter("close>1.5", store.columns).conditions)
    order.keys = (SortKey(CLOSE, descending=True),)
    order.rebuild()
    assert order.positions(np.array([0, 1, 2])).tolist() == [1, -1, 0]
    assert (order.position(0), order.position(3)) == (1, -1)


def test_clicks_go_from_ascending_to_descending_to_scan_order():
    up = clicked((), 2, extend=False)
    down = clicked(up, 2, extend=False)
    assert (up, down, clicked(down, 2, extend=False)) == ((SortKey(2),), (SortKey(2, descending=True),), ())


def test_a_click_on_another_header_starts_a_new_sort():
    assert clicked((SortKey(1), SortKey(2)), 3, extend=False) == (SortKey(3),)


def test_an_extending_click_adds_turns_and_removes_one_key():
    two = clicked((SortKey(1),), 2, extend=True)
    turned = clicked(two, 1, extend=True)
    assert two == (SortKey(1), SortKey(2))
    assert turned == (SortKey(1, descending=True), SortKey(2))
    assert clicked(turned, 1, extend=True) == (SortKey(2),)


@pytest.mark.parametrize(
    "days",
    [
        pytest.param(["2020-01-03", "1970-01-01", "NaT", "2020-01-02"], id="days of one age"),
        pytest.param(["2020-01-03", "1700-01-01", "NaT", "2020-01-02"], id="more days than 16 bits hold"),
        pytest.param(["2020-01-02T10:30", "2020-01-01", "NaT", "2020-01-02T10:29"], id="minutes"),
    ],
)
def test_moments_of_any_span_sort_with_unknown_last(days):
    _, order = filled(list("abcd"), [1.0] * 4, days, [True] * 4)
    order.keys = (SortKey(DAY),)
    order.rebuild()
    assert order.rows.tolist() == [1, 3, 0, 2]
    order.keys = (SortKey(DAY, descending=True),)
    order.rebuild()
    assert order.rows.tolist() == [0, 3, 1, 2]


def test_the_order_asks_for_the_columns_of_its_keys_and_of_its_filter(four):
    _, order = four
    assert not order.asks_for(["close", "symbol"])
    order.keys = (SortKey(CLOSE),)
    assert order.asks_for(["close"]) and not order.asks_for(["symbol", "trend"])
    order.terms = (TruthTerm(TREND, wanted=True),)
    assert order.asks_for(["trend"])


@pytest.mark.parametrize("descending", [False, True])
def test_a_text_column_without_any_text_sorts(descending):
    _, order = filled([None, None], [1.0, 2.0], ["2020-01-01"] * 2, [True] * 2)
    order.keys = (SortKey(SYMBOL, descending=descending),)
    order.rebuild()
    assert order.rows.tolist() == [0, 1]
