"""Results become files: exact bytes, atomic, checked first, partial ones named so."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.errors import OutputError
from engine.scan.exporters import check_target, export
from engine.scan.exporters.csv import csv_bytes, result_sha256


def matches(symbols: tuple[str, ...] = ("A", "NA"), *, name: str = "rsi(close, 14)") -> pa.Table:
    count = len(symbols)
    return pa.table(
        {
            "symbol": pa.array(symbols, pa.string()),
            "timestamp": pa.array([date(2020, 1, 1 + i) for i in range(count)]).cast(pa.timestamp("us")),
            "close": pa.array([10.25 + i for i in range(count)]),
            name: pa.array([None] * (count - 1) + [29.123456789012345], pa.float64()),
            "trend": pa.array([True] * count),
        }
    )


def test_csv_has_iso_dates_points_and_nothing_for_unknown() -> None:
    assert csv_bytes(matches(), "1d").decode() == (
        'symbol,timestamp,close,"rsi(close, 14)",trend\n'
        "A,2020-01-01,10.25,,true\n"
        "NA,2020-01-02,11.25,29.123456789012344,true\n"
    )


def test_numbers_come_back_to_the_last_bit() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_bytes(matches(), "1d").decode())))
    assert float(rows[1]["rsi(close, 14)"]) == 29.123456789012345


def test_no_matches_are_a_header_alone() -> None:
    assert csv_bytes(matches().slice(0, 0), "1d") == b'symbol,timestamp,close,"rsi(close, 14)",trend\n'


def test_a_symbol_with_a_comma_or_a_quote_survives() -> None:
    rows = list(csv.reader(io.StringIO(csv_bytes(matches(('B,"C"', "-X")), "1d").decode())))
    assert [row[0] for row in rows] == ["symbol", 'B,"C"', "-X"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_header_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    header = next(
        csv.reader(io.StringIO(csv_bytes(matches(name=f"{start}close"), "1d").decode(), newline=""))
    )
    assert header[3] == f"'{start}close"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_free_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    named = matches((f"{start}A", "B")).append_column("formula", pa.array([f"{start}cmd", f"x{start}"]))
    text = csv_bytes(named, "1d").decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["formula"] for row in rows] == [f"'{start}cmd", f"x{start}"]
    assert [row["symbol"] for row in rows] == [f"{start}A", "B"]


def test_the_checksum_is_that_of_the_file(tmp_path: Path) -> None:
    path = export(matches(), "1d", tmp_path / "out.csv")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == result_sha256(matches(), "1d")


def test_parquet_gives_back_the_same_table(tmp_path: Path) -> None:
    path = export(matches(), "1w", tmp_path / "out.parquet")
    back = pq.read_table(path)
    assert back.equals(matches())
    assert back.schema.metadata[b"candlewick.timeframe"] == b"1w"


def test_a_partial_result_says_so_in_its_name(tmp_path: Path) -> None:
    path = export(matches(), "1d", tmp_path / "out.csv", complete=False)
    assert path.name == "out.partial.csv"
    assert [file.name for file in tmp_path.iterdir()] == ["out.partial.csv"]


def test_an_unknown_ending_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"\.csv, \.parquet, \.txt or \.xlsx"):
        check_target(tmp_path / "out.docx")


def test_a_folder_is_no_target(tmp_path: Path) -> None:
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(OutputError, match="it is a folder"):
        check_target(tmp_path / "x.csv")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="missing does not exist"):
        check_target(tmp_path / "missing" / "out.csv")


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = export(matches(), "1d", tmp_path / "out.csv")
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="o space left on device"):
        export(matches(("B",)), "1d", path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]
