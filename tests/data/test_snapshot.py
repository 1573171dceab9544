from __future__ import annotations

import random

import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.opening import open_repository
from engine.data.repository import CandleRepository
from engine.data.snapshot import SnapshotAddress, SnapshotRepository, gather_finds
from engine.data.snapshot_source import read_unchanged
from engine.errors import DataError, UnknownNameError
from engine.testing import generate_test_bars


@pytest.fixture
def repository(market, open_snapshot):
    reader = open_snapshot(market)
    reader.contents()
    run = reader.snapshot.begin()
    yield run.repository
    run.finish()


def test_it_is_a_candle_repository_like_its_source(repository, market, rows_of):
    plain = HiveCandleRepository(market)
    again = open_repository(repository.address)
    assert isinstance(again, SnapshotRepository)
    assert isinstance(again, CandleRepository)
    assert again.symbols() == plain.symbols()
    assert again.data_version() == plain.data_version()
    assert rows_of(again.read_raw("MESS")) == rows_of(plain.read_raw("MESS"))
    assert again.get_range("MESS").equals(plain.get_range("MESS"))
    assert again.get_range("S05", "1w").equals(plain.get_range("S05", "1w"))
    with pytest.raises(UnknownNameError):
        again.read_clean("NOBODY")


def test_an_address_survives_its_way_as_text(tmp_path):
    at = SnapshotAddress(
        tmp_path / "a?b=c&d", "/data/ä ?&=%/bars", frozenset({0, 7, 8, 2499}), frozenset({8}), keep=True
    )
    text = str(at)
    assert text.startswith("snapshot:")
    assert SnapshotAddress.parse(text.removeprefix("snapshot:")) == at
    nothing = SnapshotAddress(tmp_path, "/bars")
    assert SnapshotAddress.parse(str(nothing).removeprefix("snapshot:")) == nothing


@pytest.mark.parametrize(
    "text", ["snapshot:", "snapshot:/x", "snapshot:/x?source=1", "snapshot:/x?current=!"]
)
def test_an_address_that_is_none_says_what_to_do(text):
    with pytest.raises(DataError, match="name the folder of bars instead"):
        open_repository(text)


def test_a_table_that_is_gone_is_an_empty_one(market, tmp_path, rows_of):
    address = SnapshotAddress(tmp_path / "gone", str(market), frozenset({0, 1}), frozenset({0}))
    bars, _ = SnapshotRepository(address).read_clean("S01")
    assert rows_of(bars) == rows_of(generate_test_bars("S01", 41))


def test_only_a_repository_over_a_snapshot_finds_anything(market):
    take = gather_finds(HiveCandleRepository(market))
    assert take() == ()


def test_nothing_is_gathered_unless_somebody_asks(repository):
    again = open_repository(repository.address)
    again.read_clean("S01")
    take = again.gather()
    assert take() == ()
    again.read_clean("S02")
    assert [symbol for symbol, _ in take()] == ["S02"]
    assert take() == ()


@pytest.mark.parametrize("part", ["bars-", "table-"])
def test_a_flipped_byte_is_rebuilt_and_never_other_data(market, open_snapshot, part):
    reader = open_snapshot(market)
    reader.contents()
    wanted, folder, rebuilt = reader.plain(), reader.folder, 0
    sound = {path.name: path.read_bytes() for path in folder.iterdir()}
    (name,) = [name for name in sound if name.startswith(part)]
    for seed in range(60):
        for path in folder.iterdir():
            path.unlink()
        for each, data in sound.items():
            (folder / each).write_bytes(data)
        chance = random.Random(seed)
        damaged = bytearray(sound[name])
        damaged[chance.randrange(len(damaged))] ^= chance.randrange(1, 256)
        (folder / name).write_bytes(damaged)
        for is_healed in (False, True):
            reader = open_snapshot(market)
            assert reader.contents() == wanted, seed
            assert not (is_healed and reader.from_source), seed
            rebuilt += bool(reader.from_source)
    assert rebuilt > 40


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("part", ["bars-", "table-"])
def test_a_file_cut_off_is_rebuilt(market, open_snapshot, part, share):
    open_snapshot(market).contents()
    reader = open_snapshot(market)
    (path,) = reader.folder.glob(f"{part}*")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert reader.contents() == reader.plain()
    assert reader.from_source
    assert open_snapshot(market).contents() == reader.plain()


def test_a_shard_that_somebody_removed_is_rebuilt(market, open_snapshot):
    open_snapshot(market).contents()
    reader = open_snapshot(market)
    for path in reader.folder.glob("bars-*"):
        path.unlink()
    assert reader.contents() == reader.plain()
    assert reader.contents() == reader.plain()
    assert reader.from_source == []


def test_a_file_that_changes_during_every_read_is_a_fault(market, monkeypatch):
    source = HiveCandleRepository(market)
    counts = iter(range(100))
    monkeypatch.setattr(source, "identity", lambda symbol: f"{next(counts)}")
    with pytest.raises(DataError, match="change while they are read"):
        read_unchanged(source, "S01")


def test_a_file_that_changes_once_is_read_again(market, monkeypatch):
    source = HiveCandleRepository(market)
    states = iter("abbbb")
    monkeypatch.setattr(source, "identity", lambda symbol: next(states))
    bars, _, stamp = read_unchanged(source, "S01")
    assert len(bars) == 41
    assert stamp.identity == "b"
