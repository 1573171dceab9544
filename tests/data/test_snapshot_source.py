"""Snapshots of databases: which symbols are read anew after which change."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="SQLAlchemy comes with the extra 'sql'")

from engine.data import snapshot_stamp
from engine.data.hive import HiveCandleRepository
from engine.data.opening import open_repository
from engine.data.repository import InMemoryCandleRepository
from engine.data.snapshot import gather_finds
from engine.data.snapshot_run import Snapshot
from engine.data.snapshot_source import FolderSource, TableSource, source_of
from engine.data.sql_writing import SqlTarget
from engine.market.quality import clean
from engine.testing import generate_test_bars

SYMBOLS = ("A", "B", "C")


class Sqlite:
    def __init__(self, tmp_path, request):
        self.file = tmp_path / "bars.db"
        self.address = f"sqlite:///{self.file}"

    def execute(self, statement):
        with closing(sqlite3.connect(self.file)) as connection, connection:
            connection.execute(statement)


class Postgresql:
    def __init__(self, tmp_path, request):
        self.server = request.getfixturevalue("postgresql")
        self.database = self.server.new_database()
        self.address = self.server.address(self.database)

    def execute(self, statement):
        self.server.execute(statement, database=self.database)


@pytest.fixture(params=[Sqlite, Postgresql])
def store(request, tmp_path):
    made = request.param(tmp_path, request)
    write(made.address, SYMBOLS)
    return made


def write(address, symbols, count=30):
    target = SqlTarget(address)
    for symbol in symbols:
        target.write(generate_test_bars(symbol, count))
    target.close()


def read_through(address, among):
    """Read all as a scan does; return closes by symbol and which symbols came from the database."""
    repository = open_repository(address)
    run = Snapshot(source_of(repository), among=among).begin()
    reader = open_repository(run.repository.address)
    take = gather_finds(reader)
    closes, anew = {}, []
    for symbol in run.repository.symbols():
        bars, quality = reader.read_clean(symbol)
        closes[symbol] = bars.close.tolist()
        finds = take()
        anew += [name for name, find in finds if find.stamp is not None]
        run.take(finds)
        assert quality == clean(repository.read_raw(symbol))[1]
    run.finish()
    assert run.notes == []
    assert run.repository.data_version() == open_repository(address).data_version()
    repository.close()
    return closes, anew


def test_the_second_reading_asks_the_database_for_no_rows(store, tmp_path):
    first, anew = read_through(store.address, tmp_path / "cache")
    assert anew == list(SYMBOLS)
    assert read_through(store.address, tmp_path / "cache") == (first, [])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bars SET close = close + 0.01 WHERE symbol = 'B' AND seq = 7",
        "DELETE FROM bars WHERE symbol = 'B' AND seq = 3",
        "INSERT INTO bars (symbol, seq, timestamp, open, high, low, close) VALUES ('B', 99, '2024-01-02', 1, 1, 1, 1)",
    ],
    ids=["update", "delete", "insert"],
)
def test_whoever_changes_a_row_only_that_symbol_is_read_anew(store, tmp_path, statement):
    before, _ = read_through(store.address, tmp_path / "cache")
    store.execute(statement)
    after, anew = read_through(store.address, tmp_path / "cache")
    assert anew == ["B"]
    assert after["B"] != before["B"]
    assert after["A"] == before["A"]


def test_a_symbol_that_is_ingested_again_comes_and_goes_alone(store, tmp_path):
    read_through(store.address, tmp_path / "cache")
    write(store.address, ["C", "D"], count=40)
    store.execute("DELETE FROM bars WHERE symbol = 'A'")
    closes, anew = read_through(store.address, tmp_path / "cache")
    assert anew == ["C", "D"]
    assert {symbol: len(each) for symbol, each in closes.items()} == {"B": 30, "C": 40, "D": 40}


def test_nothing_on_the_disk_holds_the_password(postgresql, tmp_path):
    address = postgresql.address(postgresql.new_database())
    write(address, SYMBOLS)
    read_through(address, tmp_path / "cache")
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert any(path.name.startswith("table-") for path in files)
    assert not any(b"w%40ck" in path.read_bytes() or b"w@ck" in path.read_bytes() for path in files)


def test_a_column_of_versions_of_ones_own_is_gone_by(postgresql, tmp_path):
    database = postgresql.new_database()
    address = postgresql.address(database, query="?version=changed")
    postgresql.execute(
        "CREATE TABLE bars (symbol text, date date, open float, high float, low float, close float, changed timestamp)",
        *(f"INSERT INTO bars VALUES ('{name}', '2020-01-02', 1, 1, 1, 1, '2024-01-01')" for name in SYMBOLS),
        database=database,
    )
    read_through(address, tmp_path / "cache")
    postgresql.execute(
        "UPDATE bars SET close = 1.0, changed = '2024-01-02' WHERE symbol = 'B'", database=database
    )
    assert read_through(address, tmp_path / "cache")[1] == ["B"]


def test_a_view_that_tells_no_changes_is_read_each_time(postgresql, tmp_path):
    database = postgresql.new_database()
    write(postgresql.address(database), SYMBOLS)
    postgresql.execute("CREATE VIEW seen AS SELECT * FROM bars", database=database)
    address = postgresql.address(database, query="?table=seen")
    for _ in range(2):
        assert read_through(address, tmp_path / "cache")[1] == list(SYMBOLS)


@pytest.mark.parametrize("was_just_changed", [False, True])
def test_any_change_of_an_sqlite_file_without_versions_concerns_all(tmp_path, monkeypatch, was_just_changed):
    store = Sqlite(tmp_path, None)
    store.execute("CREATE TABLE bars (symbol TEXT, date TEXT, open REAL, high REAL, low REAL, close REAL)")
    for name in SYMBOLS:
        store.execute(f"INSERT INTO bars VALUES ('{name}', '2020-01-02', 1, 1, 1, 1)")
    monkeypatch.setattr(snapshot_stamp, "_TICK_NS", 10**18 if was_just_changed else 0)
    os.utime(store.file, ns=(10**18 + 1, 10**18 + 1))
    read_through(store.address, tmp_path / "cache")
    kept = read_through(store.address, tmp_path / "cache")[1]
    # A file that was changed a moment ago may be changed again within the same tick.
    assert kept == (list(SYMBOLS) if was_just_changed else [])
    store.execute("UPDATE bars SET close = 2 WHERE symbol = 'B'")
    closes, anew = read_through(store.address, tmp_path / "cache")
    assert anew == list(SYMBOLS)
    assert closes["B"] == []  # the close is above the high


def test_folders_and_tables_have_snapshots_and_frames_have_none(tmp_path):
    assert isinstance(source_of(HiveCandleRepository(tmp_path)), FolderSource)
    assert isinstance(source_of(open_repository(f"sqlite:///{tmp_path}/x.db")), TableSource)
    assert source_of(InMemoryCandleRepository({})) is None
    assert source_of(HiveCandleRepository(tmp_path)).key == str(Path(tmp_path).resolve())
