from __future__ import annotations

import os

import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.ingest_target import FolderTarget, open_target
from engine.errors import OutputError
from engine.testing import generate_test_bars


def files(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def test_nothing_changes_before_it_is_kept(hive):
    before = files(hive)
    target = FolderTarget(hive)
    assert target.write(generate_test_bars("AAA", 7))
    assert not target.write(generate_test_bars("NEW", 7))
    assert HiveCandleRepository(hive).symbols() == ("005930", "AAA", "BBB")
    assert len(HiveCandleRepository(hive).read_raw("AAA")) == 30
    target.close()
    assert files(hive) == before


def test_what_is_kept_takes_the_place_of_the_old(hive):
    target = FolderTarget(hive)
    target.write(generate_test_bars("AAA", 7))
    target.write(generate_test_bars("NEW", 7))
    target.keep()
    target.close()
    repository = HiveCandleRepository(hive)
    assert [len(repository.read_raw(symbol)) for symbol in ("005930", "AAA", "BBB", "NEW")] == [30, 7, 30, 7]
    assert not list(hive.glob(".ingest-*"))


def test_a_folder_that_was_made_for_nothing_goes_again(tmp_path):
    target = open_target(tmp_path / "bars")
    target.write(generate_test_bars("AAA", 7))
    target.close()
    assert not (tmp_path / "bars").exists()
    target = open_target(tmp_path / "bars")
    target.keep()
    target.close()
    assert not (tmp_path / "bars").exists()


def test_what_a_killed_program_left_goes_after_a_day(hive):
    for name, age in ((".ingest-old", 2), (".ingest-young", 0.5)):
        (hive / name / "symbol=AAA").mkdir(parents=True)
        then = (hive / name).stat().st_mtime - age * 86_400
        os.utime(hive / name, (then, then))
    FolderTarget(hive).close()
    assert [path.name for path in hive.glob(".ingest-*")] == [".ingest-young"]


def test_a_failure_names_the_folder_that_was_asked_for(tmp_path, monkeypatch):
    target = FolderTarget(tmp_path / "bars")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError) as failure:
        target.write(generate_test_bars("AAA", 7))
    target.close()
    assert str(failure.value).startswith(f"Cannot write {tmp_path / 'bars'}: no space left on device")
