"""Excel files: dates, numbers and texts are what they are, nothing is a formula, the same bytes each time."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pyarrow as pa
import pytest

from engine.errors import OutputError
from engine.scan.exporters import export
from engine.scan.exporters import xlsx as module

_SPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def table(symbols: tuple[str, ...] = ("005930", "=1+1", "NA"), when: str = "2020-01-02") -> pa.Table:
    count = len(symbols)
    return pa.table(
        {
            "symbol": pa.array(symbols, pa.string()),
            "timestamp": pa.array([datetime.fromisoformat(when)] * count, pa.timestamp("us")),
            "close": pa.array([-5.25] * count),
            "=cmd|' /C calc'!A0": pa.array(["@SUM(A1)"] * count),
            "rsi": pa.array([None, float("inf"), 30.5][:count], pa.float64()),
            "up": pa.array([True] * count),
        }
    )


def cells(path: Path) -> dict[str, tuple[str, str]]:
    """Return each cell's type and content as they stand in the file."""
    with zipfile.ZipFile(path) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert sheet.findall(".//x:f", _SPACE) == []
    found = {}
    for cell in sheet.iterfind(".//x:c", _SPACE):
        content = "".join(cell.itertext())
        found[cell.get("r")] = (cell.get("t", "n"), content)
    return found


def test_texts_are_texts_and_numbers_are_numbers(tmp_path: Path) -> None:
    found = cells(export(table(), "1d", tmp_path / "out.xlsx"))
    assert found["A2"] == ("inlineStr", "005930")
    assert found["A3"] == ("inlineStr", "=1+1")
    assert found["D2"] == ("inlineStr", "@SUM(A1)")
    assert found["D1"] == ("inlineStr", "=cmd|' /C calc'!A0")
    assert found["C2"] == ("n", "-5.25")
    assert found["F2"] == ("b", "1")
    assert "E2" not in found
    assert found["E3"] == ("inlineStr", "inf")
    assert found["E4"] == ("n", "30.5")


def test_dates_are_dates_and_those_before_excels_time_are_texts(tmp_path: Path) -> None:
    assert cells(export(table(), "1d", tmp_path / "out.xlsx"))["B2"] == ("n", "43832")
    old = export(table(when="1896-05-26"), "1d", tmp_path / "old.xlsx")
    assert cells(old)["B2"] == ("inlineStr", "1896-05-26")
    intraday = export(table(when="2020-01-02 12:00:00"), "5m", tmp_path / "intraday.xlsx")
    assert cells(intraday)["B2"] == ("n", "43832.5")


def test_the_same_matches_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = (export(table(), "1d", tmp_path / name).read_bytes() for name in ("one.xlsx", "other.xlsx"))
    assert one == other


def test_no_matches_are_a_header_alone(tmp_path: Path) -> None:
    found = cells(export(table().slice(0, 0), "1d", tmp_path / "out.xlsx"))
    assert {re.sub(r"\D", "", place) for place in found} == {"1"}


def test_more_matches_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 2)
    with pytest.raises(OutputError, match=r"holds 2 matches, not 3; write .csv or .parquet"):
        export(table(), "1d", tmp_path / "out.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_keeps_the_old_file(tmp_path: Path, monkeypatch) -> None:
    path = export(table(), "1d", tmp_path / "out.xlsx")
    before = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("xlsxwriter.workbook.ZipFile", full)
    with pytest.raises(OutputError, match="o space left on device"):
        export(table(("B",)), "1d", path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["out.xlsx"]
