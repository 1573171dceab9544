from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from engine.data.opening import open_repository
from engine.data.own_data import place_of, target_for
from engine.errors import DataError


def make_database(path, *tables: str):
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in tables:
            connection.execute(f"CREATE TABLE {table}")
            name = table.partition("(")[0].strip()
            connection.execute(f"INSERT INTO {name} VALUES ('AAA', '2020-01-02', 1, 2, 1, 2)")
    return path


def test_a_folder_of_bars_and_an_address_open_as_they_are(hive):
    assert place_of(f" {hive} ") == str(hive)
    assert place_of(hive.as_uri()) == str(hive)
    for address in ("sqlite:///bars.db", "postgresql://ada@host/market", "s3://bucket/bars"):
        assert place_of(address) == address


def test_other_files_and_folders_are_to_be_imported(tmp_path):
    (tmp_path / "x.csv").write_text("Date,Close\n")
    assert place_of(str(tmp_path / "x.csv")) == tmp_path / "x.csv"
    assert place_of(str(tmp_path)) == tmp_path


@pytest.mark.parametrize("name", ["bars", "prices"])
def test_a_database_file_opens_at_its_table_of_bars(tmp_path, name):
    path = make_database(
        tmp_path / "x.db",
        f"{name} (ticker TEXT, day_ TEXT, o, h, l, c)".replace("day_", "date"),
        "notes (a, b, c, d, e, f)",
    )
    assert open_repository(place_of(str(path))).read_raw("AAA").close.tolist() == [2.0]


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        (
            ("prices (ticker, day, o, h, l, last_price)",),
            r"but prices \(ticker, day, .*\?table=prices&close=last",
        ),
        (("a (symbol, date, o, h, l, c)", "b (symbol, date, o, h, l, c)"), "several tables of bars, a, b"),
        ((), "but no tables"),
    ],
    ids=["other names", "several", "none"],
)
def test_a_database_without_one_table_of_bars_says_what_to_write(tmp_path, tables, sentence):
    path = make_database(
        tmp_path / "x.db", "empty_ (a, b, c, d, e, f)" if not tables else tables[0], *tables[1:]
    )
    if not tables:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DROP TABLE empty_")
    with pytest.raises(DataError, match=sentence):
        place_of(str(path))


@pytest.mark.parametrize(
    ("text", "sentence"), [("", "Choose a file"), ("/no/such/place", "There is nothing at")]
)
def test_a_place_where_nothing_is_says_so(text, sentence):
    with pytest.raises(DataError, match=sentence):
        place_of(text)


def test_an_import_gets_a_folder_of_its_own(tmp_path):
    (tmp_path / "My prices").mkdir()
    assert target_for(tmp_path / "My prices", tmp_path / "bars") == tmp_path / "bars" / "My_prices"
    (tmp_path / "bars" / "long").mkdir(parents=True)
    assert target_for(tmp_path / "long.csv.gz", tmp_path / "bars") == tmp_path / "bars" / "long_2"
