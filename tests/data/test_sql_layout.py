"""Tables that Candlewick did not make: other names, other types, no order, no index, views."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

pytest.importorskip("sqlalchemy", reason="SQLAlchemy comes with the extra 'sql'")

from engine.data.opening import open_repository
from engine.errors import DataError
from engine.testing import bars_from_rows

DAYS = ["2020-01-02", "2020-01-03"]
ROWS = [(1, 2, 0.5, 1.5, 10), (2, 3, 1.5, 2.5, 20)]


@pytest.fixture
def database(tmp_path):
    """Run statements in a new SQLite file; return the repository over it."""
    file = tmp_path / "market.db"

    def make(*statements, query=""):
        with closing(sqlite3.connect(file)) as connection, connection:
            for statement in statements:
                connection.execute(statement)
        return open_repository(f"sqlite:///{file}{query}")

    return make


def test_columns_go_by_the_names_that_files_may_use(database, rows_of):
    repository = database(
        "CREATE TABLE bars (Ticker TEXT, Date TEXT, O REAL, H REAL, L REAL, C REAL, Vol INTEGER, note TEXT)",
        *(
            f"INSERT INTO bars VALUES ('A', '{day}', {o}, {h}, {low}, {c}, {v}, '')"
            for day, (o, h, low, c, v) in zip(DAYS, ROWS, strict=True)
        ),
    )
    assert repository.symbols() == ("A",)
    assert rows_of(repository.read_raw("A")) == rows_of(bars_from_rows("A", DAYS, ROWS))


def test_table_and_columns_can_be_named_in_the_address(database, rows_of):
    repository = database(
        'CREATE TABLE "daily bars" (name TEXT, "when" TEXT, open REAL, high REAL, low REAL, close REAL, '
        '"last ""price" REAL, volume REAL)',
        *(
            f"""INSERT INTO "daily bars" VALUES ('A', '{day}', {o}, {h}, {low}, -1, {c}, {v})"""
            for day, (o, h, low, c, v) in zip(DAYS, ROWS, strict=True)
        ),
        query="?table=daily+bars&symbol=name&timestamp=when&close=last+%22price",
    )
    assert rows_of(repository.read_raw("A")) == rows_of(bars_from_rows("A", DAYS, ROWS))
    assert len(open_repository(repository.address).read_raw("A")) == 2


def test_without_a_column_of_order_rows_come_by_time_and_value(database):
    rows = ["'2020-01-03', 1", "'2020-01-02', 3", "'2020-01-02', 2", "'2020-01-02', NULL"]
    made = [f"INSERT INTO bars VALUES ('A', {row}, 1, 1, 1)" for row in rows]
    table = "CREATE TABLE bars (symbol TEXT, date TEXT, close REAL, open REAL, high REAL, low REAL)"
    closes = [database(table, *made).read_raw("A").close.astype(str).tolist()]
    closes.append(database("DELETE FROM bars", *reversed(made)).read_raw("A").close.astype(str).tolist())
    assert closes[0] == closes[1] == ["2.0", "3.0", "nan", "1.0"]


def test_a_view_and_whole_numbers_and_no_volume_are_fine(database):
    repository = database(
        "CREATE TABLE raw (id INTEGER PRIMARY KEY, symbol TEXT, date TEXT, open INT, high INT, low INT, close INT)",
        "INSERT INTO raw VALUES (2, '007', '20200103', 1, 1, 1, 1), (1, '007', '2020-01-06 00:00:00', 2, 2, 2, 2)",
        "CREATE VIEW bars AS SELECT * FROM raw",
    )
    bars = repository.read_raw("007")
    assert bars.close.tolist() == [2.0, 1.0]  # by id
    assert bars.volume.astype(str).tolist() == ["nan", "nan"]
    assert repository.symbols() == ("007",)


@pytest.mark.parametrize(
    ("columns", "query", "sentence"),
    [
        ("symbol INTEGER, date TEXT, open, high, low, close", "", "store symbols as text"),
        ("symbol TEXT, date TEXT, open, high, low", "", "there is no column 'close'"),
        (
            "symbol TEXT, date TEXT, open, high, low, close",
            "?close=closs",
            "no column 'closs' for the close: did you mean 'close'",
        ),
        (
            "symbol TEXT, date TEXT, open, high, low, close",
            "?table=bar",
            "no table 'bar': did you mean .table=bars",
        ),
        ("symbol TEXT, date TEXT, open, high, low, close", "?table=x.bars", "x"),
    ],
)
def test_a_table_that_cannot_be_used_says_why_in_one_sentence(database, columns, query, sentence):
    repository = database(f"CREATE TABLE bars ({columns})", query=query)
    with pytest.raises(DataError, match=sentence) as caught:
        repository.symbols()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("date", "close", "sentence"),
    [
        ("'soon'", 1, "'date' holds a text that cannot be read"),
        ("'2020-01-02'", "'dear'", "'close'|dear"),
        (20200102, 1, "write dates as"),
        ("'2020-01-02'", 2**60 + 1, "too large"),
    ],
)
def test_a_value_that_is_none_is_the_fault_of_its_symbol(database, date, close, sentence):
    repository = database(
        "CREATE TABLE bars (symbol TEXT, date, open REAL, high REAL, low REAL, close)",
        "INSERT INTO bars VALUES ('GOOD', '2020-01-02', 1, 1, 1, 1)",
        f"INSERT INTO bars VALUES ('BAD', {date}, 1, 1, 1, {close})",
    )
    with pytest.raises(DataError, match=f"The bars of BAD cannot be read .*({sentence})"):
        repository.read_raw("BAD")
    assert len(repository.read_raw("GOOD")) == 1


def test_rows_without_a_symbol_belong_to_nobody(database):
    repository = database(
        "CREATE TABLE bars (symbol TEXT, date TEXT, open, high, low, close)",
        "CREATE INDEX by_symbol ON bars (symbol)",
        *(f"INSERT INTO bars VALUES ({name}, '2020-01-02', 1, 1, 1, 1)" for name in ("NULL", "'A'", "'B'")),
    )
    assert repository.symbols() == ("A", "B")
    assert len(repository.data_version()) == 64


def test_postgresql_gives_decimals_dates_and_times_with_a_zone(postgresql):
    database = postgresql.new_database()
    postgresql.execute(
        "CREATE SCHEMA market",
        "CREATE TABLE market.daily (symbol varchar(9), date timestamptz, open numeric(12,4), high numeric, low real, "
        "close float8, volume bigint)",
        "INSERT INTO market.daily VALUES ('A', '2020-01-02 America/New_York', 1.25, 'NaN', 0.5, 1, NULL)",
        "INSERT INTO market.daily VALUES ('A', '2020-07-02 America/New_York', 2.5, 3, 1, 2, 7)",
        "CREATE VIEW market.seen AS SELECT * FROM market.daily",
        database=database,
    )
    for table in ("market.daily", "market.seen"):
        repository = open_repository(
            postgresql.address(database, query=f"?table={table}&zone=America/New_York")
        )
        bars = repository.read_raw("A")
        assert bars.timestamp.astype(str).tolist() == [
            "2020-01-02T00:00:00.000000",
            "2020-07-02T00:00:00.000000",
        ]
        assert bars.open.tolist() == [1.25, 2.5]
        assert bars.high.astype(str).tolist() == ["nan", "3.0"]
        assert bars.volume.astype(str).tolist() == ["nan", "7.0"]
    abroad = open_repository(postgresql.address(database, query="?table=market.daily"))
    assert abroad.read_raw("A").timestamp.astype(str).tolist() == [
        "2020-01-02T05:00:00.000000",
        "2020-07-02T04:00:00.000000",
    ]
