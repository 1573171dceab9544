from __future__ import annotations

import os

import pytest

from engine.data.parquet import BARS_FILE, write_bars
from engine.data.snapshot_files import SnapshotFolder
from engine.data.snapshot_publish import MOST_SHARDS, evict
from engine.testing import generate_test_bars


def shards(reader) -> list[str]:
    return sorted(path.name for path in reader.folder.glob("bars-*"))


def refresh(root, symbols, count, settled) -> None:
    for symbol in symbols:
        write_bars(generate_test_bars(symbol, count), root / f"symbol={symbol}" / BARS_FILE)
        settled(root / f"symbol={symbol}")


def test_a_shard_of_which_half_is_unused_is_carried_over(market, open_snapshot, settled):
    reader = open_snapshot(market)
    reader.contents()
    (first,) = shards(reader)
    refresh(market, ["S00", "S01"], 50, settled)
    reader.contents()
    assert first in shards(reader)
    refresh(market, ["S02", "S03", "S04"], 50, settled)
    reader.contents()
    assert first not in shards(reader)
    assert open_snapshot(market).contents() == reader.plain()
    assert reader.contents() == reader.plain()
    assert reader.from_source == []


def test_there_are_never_many_shards(market, open_snapshot, settled):
    reader = open_snapshot(market)
    reader.contents()
    for turn in range(MOST_SHARDS + 6):
        refresh(market, [f"S0{turn % 6}"], 20 + turn, settled)
        reader.contents()
        assert len(shards(reader)) <= MOST_SHARDS
    assert open_snapshot(market).contents() == reader.plain()


def test_a_damaged_block_is_not_carried_over(market, open_snapshot, settled):
    reader = open_snapshot(market)
    reader.contents()
    table = SnapshotFolder(reader.folder).newest()
    place = table.entry(table.rows["S05"], "S05").place
    path = reader.folder / table.shards[0]
    data = bytearray(path.read_bytes())
    data[place.begin] ^= 1
    path.write_bytes(data)
    refresh(market, ["S00", "S01", "S02", "S03", "S04"], 50, settled)
    reader.contents(["S00", "S01", "S02", "S03", "S04"])
    assert path.name not in shards(reader)
    assert "S05" not in SnapshotFolder(reader.folder).newest().rows
    assert reader.contents() == reader.plain()


def test_nothing_is_written_when_there_is_nothing_new(market, open_snapshot):
    reader = open_snapshot(market)
    reader.contents()
    before = sorted(path.name for path in reader.folder.iterdir())
    reader.contents()
    reader.contents(["S01"])
    assert sorted(path.name for path in reader.folder.iterdir()) == before


@pytest.fixture
def three(write_hive, open_snapshot, settled):
    """Three folders of bars with a snapshot each, used one after the other."""
    readers = []
    for age, name in ((300, "old"), (200, "middle"), (100, "new")):
        root = write_hive({f"{name}{number}": generate_test_bars("X", 500) for number in range(4)}, name)
        settled(root)
        reader = open_snapshot(root)
        reader.contents()
        for table in reader.folder.glob("table-*"):
            was = table.stat().st_mtime - age
            os.utime(table, (was, was))
        readers.append(reader)
    return readers


def held(readers) -> list[bool]:
    return [any(reader.folder.glob("table-*")) for reader in readers]


def test_the_snapshot_used_the_longest_ago_goes_first(three):
    old, _, new = three
    size = sum(path.stat().st_size for path in new.folder.iterdir())
    evict(new.folder, 3 * size + 1000)
    assert held(three) == [True, True, True]
    evict(new.folder, 2 * size + 1000)
    assert held(three) == [False, True, True]
    assert not old.folder.exists()
    evict(new.folder, 1)
    assert held(three) == [False, False, True]
    assert old.contents() == old.plain()


def test_a_snapshot_in_use_stays(three):
    old, _, new = three
    run = old.snapshot.begin()
    evict(new.folder, 1)
    assert held(three) == [True, False, True]
    assert old.contents_in(run) == old.plain()
    run.finish()
    evict(new.folder, 1)
    assert held(three) == [False, False, True]


def test_publishing_keeps_all_snapshots_under_the_limit(three, write_hive, open_snapshot, settled):
    root = write_hive({"LAST": generate_test_bars("LAST", 500)}, "last")
    settled(root)
    sizes = [sum(path.stat().st_size for path in reader.folder.iterdir()) for reader in three]
    last = open_snapshot(root, limit_gb=(sum(sizes) + 10_000) / 1e9)
    assert last.contents() == last.plain()
    assert held([*three, last]) == [False, True, True, True]
