from __future__ import annotations

import numpy as np
import pyarrow as pa

from engine.data.rows import Places, RowSieve, convert_rows

COLUMNS = {name: name for name in ("timestamp", "open", "high", "low", "close", "volume")}


def sieve_of(count: int) -> RowSieve:
    return RowSieve(Places("x.csv", "line", np.arange(2, 2 + count)))


def table_of(**columns) -> pa.Table:
    length = len(next(iter(columns.values())))
    usual = {"timestamp": ["2020-01-31"] * length} | {
        name: ["1"] * length for name in COLUMNS if name != "timestamp"
    }
    return pa.table(usual | columns)


def test_a_row_is_refused_for_its_first_reason_only():
    sieve = sieve_of(3)
    convert_rows(table_of(timestamp=["soon", "2020-01-31", ""], open=["x", "y", "z"]), COLUMNS, sieve)
    assert [(refused.reason, refused.count) for refused in sieve.refused] == [
        ("the date cannot be read", 1),
        ("the date is missing", 1),
        ("the open is not a number", 1),
    ]
    assert not sieve.good.any()


def test_examples_name_the_place_and_quote_the_entry():
    sieve = sieve_of(5)
    convert_rows(table_of(close=["1", "n/a", "-", "?", "!"]), COLUMNS, sieve)
    (refused,) = sieve.refused
    assert refused.count == 4
    assert refused.examples == ("x.csv, line 3: 'n/a'", "x.csv, line 4: '-'", "x.csv, line 5: '?'")


def test_numbers_that_make_no_sense_are_kept():
    sieve = sieve_of(5)
    bars = convert_rows(table_of(close=["nan", "-1", "0", "inf", ""]), COLUMNS, sieve)
    assert sieve.refused == []
    assert str(bars.close.tolist()) == "[nan, -1.0, 0.0, inf, nan]"


def test_a_column_that_is_not_there_is_unknown():
    table = table_of(close=["1"]).drop_columns(["volume"])
    bars = convert_rows(table, {name: name for name in COLUMNS if name != "volume"}, sieve_of(1))
    assert np.isnan(bars.volume).all()


def test_missing_dates_of_typed_columns_are_missing():
    sieve = sieve_of(2)
    times = pa.array([None, 0], pa.timestamp("us"))
    convert_rows(table_of(close=["1", "1"]).set_column(0, "timestamp", times), COLUMNS, sieve)
    assert [(refused.reason, refused.examples) for refused in sieve.refused] == [
        ("the date is missing", ("x.csv, line 2",))
    ]
