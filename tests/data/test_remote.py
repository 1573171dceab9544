"""Folders of bars behind fsspec: real files through it, an archive, and stores that tell less."""

from __future__ import annotations

import shutil
import sys
import zipfile

import pytest

pytest.importorskip("fsspec", reason="fsspec comes with the extra 'cluster'")

from engine.data import snapshot_stamp
from engine.data.opening import open_repository
from engine.data.remote import RemoteCandleRepository
from engine.data.snapshot import gather_finds
from engine.data.snapshot_run import Snapshot
from engine.data.snapshot_source import source_of
from engine.errors import DataError, UnknownNameError
from engine.testing import generate_test_bars


@pytest.fixture
def folder(write_hive, settled):
    root = write_hive({name: generate_test_bars(name, 30) for name in ("AAA", "005930", "aaa", "BRK/B")})
    settled(root)
    return root


def test_files_read_as_they_do_without_fsspec(folder, rows_of):
    remote, local = open_repository(f"file://{folder}/"), open_repository(folder)
    assert isinstance(remote, RemoteCandleRepository)
    assert remote.symbols() == local.symbols()
    for symbol in local.symbols():
        assert rows_of(remote.read_raw(symbol)) == rows_of(local.read_raw(symbol))
    assert open_repository(remote.address).data_version() == remote.data_version()


def test_an_archive_is_a_folder_too(folder, tmp_path, rows_of):
    with zipfile.ZipFile(tmp_path / "bars.zip", "w") as archive:
        for path in sorted(folder.rglob("*.parquet")):
            archive.write(path, path.relative_to(folder))
    remote = open_repository(f"zip://::file://{tmp_path}/bars.zip")
    assert remote.symbols() == open_repository(folder).symbols()
    assert rows_of(remote.read_raw("AAA")) == rows_of(open_repository(folder).read_raw("AAA"))


def test_several_files_follow_one_another_by_name_and_others_are_left_out(folder):
    place = folder / "symbol=AAA"
    shutil.copy(place / "bars.parquet", place / "later.parquet")
    (place / ".hidden.parquet").write_bytes(b"")
    (place / "notes.txt").write_text("x")
    assert len(open_repository(f"file://{folder}").read_raw("AAA")) == 60


def test_what_is_wrong_with_one_symbol_is_its_own_fault(folder):
    (folder / "symbol=BAD").mkdir()
    (folder / "symbol=BAD" / "bars.parquet").write_bytes(b"PAR1")
    (folder / "symbol=NONE").mkdir()
    remote = open_repository(f"file://{folder}")
    with pytest.raises(DataError, match=r"The bars of BAD cannot be read from file:.*damaged"):
        remote.read_raw("BAD")
    with pytest.raises(DataError, match="no Parquet file for NONE"):
        remote.read_raw("NONE")
    with pytest.raises(UnknownNameError, match="Did you mean 'NONE'"):
        remote.read_raw("NONEE")
    assert len(remote.read_raw("AAA")) == 30


def test_a_flipped_bit_is_an_error(folder):
    path = folder / "symbol=AAA" / "bars.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 4
    path.write_bytes(data)
    with pytest.raises(DataError, match="AAA"):
        open_repository(f"file://{folder}").read_raw("AAA")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("file:///no/such/folder", "There is no folder file:///no/such/folder"),
        ("s3://bucket/bars", "s3fs"),
        ("memory://empty-of-bars", "There is no folder|holds no bars"),
    ],
)
def test_an_address_that_gives_no_bars_is_one_sentence(address, sentence):
    if address.startswith("s3:") and "s3fs" in sys.modules:
        pytest.skip("s3fs is installed here")
    with pytest.raises(DataError, match=sentence) as caught:
        open_repository(address).symbols()
    assert "\n" not in str(caught.value)


def test_without_fsspec_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(DataError, match=r"pip install candlewick\[cluster\]"):
        open_repository("s3://bucket/bars")


def test_a_misspelt_database_is_no_store():
    with pytest.raises(DataError, match="Did you mean 'sqlite:'"):
        open_repository("sqlit:///bars.db")


def read_through(address, among):
    """Read all as a scan does; return which symbols came from the store."""
    run = Snapshot(source_of(open_repository(address)), among=among).begin()
    reader = open_repository(run.repository.address)
    take = gather_finds(reader)
    anew = []
    for symbol in run.repository.symbols():
        reader.read_clean(symbol)
        finds = take()
        anew += [name for name, find in finds if find.stamp is not None]
        run.take(finds)
    run.finish()
    assert run.repository.data_version() == open_repository(address).data_version()
    return anew


@pytest.mark.parametrize("looked_at_one_by_one", [20, 1])
def test_its_snapshot_refreshes_changed_symbols_only(
    folder, tmp_path, settled, monkeypatch, looked_at_one_by_one
):
    monkeypatch.setattr("engine.data.remote._ONE_BY_ONE", looked_at_one_by_one)
    address, among = f"file://{folder}", tmp_path / "cache"
    assert read_through(address, among) == sorted(["AAA", "005930", "aaa", "BRK/B"])
    assert read_through(address, among) == []
    shutil.copy(folder / "symbol=005930" / "bars.parquet", folder / "symbol=AAA" / "more.parquet")
    settled(folder / "symbol=AAA")
    assert read_through(address, among) == ["AAA"]


def test_files_that_were_changed_a_moment_ago_are_not_kept(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot_stamp, "_TICK_NS", 10**18)
    for _ in range(2):
        assert len(read_through(f"file://{folder}", tmp_path / "cache")) == 4
