from __future__ import annotations

import os
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.parquet import write_bars
from engine.errors import DataError, UnknownNameError
from engine.testing import generate_test_bars

TEXTS = (
    "005930",
    "000660",
    "NO",
    "ON",
    "Y",
    "NA",
    "NULL",
    "NAN",
    "TRUE",
    "1E5",
    "INF",
    "0123",
    "aapl",
    "BRK.B",
    "^SPX",
)


def test_symbols_are_text_and_sorted(write_hive):
    repository = HiveCandleRepository(write_hive({symbol: generate_test_bars(symbol, 2) for symbol in TEXTS}))
    assert repository.symbols() == tuple(sorted(TEXTS))
    assert [repository.read_raw(symbol).symbol for symbol in TEXTS] == list(TEXTS)


def test_folders_that_others_named_are_read(tmp_path):
    for folder in ("symbol=aapl", "symbol=BRK%2EB", "symbol=%zz"):
        (tmp_path / folder).mkdir()
    assert HiveCandleRepository(tmp_path).symbols() == ("%zz", "BRK.B", "aapl")


def test_what_is_no_symbol_folder_is_left_alone(hive):
    (hive / "README.txt").write_text("hello")
    (hive / "symbol=").mkdir()
    (hive / "other=AAA").mkdir()
    (hive / "symbol=file").write_text("not a folder")
    assert HiveCandleRepository(hive).symbols() == ("005930", "AAA", "BBB")


def test_several_files_follow_one_another_in_order_of_name(hive, rows_of):
    one, two = generate_test_bars("AAA", 3, "2019-01-01"), generate_test_bars("AAA", 4, "2018-01-01")
    folder = hive / "symbol=AAA"
    (folder / "bars.parquet").unlink()
    write_bars(two, folder / "part-2.parquet")
    write_bars(one, folder / "part-1.parquet")
    raw = HiveCandleRepository(hive).read_raw("AAA")
    assert rows_of(raw) == rows_of(one) + rows_of(two)
    assert raw.symbol == "AAA"


def test_half_written_and_foreign_files_are_not_read(hive):
    folder = hive / "symbol=AAA"
    for name in (".cw-123.parquet", "_metadata.parquet", "notes.txt"):
        (folder / name).write_bytes(b"rubbish")
    assert len(HiveCandleRepository(hive).read_raw("AAA")) == 30


def test_the_symbol_comes_from_the_folder_never_from_a_column(tmp_path):
    (tmp_path / "symbol=AAA").mkdir()
    columns = {"symbol": ["ZZZ"], "date": ["2020-01-01"], "o": [1.0], "h": [1.0], "l": [1.0], "c": [1.0]}
    pq.write_table(pa.table(columns), tmp_path / "symbol=AAA" / "x.parquet")
    assert HiveCandleRepository(tmp_path).read_raw("AAA").symbol == "AAA"


def test_an_unknown_symbol_gets_the_nearest_name(hive):
    with pytest.raises(UnknownNameError, match=r"no symbol named 'AAAA'. Did you mean 'AAA'"):
        HiveCandleRepository(hive).read_raw("AAAA")


def test_a_missing_folder_says_so(tmp_path):
    with pytest.raises(DataError, match=r"There is no folder .*missing: check the path"):
        HiveCandleRepository(tmp_path / "missing").symbols()


def test_a_folder_without_bars_says_so(tmp_path):
    with pytest.raises(DataError, match="holds no bars: it has no folders named symbol=NAME"):
        HiveCandleRepository(tmp_path).symbols()


def test_a_file_in_place_of_the_folder_says_so(tmp_path):
    (tmp_path / "bars.csv").write_text("x")
    with pytest.raises(DataError, match=r"is a file, not a folder of bars: .*ingest"):
        HiveCandleRepository(tmp_path / "bars.csv").symbols()


def break_with_a_folder(folder):
    (folder / "bars.parquet").unlink()
    (folder / "bars.parquet").mkdir()


def break_by_cutting(folder):
    path = folder / "bars.parquet"
    path.write_bytes(path.read_bytes()[:100])


def break_with_text(folder):
    (folder / "zzz.parquet").write_text("Date,Open")


def break_by_emptying_a_file(folder):
    (folder / "bars.parquet").write_bytes(b"")


def break_by_emptying_the_folder(folder):
    (folder / "bars.parquet").unlink()


def break_by_removing(folder):
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("break_", "reason"),
    [
        (break_with_a_folder, "it is a folder, not a Parquet file"),
        (break_by_cutting, "it is cut off"),
        (break_with_text, "it is not a Parquet file"),
        (break_by_emptying_a_file, "it is empty"),
        (break_by_emptying_the_folder, "There is no Parquet file for AAA"),
        (break_by_removing, "no such file or directory"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_the_fault_of_one_symbol_concerns_that_symbol_alone(hive, break_, reason):
    repository = HiveCandleRepository(hive)
    assert repository.symbols() == ("005930", "AAA", "BBB")
    break_(hive / "symbol=AAA")
    with pytest.raises(DataError, match=reason):
        repository.read_raw("AAA")
    assert len(repository.read_raw("BBB")) == 30
    assert len(repository.data_version()) == 64


def test_two_folders_of_one_symbol_are_a_fault_of_that_symbol(hive):
    (hive / "symbol=%41AA").mkdir()
    repository = HiveCandleRepository(hive)
    assert repository.symbols() == ("005930", "AAA", "BBB")
    with pytest.raises(DataError, match="symbol=%41AA and symbol=AAA both hold the bars of AAA"):
        repository.read_raw("AAA")
    assert len(repository.read_raw("BBB")) == 30


def test_a_link_that_leads_out_of_the_folder_is_not_followed(hive, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    write_bars(generate_test_bars("X", 3), outside / "bars.parquet")
    (hive / "symbol=OUT").symlink_to(outside)
    (hive / "symbol=FILE").mkdir()
    (hive / "symbol=FILE" / "bars.parquet").symlink_to(outside / "bars.parquet")
    (hive / "symbol=IN").symlink_to(hive / "symbol=AAA")
    repository = HiveCandleRepository(hive)
    for symbol in ("OUT", "FILE"):
        with pytest.raises(DataError, match="is a link that leads out of"):
            repository.read_raw(symbol)
    assert len(repository.read_raw("IN")) == 30


def test_a_folder_that_must_not_be_read_says_so(hive, monkeypatch):
    # The tests may run as root, for whom nothing is forbidden.
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("symbol=AAA"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(DataError, match=r"cannot be read from .*: permission denied"):
        HiveCandleRepository(hive).read_raw("AAA")


def test_the_version_changes_with_any_file_of_the_symbols_asked_for(hive):
    repository = HiveCandleRepository(hive)
    whole, only = repository.data_version(), repository.data_version(("BBB",))
    assert repository.data_version() == whole
    path = hive / "symbol=AAA" / "bars.parquet"
    os.utime(path, ns=(1, 1))
    assert repository.data_version() != whole
    assert repository.data_version(("BBB",)) == only
    write_bars(generate_test_bars("BBB", 5), hive / "symbol=BBB" / "more.parquet")
    assert repository.data_version(("BBB",)) != only


def test_the_version_does_not_depend_on_where_the_folder_stands_or_on_order(hive, tmp_path):
    shutil.copytree(hive, tmp_path / "copy", copy_function=shutil.copy2)
    one, two = HiveCandleRepository(hive), HiveCandleRepository(tmp_path / "copy")
    assert one.data_version(("AAA", "BBB")) == two.data_version(("BBB", "AAA"))


def test_the_address_is_absolute(hive, monkeypatch):
    monkeypatch.chdir(hive.parent)
    assert HiveCandleRepository(hive.name).address == str(hive)


@pytest.mark.parametrize("name", ["with space", "é 日本 🕯", "x" * 200])
def test_folders_of_any_name_are_read(write_hive, name):
    root = write_hive({"AAA": generate_test_bars("AAA", 3)}, name)
    assert len(HiveCandleRepository(root).read_raw("AAA")) == 3
