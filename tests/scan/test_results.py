"""Pieces of matches become one table; results show them as objects too."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pyarrow as pa

from engine.scan.results import Column, ProcessingResult, SymbolMatches, SymbolStatus, matches_table

COLUMNS = (Column("rsi"), Column("trend", is_truth=True))


def found(*days: str) -> SymbolMatches:
    count = len(days)
    return SymbolMatches(
        bar=np.arange(count, dtype=np.int64),
        timestamp=np.array(days, dtype="datetime64[us]"),
        close=np.linspace(10.0, 11.0, count),
        values=(np.full(count, np.nan), np.ones(count)),
    )


def test_a_table_holds_the_pieces_in_order_with_null_for_unknown() -> None:
    table = matches_table(
        [("A", found("2020-01-01")), ("B", found()), ("C", found("2020-01-02", "2020-01-03"))], COLUMNS
    )
    assert table.column_names == ["symbol", "timestamp", "close", "rsi", "trend"]
    assert table.column("symbol").to_pylist() == ["A", "C", "C"]
    assert table.column("rsi").to_pylist() == [None, None, None]
    assert table.column("trend").to_pylist() == [True, True, True]
    assert table.schema.field("timestamp").type == pa.timestamp("us")


def test_no_matches_still_have_all_columns_with_their_types() -> None:
    table = matches_table([], COLUMNS)
    assert table.num_rows == 0
    assert table.schema == matches_table([("A", found("2020-01-01"))], COLUMNS).schema


def test_a_result_lists_its_matches_as_objects() -> None:
    result = ProcessingResult("A", SymbolStatus.OK, found=found("2020-01-01", "2020-01-02"), columns=COLUMNS)
    first, second = result.matches
    assert (first.symbol, first.timestamp, first.bar) == ("A", datetime(2020, 1, 1), 0)
    assert second.indicator_values == {"rsi": None, "trend": 1.0}
    assert result.match_count == 2
    assert set(result.computed_indicators) == {"rsi", "trend"}


def test_matches_without_columns_are_still_listed() -> None:
    bare = SymbolMatches(np.array([3]), np.array(["2020-01-01"], dtype="datetime64[us]"), np.array([1.0]), ())
    (match,) = ProcessingResult("A", SymbolStatus.OK, found=bare).matches
    assert match.bar == 3


def test_an_error_result_has_no_matches() -> None:
    result = ProcessingResult.from_error("A", "cannot be read")
    assert result.status is SymbolStatus.ERROR
    assert result.matches == ()
    assert result.computed_indicators == {}
