"""Bars into a table: what comes out is what went in, in one step for each symbol, with the same report."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import numpy as np
import pytest

pytest.importorskip("sqlalchemy", reason="SQLAlchemy comes with the extra 'sql'")

from engine.cli.main import main
from engine.data.ingest import ingest
from engine.data.opening import open_repository
from engine.data.sql_writing import SqlTarget
from engine.errors import DataError, OutputError
from engine.market.bars import Bars
from engine.testing import generate_test_bars


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bars.db"
    server = request.getfixturevalue("postgresql")
    return server.address(server.new_database())


def odd_bars(symbol):
    """Return bars of all sorts of doubles, at odd times."""
    values = np.array([0.1 + 0.2, 1e308, 5e-324, np.inf, -1.0, np.nan, 2.0**53 + 2, 1 / 3])
    times = np.datetime64("2020-01-02T09:30:00.000001", "us") + np.arange(8) * np.timedelta64(977, "ms")
    return Bars(symbol, times, values, values[::-1].copy(), -values, values * 0.5, values + 1)


@pytest.mark.parametrize("bars", [generate_test_bars("A", 300), odd_bars("A")], ids=["daily", "odd"])
def test_every_double_and_every_time_comes_back_as_it_was(address, rows_of, bars):
    target = SqlTarget(address)
    assert target.write(bars) is False
    target.close()
    assert rows_of(open_repository(address).read_raw("A")) == rows_of(bars)


@pytest.mark.parametrize("symbol", ["005930", "NA", "a,b", 'quo"te', "it's", "ünï", "\\N", "%s", ":x", "$1"])
def test_symbols_are_text_whatever_their_letters(address, symbol):
    target = SqlTarget(address)
    target.write(generate_test_bars(symbol, 3))
    target.close()
    repository = open_repository(address)
    assert repository.symbols() == (symbol,)
    assert len(repository.read_raw(symbol)) == 3


def test_a_symbol_is_replaced_as_a_whole(address):
    target = SqlTarget(address)
    target.write(generate_test_bars("A", 30))
    target.write(generate_test_bars("B", 10))
    assert target.write(generate_test_bars("A", 20)) is True
    assert target.write(Bars.empty("B")) is True
    target.close()
    repository = open_repository(address)
    assert repository.symbols() == ("A",)
    assert len(repository.read_raw("A")) == 20


def test_a_row_that_the_table_refuses_leaves_the_old_ones(tmp_path):
    address = f"sqlite:///{tmp_path}/bars.db"
    target = SqlTarget(address)
    target.write(generate_test_bars("A", 30))
    with closing(sqlite3.connect(tmp_path / "bars.db")) as connection:
        connection.execute(
            "CREATE TRIGGER no_more BEFORE INSERT ON bars WHEN new.seq > 5 BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        connection.commit()
    with pytest.raises(OutputError, match="it says 'full'"):
        target.write(generate_test_bars("A", 10))
    target.close()
    assert len(open_repository(address).read_raw("A")) == 30


def test_a_table_of_ones_own_is_filled_and_gets_an_index(tmp_path):
    with closing(sqlite3.connect(tmp_path / "own.db")) as connection:
        connection.execute("CREATE TABLE eod (ticker TEXT, date TEXT, open, high, low, last, volume)")
    address = f"sqlite:///{tmp_path}/own.db?table=eod&close=last"
    target = SqlTarget(address)
    target.write(generate_test_bars("A", 7))
    target.close()
    assert open_repository(address).read_raw("A").close.tolist() == generate_test_bars("A", 7).close.tolist()
    with closing(sqlite3.connect(tmp_path / "own.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'").fetchall() == [
            ("ix_eod_ticker",)
        ]


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    with pytest.raises(OutputError, match="there is no folder"):
        SqlTarget(f"sqlite:///{tmp_path}/no/bars.db")
    (tmp_path / "text.db").write_text("not a database, but long enough to be looked at" * 10)
    with pytest.raises(OutputError, match="not an SQLite database"):
        SqlTarget(f"sqlite:///{tmp_path}/text.db")
    with pytest.raises(DataError, match="names no file"):
        SqlTarget("sqlite://")


CSV = """symbol,date,open,high,low,close,volume
005930,2020-01-02,1,2,0.5,1.5,10
NA,2020-01-02,1,2,0.5,1.5,10
NA,soon,1,2,0.5,1.5,10
005930,2020-01-03,1,3,0.5,2.5,
"""


def test_ingest_gives_the_same_report_as_for_a_folder(address, tmp_path):
    (tmp_path / "long.csv").write_text(CSV)
    folder, database = (
        ingest(tmp_path / "long.csv", tmp_path / "hive"),
        ingest(tmp_path / "long.csv", address),
    )
    assert database.summary_rows() == folder.summary_rows()
    assert database.symbols == 2
    assert open_repository(address).symbols() == ("005930", "NA")
    assert ingest(tmp_path / "long.csv", address).replaced == ("005930", "NA")


def test_the_command_line_ingests_and_scans_and_no_file_nor_line_holds_the_password(
    postgresql, tmp_path, monkeypatch, capfd
):
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / "home" / kind))
    address = postgresql.address(postgresql.new_database())
    (tmp_path / "long.csv").write_text(CSV.replace("NA,soon,1,2,0.5,1.5,10\n", ""))
    assert main(["ingest", str(tmp_path / "long.csv"), "--into", address]) == 0
    summary = tmp_path / "home" / "summary.json"
    (tmp_path / "home").mkdir(exist_ok=True)
    scan = ["scan", "--data", address, "--formula", "close > 1", "--out", str(tmp_path / "home" / "out.csv")]
    assert main([*scan, "--workers", "1", "--summary-json", str(summary)]) == 0
    assert json.loads(summary.read_text())["matches"] == 3
    assert main(["scan", "--data", f"{address}?table=none", "--formula", "close > 1"]) != 0
    told = "".join(capfd.readouterr()).encode()
    files = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    told += b"".join(path.read_bytes() for path in files)
    assert len(files) > 3
    assert b"w%40ck" not in told
    assert b"w@ck" not in told
