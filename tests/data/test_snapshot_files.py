from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from engine.data.snapshot_files import (
    _LOCK_WAITS,
    ShardWriter,
    SnapshotFolder,
    folder_of,
    remove_unless_held,
    snapshots_folder,
)
from engine.data.snapshot_table import Table

EMPTY = Table.of("/bars", (), {})


@pytest.fixture
def folder(tmp_path):
    return SnapshotFolder(tmp_path / "one")


def tables(folder) -> list[str]:
    return sorted(path.name[:14] for path in folder.path.glob("table-*"))


def publish(folder, table=EMPTY) -> None:
    with folder.locked() as is_ours:
        assert is_ours
        folder.publish(table)


def test_snapshots_are_kept_in_the_users_cache_folder_and_not_beside_the_data():
    assert snapshots_folder().name == "snapshots"
    assert str(snapshots_folder()).startswith(os.environ["XDG_CACHE_HOME"])


def test_each_repository_has_a_folder_of_its_own(tmp_path):
    assert folder_of("/a", tmp_path) == folder_of("/a", tmp_path)
    assert folder_of("/a", tmp_path) != folder_of("/b", tmp_path)
    assert folder_of("/a", tmp_path).parent == tmp_path


def test_a_folder_that_is_not_there_holds_no_generation(folder):
    assert folder.pin() is None
    assert folder.newest() is None


def test_the_latest_generation_counts_and_the_one_before_goes(folder):
    publish(folder)
    publish(folder, Table.of("/later", (), {}))
    assert tables(folder) == ["table-00000002"]
    assert folder.newest().source == "/later"


def test_a_generation_that_is_held_stays_until_it_is_released(folder):
    publish(folder)
    pin = folder.pin()
    publish(folder)
    assert tables(folder) == ["table-00000001", "table-00000002"]
    pin.release()
    pin.release()
    publish(folder)
    assert tables(folder) == ["table-00000003"]


def test_a_damaged_generation_gives_way_to_the_one_before(folder):
    publish(folder, Table.of("/good", (), {}))
    (folder.path / "table-00000009-0123456789ab").write_bytes(b"CWSNAP torn")
    pin = folder.pin()
    assert pin.table.source == "/good"
    pin.release()
    publish(folder)
    assert tables(folder) == ["table-00000010"]


def test_a_generation_whose_shards_were_removed_can_be_held(folder):
    publish(folder, Table.of("/bars", ("bars-gone.arrow",), {}))
    pin = folder.pin()
    assert pin.table.shards == ("bars-gone.arrow",)
    pin.release()


def test_the_lock_is_one_programs_at_a_time(folder):
    program = """
import sys
from pathlib import Path
from engine.data.snapshot_files import SnapshotFolder
with SnapshotFolder(Path(sys.argv[1])).locked() as is_ours:
    print(is_ours)
"""
    other = [sys.executable, "-c", program, folder.path]
    with folder.locked() as first:
        assert first
        assert subprocess.run(other, capture_output=True, timeout=60, check=True).stdout == b"False\n"
    assert subprocess.run(other, capture_output=True, timeout=60, check=True).stdout == b"True\n"


def test_threads_of_one_program_take_turns_however_long_it_takes(folder):
    longer_than_another_program_is_waited_for = 2 * sum(_LOCK_WAITS)
    told = []

    def publish_as_well() -> None:
        with folder.locked() as second:
            told.append(second)

    with folder.locked() as first:
        thread = threading.Thread(target=publish_as_well)
        thread.start()
        thread.join(longer_than_another_program_is_waited_for)
        assert (first, told) == (True, [])
    thread.join(60)
    assert told == [True]


def test_who_holds_one_lock_may_take_another_snapshots(folder, tmp_path):
    other = SnapshotFolder(tmp_path / "other")
    with folder.locked() as first, other.locked() as second, folder.locked() as again:
        assert (first, second, again) == (True, True, False)


def test_a_lock_ends_with_its_program(folder):
    program = """
import os, signal, sys
from pathlib import Path
from engine.data.snapshot_files import SnapshotFolder
with SnapshotFolder(Path(sys.argv[1])).locked() as is_ours:
    assert is_ours
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", program, folder.path], check=False, timeout=60)
    with folder.locked() as is_ours:
        assert is_ours


def test_a_shard_in_the_making_is_not_swept_away_and_a_given_up_one_is(folder):
    publish(folder)
    writer = ShardWriter(folder.path)
    abandoned = folder.path / "new-0123456789ab.part"
    abandoned.write_bytes(b"half")
    publish(folder)
    assert writer.path.exists()
    assert not abandoned.exists()
    name = writer.finish()
    assert (folder.path / name).exists()
    publish(folder, Table.of("/bars", (name,), {}))
    assert (folder.path / name).exists()
    publish(folder)
    assert not (folder.path / name).exists()


def test_a_shard_that_is_given_up_leaves_nothing(folder):
    folder.path.mkdir()
    ShardWriter(folder.path).discard()
    assert list(folder.path.iterdir()) == []


def test_a_file_that_is_gone_counts_as_removed(tmp_path):
    assert remove_unless_held(tmp_path / "gone")
