from __future__ import annotations

import os
import shutil
import time

import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.snapshot_stamp import is_lasting, is_unchanged, take_stamp, watch
from engine.data.snapshot_table import Stamp


@pytest.fixture
def source(market):
    return HiveCandleRepository(market)


def is_current(root, stamp) -> bool:
    watched = watch(root, stamp)
    return watched is not None and is_unchanged(watched)


def check(source, stamp) -> tuple[bool, bool]:
    return is_current(str(source.root), stamp), is_lasting(str(source.root), stamp)


def test_files_that_nobody_touches_stay_current(source):
    assert check(source, take_stamp(source, "S01")) == (True, True)


@pytest.mark.parametrize("change", ["touch", "grow", "add", "remove", "remove folder"])
def test_every_change_shows(source, change):
    stamp = take_stamp(source, "S01")
    folder = source.folder("S01")
    path = folder / "bars.parquet"
    match change:
        case "touch":
            os.utime(path)
        case "grow":
            was = path.stat().st_mtime_ns
            path.write_bytes(path.read_bytes() + b"x")
            os.utime(path, ns=(was, was))
        case "add":
            (folder / "more.parquet").touch()
        case "remove":
            path.unlink()
        case "remove folder":
            shutil.rmtree(folder)
    assert not is_current(str(source.root), stamp)


@pytest.mark.parametrize(
    ("ago_ns", "is_whole_second", "lasting"),
    [
        (1_000_000, False, False),
        (500_000_000, False, True),
        (500_000_000, True, False),
        (5_000_000_000, True, True),
        (-1_000_000_000, False, False),
        (-3_600_000_000_000, False, True),
    ],
    ids=[
        "just now",
        "half a second",
        "coarse clock",
        "coarse, long ago",
        "clock ahead",
        "date in the future",
    ],
)
def test_a_change_within_the_clocks_tick_does_not_last(source, monkeypatch, ago_ns, is_whole_second, lasting):
    moment = 1_700_000_000_000_000_000 + (0 if is_whole_second else 123_456_789)
    monkeypatch.setattr(time, "time_ns", lambda: moment + ago_ns)
    stamp = Stamp(f"symbol=S01{os.sep}bars.parquet\x00100\x00{moment}\n", 1)
    assert is_lasting(str(source.root), stamp) is lasting


@pytest.mark.parametrize("identity", ["", "nonsense", "a\nb\0001\0002\n", "symbol=S01\0x\0y\n"])
def test_what_is_no_list_of_files_is_never_current(source, identity):
    assert not is_current(str(source.root), Stamp(identity, 0))


def test_links_do_not_last(source, tmp_path):
    folder = source.folder("S01")
    shutil.move(folder, tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    file = source.folder("S02") / "bars.parquet"
    file.rename(file.with_name("real.bin"))
    file.symlink_to(file.with_name("real.bin"))
    identity = f"symbol=S01{os.sep}bars.parquet\0001\0002\n"
    assert not is_lasting(str(source.root), Stamp(identity, 1))
    assert not is_lasting(str(source.root), take_stamp(source, "S02"))
