"""Files of signals keep their texts; files of past returns give their windows."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.errors import DataError
from engine.options.signals import read_forward_returns, read_signals


def test_symbols_are_text_and_other_columns_keep_their_type(tmp_path):
    path = tmp_path / "signals.csv"
    path.write_text("symbol,timestamp,close\n005930,2026-02-13,3.5\nNA,2026-02-13,4\n", encoding="utf-8")
    table = read_signals(path)
    assert table.column("symbol").to_pylist() == ["005930", "NA"]
    assert table.column("close").to_pylist() == [3.5, 4.0]


def test_a_parquet_file_comes_as_it_is(tmp_path):
    table = pa.table({"Ticker": ["A"], "n": [1]})
    pq.write_table(table, tmp_path / "signals.parquet")
    assert read_signals(tmp_path / "signals.parquet").equals(table)


@pytest.mark.parametrize("name", ["none.csv", "none.parquet"])
def test_a_file_that_is_not_there_is_told(tmp_path, name):
    with pytest.raises(DataError, match="cannot be read as a table"):
        read_signals(tmp_path / name)


def test_past_returns_are_read_by_window(tmp_path):
    path = tmp_path / "forward_returns.csv"
    path.write_text("date,symbol,fwd_5,fwd_20\n2026-01-02,A,0.1,\n2026-01-03,A,-0.1,0.2\n", encoding="utf-8")
    forward = read_forward_returns(path)
    assert sorted(forward.by_window) == [5, 20]
    assert forward.nearest(30)[1].tolist() == [0.2]


def test_a_file_without_past_returns_says_what_to_give(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("symbol,close\nA,1\n", encoding="utf-8")
    with pytest.raises(DataError, match="no columns such as fwd_20"):
        read_forward_returns(path)
