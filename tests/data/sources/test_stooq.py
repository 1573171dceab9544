from __future__ import annotations

import tarfile

import numpy as np
import pandas as pd
import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.ingest import ingest
from engine.data.sources.stooq import stooq_symbol

HEADER = "Date,Open,High,Low,Close,Volume,OpenInt\n"
ROW = "2020-01-02,1,2,1,1.5,100,0\n"
BULK = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("aapl.us", "AAPL"),
        ("brk-b.us", "BRK-B"),
        ("abr_a.us", "ABR_A"),
        ("vod.uk", "VOD.UK"),
        ("^spx", "^SPX"),
        ("AAPL", "AAPL"),
    ],
)
def test_a_ticker_of_the_home_market_loses_its_ending(name, symbol):
    assert stooq_symbol(name) == symbol


def test_folders_in_folders_are_read(tmp_path):
    for name in ("Stocks/aaa.us.txt", "ETFs/deep/bbb.us.txt", "ccc.csv"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(HEADER + ROW)
    assert ingest(tmp_path / "in", tmp_path / "out").symbols == 3
    assert HiveCandleRepository(tmp_path / "out").symbols() == ("AAA", "BBB", "CCC")


def test_the_bulk_layout_takes_the_symbol_from_its_rows(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.txt").write_text(BULK + "AAPL.US,D,20200102,000000,1,2,1,1.5,100,0\n")
    report = ingest(tmp_path / "in", tmp_path / "out")
    assert report.rows_written == 1
    raw = HiveCandleRepository(tmp_path / "out").read_raw("AAPL")
    assert str(raw.timestamp[0]) == "2020-01-02T00:00:00.000000"
    assert raw.volume.tolist() == [100.0]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (
            "AAPL.US,D,20200102,000000,1,2,1,1.5,1,0\nMSFT.US,D,20200102,000000,1,2,1,1.5,1,0\n",
            "it holds several symbols: ingest the file on its own",
        ),
        ("AAPL.US,D,soon,000000,1,2,1,1.5,100,0\n", "none of its rows can be a bar"),
        ("", "it has a header and no rows"),
    ],
    ids=["several symbols", "no bars", "no rows"],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_rows(tmp_path, rows, reason):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.txt").write_text(BULK + rows)
    report = ingest(tmp_path / "in", tmp_path / "out")
    ((file, found),) = report.files_refused
    assert file == "x.txt"
    assert found.startswith(reason)
    assert report.rows_in == report.rows_refused == rows.count("\n")


def test_a_symbol_in_two_folders_is_read_once_and_refused_once(tmp_path):
    for name, close in (("ETFs/aaa.us.txt", "1.5"), ("Stocks/AAA.us.txt", "2")):
        (tmp_path / "in" / name).parent.mkdir(parents=True)
        (tmp_path / "in" / name).write_text(HEADER + f"2020-01-02,1,2,1,{close},100,0\n")
    report = ingest(tmp_path / "in", tmp_path / "out")
    assert report.files_refused == (("Stocks/AAA.us.txt", "AAA was read from ETFs/aaa.us.txt already"),)
    assert (report.rows_in, report.rows_written, report.rows_refused) == (2, 1, 1)
    assert HiveCandleRepository(tmp_path / "out").read_raw("AAA").close.tolist() == [1.5]


def test_a_refused_file_does_not_take_the_place_of_a_good_one(tmp_path):
    for name, contents in (("ETFs/aaa.us.txt", ""), ("Stocks/aaa.us.txt", HEADER + ROW)):
        (tmp_path / "in" / name).parent.mkdir(parents=True)
        (tmp_path / "in" / name).write_text(contents)
    assert ingest(tmp_path / "in", tmp_path / "out").symbols == 1


def test_a_name_that_can_be_no_symbol_is_refused(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / f"{'x' * 70}.us.txt").write_text(HEADER + ROW)
    report = ingest(tmp_path / "in", tmp_path / "out")
    assert "longer than 64 characters" in report.files_refused[0][1]


def test_one_file_alone_is_read(tmp_path):
    (tmp_path / "aaa.us.txt").write_text(HEADER + ROW)
    report = ingest(tmp_path / "aaa.us.txt", tmp_path / "out")
    assert (report.files_in, report.symbols) == (1, 1)


@pytest.mark.real_data
def test_the_sample_of_real_files_goes_in_bit_for_bit(real_data, tmp_path):
    with tarfile.open(real_data / "us_stooq_daily" / "raw_sample.tar.xz") as archive:
        archive.extractall(tmp_path / "in", filter="data")
    report = ingest(tmp_path / "in", tmp_path / "out")
    assert (report.files_in, report.files_written, len(report.files_refused)) == (211, 199, 12)
    assert {reason for _, reason in report.files_refused} == {"it is empty (0 bytes)"}
    repository = HiveCandleRepository(tmp_path / "out")
    rows = 0
    for path in (tmp_path / "in").rglob("*.us.txt"):
        if path.stat().st_size == 0:
            continue
        frame = pd.read_csv(path)
        raw = repository.read_raw(path.name.removesuffix(".us.txt").upper())
        for name in ("Open", "High", "Low", "Close"):
            one, other = raw.field(name.lower()), frame[name].to_numpy(np.float64)
            assert one.view(np.int64).tolist() == other.view(np.int64).tolist()
        rows += len(frame)
    assert report.rows_in == report.rows_written == rows


def test_intraday_bars_without_their_times_are_refused(tmp_path):
    (tmp_path / "in").mkdir()
    head = "<TICKER>,<PER>,<DATE>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\n"
    (tmp_path / "in" / "x.txt").write_text(head + "AAPL.US,5,20200102,1,2,1,1.5,100\n")
    ((_, reason),) = ingest(tmp_path / "in", tmp_path / "out").files_refused
    assert reason == "its bars are of period 5, and there is no column with their times"
