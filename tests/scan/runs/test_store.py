"""Kept runs are listed, found, opened, removed and thinned out; never one that is still wanted."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.errors import RunError, UnknownNameError
from engine.scan.job import ProcessingJob
from engine.scan.runs import run_folder
from engine.scan.runs.run_folder import RunFolder, new_run_id
from engine.scan.runs.store import RunStore, default_runs_folder
from engine.settings import Settings

JOB = ProcessingJob("close > sma(close, 20)", name="above its mean")


@pytest.fixture
def example(repository, scan, store: RunStore) -> str:
    scan(repository, JOB)
    return store.find("last").id


def place(store: RunStore, example: str, began: datetime, status: str = "complete") -> str:
    """Put a copy of a run into the store as if it had begun then."""
    run = new_run_id(began)
    folder = store.folder / run
    folder.mkdir()
    plain = json.loads((store.folder / example / "manifest.json").read_text())
    plain |= {"id": run, "started": began.isoformat(), "status": status}
    (folder / "manifest.json").write_text(json.dumps(plain))
    (folder / "lock").touch()
    return run


def ago(**how: float) -> datetime:
    return datetime.now(UTC) - timedelta(**how)


def ids(store: RunStore) -> list[str]:
    return [run.id for run in store.list_runs()]


def test_runs_are_listed_the_newest_first(store, example) -> None:
    older = [place(store, example, ago(days=days)) for days in (3, 1, 2)]
    assert ids(store) == [example, older[1], older[2], older[0]]
    newest = store.list_runs()[0]
    assert (newest.state, newest.can_resume, newest.manifest.title) == ("complete", False, "above its mean")
    assert newest.manifest.matches == store.open_run(example).matches.num_rows > 0
    assert newest.manifest.processing_job() == JOB


def test_opening_tells_how_far_it_is_and_reads_the_same(store, example, monkeypatch) -> None:
    monkeypatch.setattr(run_folder, "_PIECE_BYTES", 100)
    heard: list[tuple[int, int]] = []
    opened = store.open_run(example, lambda *step: heard.append(step))
    assert opened.matches.equals(store.open_run(example).matches)
    assert heard == sorted(heard) and len(heard) > 3
    assert {total for _, total in heard} == {heard[-1][0]}


def test_what_progress_raises_ends_the_opening(store, example) -> None:
    def stop(_done: int, _total: int) -> None:
        raise KeyError("not wanted any more")

    with pytest.raises(KeyError):
        store.open_run(example, stop)


def test_an_empty_store_lists_nothing(store) -> None:
    assert store.list_runs() == ()
    with pytest.raises(UnknownNameError, match="no run named 'last'"):
        store.find("last")


def test_a_run_is_found_by_how_its_id_begins(store, example) -> None:
    other = place(store, example, ago(days=400))
    assert store.find(other[:6]).id == other
    assert store.find("last").id == store.find(example).id == example
    with pytest.raises(RunError, match="2 runs begin with '2'"):
        store.find("2")
    with pytest.raises(UnknownNameError, match="Did you mean"):
        store.find(f"{example[:-2]}zz")


@pytest.mark.parametrize("name", ["../x", ".", "", "manifest.json", "20261122-071502-417-3f9a1"])
def test_nothing_but_a_run_is_ever_found(store, example, name) -> None:
    with pytest.raises(UnknownNameError):
        store.find(name)


def test_a_damaged_manifest_is_listed_and_can_be_removed(store, example) -> None:
    (store.folder / example / "manifest.json").write_text('{"version": 1, "id":')
    run = store.find(example)
    assert (run.state, run.manifest) == ("damaged", None)
    assert abs((run.begun - datetime.now(UTC)).total_seconds()) < 3600
    with pytest.raises(RunError, match=f"damaged: remove the run with 'candlewick runs remove {example}'"):
        store.open_run(example)
    assert store.remove([example]) == (example,)
    assert ids(store) == []


def test_a_manifest_of_another_version_is_said(store, example) -> None:
    (store.folder / example / "manifest.json").write_text('{"version": 2, "news": []}')
    with pytest.raises(RunError, match="another version of Candlewick"):
        store.manifest(example)


def test_a_folder_that_was_renamed_is_not_believed(store, example) -> None:
    moved = new_run_id(ago(days=1))
    (store.folder / example).rename(store.folder / moved)
    with pytest.raises(RunError, match=f"is that of run {example}"):
        store.manifest(moved)


def test_runs_are_removed_by_name_or_by_age(store, example) -> None:
    old = [place(store, example, ago(days=days)) for days in (5, 40, 41)]
    assert store.remove_older_than(30) == (old[1], old[2])
    assert store.remove([old[0]]) == (old[0],)
    assert ids(store) == [example]
    assert [path.name for path in store.folder.iterdir()] == [example]


def test_an_unknown_run_among_those_to_remove_keeps_all(store, example) -> None:
    with pytest.raises(UnknownNameError):
        store.remove([example, "20010101"])
    assert ids(store) == [example]


def test_a_run_under_way_is_never_removed(store, example) -> None:
    old = place(store, example, ago(days=400), "running")
    lock = RunFolder(store.folder / old).hold()
    try:
        assert store.find(old).state == "running"
        with pytest.raises(RunError, match="under way"):
            store.remove([old])
        assert store.remove_older_than(30) == ()
        store.keep = 1
        store.prune()
        assert ids(store) == [example, old]
    finally:
        os.close(lock)
    assert store.remove([old]) == (old,)


def test_the_oldest_runs_go_when_there_are_too_many(repository, scan, store, example) -> None:
    finished = [place(store, example, ago(days=days)) for days in (1, 2, 3)]
    store.keep = 3
    scan(repository, JOB)
    assert ids(store)[1:] == [example, finished[0]]


def test_young_unfinished_runs_stay_and_old_ones_go(store, example) -> None:
    young = [place(store, example, ago(days=6), status) for status in ("running", "cancelled")]
    old = [place(store, example, ago(days=8), status) for status in ("running", "cancelled")]
    partial = place(store, example, ago(days=5), "partial")
    store.keep = 1
    store.prune()
    assert set(ids(store)) == {example, *young}
    assert not {*old, partial} & set(ids(store))


def test_what_another_program_left_half_removed_goes_too(store, example) -> None:
    left = store.folder / ".cw-removed-20200101-000000-000-abcdef-123456"
    left.mkdir()
    (left / "finished.journal").write_bytes(b"x")
    store.prune()
    assert ids(store) == [example]
    assert not left.exists()


def test_a_result_with_a_damaged_part_is_partial_and_says_so(repository, store, scan) -> None:
    whole = scan(repository, JOB)
    folder = store.folder_of("last")
    data = bytearray(folder.journal.read_bytes())
    data[len(data) // 2] ^= 1
    folder.journal.write_bytes(data)
    opened = store.open_run("last")
    assert opened.summary.symbols["cancelled"] == 1
    assert not opened.summary.complete
    assert "damaged and left out" in opened.summary.warnings[-1]
    assert opened.summary.total == whole.summary.total


def test_a_run_without_a_readable_plan_cannot_be_opened(store, example) -> None:
    store.folder_of(example).journal.unlink()
    with pytest.raises(RunError, match="scan again"):
        store.open_run(example)


def test_a_store_is_as_the_settings_say(tmp_path: Path) -> None:
    store = RunStore.of(Settings(runs_folder=tmp_path, keep_runs=3, flush_every=7))
    assert (store.folder, store.keep, store.rhythm.symbols) == (tmp_path, 3, 7)
    assert RunStore.of(Settings()).folder == default_runs_folder()


def test_runs_are_private(store, example) -> None:
    assert (store.folder / example).stat().st_mode & 0o077 == 0
