"""What workers write beside a run's new shard, and what becomes of it."""

from __future__ import annotations

import pytest

from engine.data import snapshot_parts, snapshot_publish
from engine.data.opening import open_repository
from engine.data.snapshot import gather_finds
from engine.data.snapshot_files import ShardWriter, SnapshotFolder
from engine.data.snapshot_parts import NoRoomError, PartWriter, Written
from engine.testing import generate_test_bars

pytestmark = pytest.mark.skipif(not snapshot_parts.PARTS_ARE_POSSIBLE, reason="parts need POSIX file names")


@pytest.fixture
def large_parts(monkeypatch):
    """Let every part be large enough to become a shard."""
    monkeypatch.setattr(snapshot_publish, "LEAST_ADOPTED", 0)
    monkeypatch.setattr(snapshot_publish, "FULL_ENOUGH", 0.5)


def finds_of(run, symbols):
    """Read these symbols as one worker would."""
    repository = open_repository(run.repository.address)
    take = gather_finds(repository)
    for symbol in symbols:
        repository.read_clean(symbol)
    return take()


def test_a_worker_writes_its_blocks_into_a_part_and_sends_their_places(market, open_snapshot):
    run = open_snapshot(market).snapshot.begin()
    finds = dict(finds_of(run, ("S01", "S02", "NONE")))
    run.finish()
    assert {name: isinstance(find.written, Written) for name, find in finds.items()} == {
        "S01": True,
        "S02": True,
        "NONE": False,
    }
    assert all(find.block is None for find in finds.values())


@pytest.mark.usefixtures("large_parts")
def test_the_parts_of_several_workers_become_shards_as_they_are(market, open_snapshot):
    reader = open_snapshot(market)
    run = reader.snapshot.begin()
    for symbols in (("S00", "S01"), ("S02", "S03", "S04"), ("NO",)):
        run.take(finds_of(run, symbols))
    written = sorted(path.stat().st_size for path in reader.folder.glob("new-*-*.part"))
    run.finish()
    assert sorted(path.stat().st_size for path in reader.folder.glob("bars-*.arrow")) == written
    assert not list(reader.folder.glob("*.part"))
    again = open_snapshot(market)
    assert again.contents() == again.plain()
    assert set(again.verified) >= {"S00", "S01", "S02", "S03", "S04", "NO"}


@pytest.mark.usefixtures("large_parts")
def test_a_part_that_is_mostly_unwanted_is_copied_and_goes(market, open_snapshot):
    reader = open_snapshot(market)
    run = reader.snapshot.begin()
    run.take(finds_of(run, ("S00", "S01", "S02"))[:1])
    run.finish()
    (shard,) = reader.folder.glob("bars-*.arrow")
    assert shard.stat().st_size < 4_000
    again = open_snapshot(market)
    assert again.contents() == again.plain()
    assert again.verified == ["S00"]


def test_blocks_damaged_on_the_way_are_not_kept(market, open_snapshot):
    reader = open_snapshot(market)
    run = reader.snapshot.begin()
    run.take(finds_of(run, ("S00", "S01")))
    (part,) = reader.folder.glob("new-*-*.part")
    contents = bytearray(part.read_bytes())
    contents[-200] ^= 4
    part.write_bytes(contents)
    run.finish()
    again = open_snapshot(market)
    assert again.contents() == again.plain()
    assert again.verified == ["S00"]


def test_a_part_that_somebody_has_removed_costs_only_its_blocks(market, open_snapshot):
    reader = open_snapshot(market)
    run = reader.snapshot.begin()
    run.take(finds_of(run, ("S00",)))
    (part,) = reader.folder.glob("new-*-*.part")
    part.unlink()
    run.take(finds_of(run, ("S01",)))
    run.finish()
    again = open_snapshot(market)
    assert again.contents() == again.plain()
    assert again.verified == ["S01"]


def test_what_a_worker_was_writing_when_it_died_is_not_taken_for_a_block(market, open_snapshot):
    reader = open_snapshot(market)
    run = reader.snapshot.begin()
    finds = finds_of(run, ("S00",))
    (part,) = reader.folder.glob("new-*-*.part")
    with part.open("ab") as torn:
        torn.write(b"half a block")
    run.take(finds)
    run.take(finds_of(run, ("S01",)))
    run.finish()
    again = open_snapshot(market)
    assert again.contents() == again.plain()
    assert again.verified == ["S00", "S01"]


def test_parts_are_safe_while_their_run_lives_and_swept_afterwards(tmp_path):
    folder = SnapshotFolder(tmp_path)
    living = ShardWriter(tmp_path)
    mine = PartWriter(tmp_path, living.token, 10**6).add(generate_test_bars("AAA", 30)).part
    orphan = PartWriter(tmp_path, "0123456789ab", 10**6).add(generate_test_bars("AAA", 30)).part
    folder.sweep(())
    assert (tmp_path / mine).exists()
    assert not (tmp_path / orphan).exists()
    living.discard()
    assert not list(tmp_path.iterdir())


def test_a_worker_writes_no_more_than_there_is_room_for(tmp_path):
    part = PartWriter(tmp_path, "0123456789ab", 5_000)
    first = part.add(generate_test_bars("AAA", 60))
    with pytest.raises(NoRoomError):
        part.add(generate_test_bars("BBB", 60))
    assert (tmp_path / first.part).stat().st_size < 6_000


def test_a_disk_that_does_not_take_a_workers_block_costs_a_note(market, open_snapshot, monkeypatch):
    def full(self, bars):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PartWriter, "add", full)
    reader = open_snapshot(market)
    assert reader.contents() == reader.plain()
    (note,) = reader.notes
    assert "no space left on device" in note
    assert not list(reader.folder.glob("*.part"))


def test_a_run_that_needs_nothing_from_the_source_begins_no_shard(market, open_snapshot):
    reader = open_snapshot(market)
    readable = ("S00", "S01")
    reader.contents(readable)
    run = reader.snapshot.begin(readable)
    assert not list(reader.folder.glob("*.part"))
    run.finish()
