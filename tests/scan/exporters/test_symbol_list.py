"""A symbol list: what matches, each symbol once, to be scanned again."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from engine.data.symbol_list import read_symbols
from engine.errors import OutputError
from engine.scan.exporters import export


def test_a_symbol_list_comes_back_as_the_symbols_to_scan(tmp_path: Path) -> None:
    symbols = ["005930", "005930", "NA", "NO", "ß", "ß"]
    path = export(pa.table({"symbol": symbols}), "1d", tmp_path / "list.txt")
    assert path.read_bytes() == "005930\nNA\nNO\nß\n".encode()
    assert read_symbols(f"@{path}") == ("005930", "NA", "NO", "ß")


def test_no_match_is_an_empty_list(tmp_path: Path) -> None:
    empty = pa.table({"symbol": pa.array([], pa.string())})
    assert export(empty, "1d", tmp_path / "list.txt").read_bytes() == b""


def test_a_table_without_symbols_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="needs a column of symbols"):
        export(pa.table({"symbol_a": ["A"]}), "1d", tmp_path / "list.txt")
