from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine import atomic
from engine.atomic import atomic_path, remove_leftovers
from engine.errors import OutputError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_appears_whole_and_alone(tmp_path):
    with atomic_path(tmp_path / "out.csv") as temporary:
        temporary.write_text("new")
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".csv"
        assert names(tmp_path) == [temporary.name]
    assert names(tmp_path) == ["out.csv"]
    assert (tmp_path / "out.csv").read_text() == "new"


def test_a_failing_writer_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "out.csv"
    target.write_text("old")
    with pytest.raises(RuntimeError, match="half way"), atomic_path(target) as temporary:
        temporary.write_text("ne")
        raise RuntimeError("half way")
    assert names(tmp_path) == ["out.csv"]
    assert target.read_text() == "old"


@pytest.mark.parametrize("wrong", ["missing/out.csv", "folder"])
def test_a_place_that_cannot_be_written_is_an_output_error(tmp_path, wrong):
    (tmp_path / "folder").mkdir()
    with (
        pytest.raises(OutputError, match=r"Cannot write .*Choose another place"),
        atomic_path(tmp_path / wrong) as temporary,
    ):
        temporary.write_text("new")
    assert names(tmp_path) == ["folder"]


def test_a_full_disk_leaves_the_old_file(tmp_path):
    target = tmp_path / "out.csv"
    target.write_text("old")
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, usual[1]))
    try:
        with pytest.raises(OutputError, match="file too large"), atomic_path(target) as temporary:
            temporary.write_bytes(b"x" * 5_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, before)
    assert names(tmp_path) == ["out.csv"]
    assert target.read_text() == "old"


def test_a_file_that_is_held_open_on_windows_is_tried_again(tmp_path, monkeypatch):
    refusals = [PermissionError(13, "in use")] * 3
    replace = Path.replace

    def flaky(path, target):
        if refusals:
            raise refusals.pop()
        return replace(path, target)

    monkeypatch.setattr(atomic.sys, "platform", "win32")
    monkeypatch.setattr(atomic.time, "sleep", lambda _: None)
    monkeypatch.setattr(Path, "replace", flaky)
    with atomic_path(tmp_path / "out.csv") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "out.csv").read_text() == "new"


def test_a_file_that_stays_held_open_is_given_up(tmp_path, monkeypatch):
    def refuse(path, target):
        raise PermissionError(13, "In use")

    monkeypatch.setattr(atomic.sys, "platform", "win32")
    monkeypatch.setattr(atomic.time, "sleep", lambda _: None)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="in use"), atomic_path(tmp_path / "out.csv") as temporary:
        temporary.write_text("new")
    assert names(tmp_path) == []


REWRITER = """
import sys
from pathlib import Path
from engine.atomic import atomic_path
print("ready", flush=True)
while True:
    for letter in "ab":
        with atomic_path(Path(sys.argv[1])) as temporary:
            temporary.write_text(letter * 200_000)
"""


def test_a_writer_killed_at_any_moment_leaves_one_whole_file(tmp_path):
    target = tmp_path / "out.txt"
    for attempt in range(12):
        writer = subprocess.Popen([sys.executable, "-c", REWRITER, str(target)], stdout=subprocess.PIPE)
        with writer:
            writer.stdout.readline()
            deadline = time.monotonic() + 0.004 * attempt
            while time.monotonic() < deadline or not target.exists():
                os.sched_yield()
            writer.kill()
        text = target.read_text()
        assert text in ("a" * 200_000, "b" * 200_000)
    remove_leftovers(tmp_path)
    assert names(tmp_path) == ["out.txt"]
