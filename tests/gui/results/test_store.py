"""The column store and its columns."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from gui.results.columns import Kind, columns_of, kind_of, planned_columns
from gui.results.store import ResultStore


def batch(symbols, closes, *, trend=None, day="2020-01-01"):
    count = len(symbols)
    moments = np.datetime64(day, "us") + np.arange(count).astype("timedelta64[D]")
    return pa.table(
        {
            "symbol": pa.array(symbols, pa.string()),
            "timestamp": pa.array(moments, pa.timestamp("us")),
            "close": pa.array(closes, pa.float64()),
            "trend": pa.array(trend or [None] * count, pa.bool_()),
        }
    )


@pytest.fixture
def store():
    filled = ResultStore(planned_columns(["trend"], {}))
    first = batch(["BBB", "aaa", None], [2.0, None, 1.0], trend=[True, None, False])
    filled.adopt(first.schema)
    filled.append(first)
    return filled


def test_the_fixed_columns_come_first_and_once():
    names = [column.name for column in planned_columns(["rsi", "close"], {})]
    assert names == ["symbol", "timestamp", "close", "rsi"]


@pytest.mark.parametrize(
    ("arrow_type", "kind"),
    [
        (pa.string(), Kind.TEXT),
        (pa.dictionary(pa.int32(), pa.string()), Kind.TEXT),
        (pa.timestamp("us", "UTC"), Kind.TIME),
        (pa.date32(), Kind.TIME),
        (pa.int64(), Kind.NUMBER),
        (pa.float64(), Kind.NUMBER),
        (pa.bool_(), Kind.TRUTH),
    ],
    ids=str,
)
def test_an_arrow_type_has_a_kind(arrow_type, kind):
    assert kind_of(arrow_type) is kind


def test_the_first_batch_tells_the_kinds_and_adds_columns_nobody_planned():
    schema = pa.schema([("symbol", pa.string()), ("trend", pa.bool_()), ("sector", pa.string())])
    kinds = {column.name: column.kind for column in columns_of(schema, planned_columns(["trend"], {}))}
    assert kinds == {
        "symbol": Kind.TEXT,
        "timestamp": Kind.TIME,
        "close": Kind.NUMBER,
        "trend": Kind.TRUTH,
        "sector": Kind.TEXT,
    }


def test_later_batches_do_not_change_the_columns(store):
    assert not store.adopt(pa.schema([("other", pa.string())]))
    assert [column.name for column in store.columns] == ["symbol", "timestamp", "close", "trend"]


def test_values_come_back_with_none_where_unknown(store):
    assert [store.item(row, 0) for row in range(3)] == ["BBB", "aaa", None]
    assert [store.item(row, 2) for row in range(3)] == [2.0, None, 1.0]
    assert [store.item(row, 3) for row in range(3)] == [True, None, False]


def test_row_ids_count_on_from_batch_to_batch(store):
    assert store.append(batch(["CCC"], [3.0])) == range(3, 4)
    assert store.item(3, 0) == "CCC"


def test_a_column_missing_from_a_batch_is_unknown_there(store):
    store.append(pa.table({"symbol": ["DDD"]}))
    assert [store.item(3, place) for place in range(4)] == ["DDD", None, None, None]


def test_growing_far_beyond_the_first_room_keeps_every_value():
    store = ResultStore(planned_columns([], {}))
    for start in range(0, 5000, 100):
        numbers = [float(number) for number in range(start, start + 100)]
        store.append(pa.table({"symbol": [f"S{number:.0f}" for number in numbers], "close": numbers}))
    assert store.numbers(2).values.tolist() == [float(number) for number in range(5000)]
    assert store.item(4999, 0) == "S4999"
    assert store.symbol_count() == 5000


def test_rows_go_back_to_arrow_in_the_order_asked_for(store):
    table = store.to_arrow(np.array([2, 0, 1]))
    assert table.column("symbol").to_pylist() == [None, "BBB", "aaa"]
    assert table.column("close").to_pylist() == [1.0, 2.0, None]
    assert table.column("trend").to_pylist() == [False, True, None]
    assert table.schema.types == [pa.string(), pa.timestamp("us"), pa.float64(), pa.bool_()]


def test_dictionary_text_and_integer_numbers_are_taken():
    store = ResultStore(planned_columns([], {}))
    table = pa.table(
        {"symbol": pa.array(["X", "Y", "X"]).dictionary_encode(), "close": pa.array([1, None, 3])}
    )
    store.append(table)
    assert [store.item(row, 0) for row in range(3)] == ["X", "Y", "X"]
    assert [store.item(row, 2) for row in range(3)] == [1.0, None, 3.0]


def test_a_table_of_whole_days_notices_the_first_time_of_day(store):
    assert store.times(1).whole_days
    store.append(batch(["EEE"], [1.0], day="2020-01-01T09:30"))
    assert not store.times(1).whole_days


def test_a_column_by_symbol_has_its_text_in_every_row_of_the_symbol(store):
    store.append(batch(["aaa", "CCC"], [1.0, 2.0]))
    column = store.by_symbol("change", {"BBB": "entered", "CCC": "left", "nowhere": "left"}).column("change")
    assert column.to_pylist() == ["entered", None, None, None, "left"]


def test_a_column_by_symbol_is_all_null_where_no_symbol_has_a_text(store):
    assert store.by_symbol("change", {}).column("change").to_pylist() == [None] * 3
