"""Which window may write, with real processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gui.writer_lock import FILE, WriterLock

HOLD = """
import sys, pathlib
from gui.writer_lock import WriterLock
lock = WriterLock(pathlib.Path(sys.argv[1]))
print(lock.is_held, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path: Path):
    """Another process that has taken the lock, alive until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_the_second_process_may_not_write_until_the_first_has_gone(tmp_path, other):
    assert not WriterLock(tmp_path).is_held
    other.kill()
    other.wait()
    # Killed, it has left its file behind.
    assert (tmp_path / FILE).exists()
    lock = WriterLock(tmp_path)
    assert lock.is_held
    lock.release()


def test_a_released_lock_is_free_for_the_next(tmp_path):
    first = WriterLock(tmp_path)
    assert first.is_held
    assert not WriterLock(tmp_path).is_held
    first.release()
    first.release()
    second = WriterLock(tmp_path)
    assert second.is_held
    second.release()


def test_where_no_lock_can_be_made_the_window_writes_as_far_as_it_can(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    assert WriterLock(tmp_path / "file" / "state").is_held
    assert "no lock in" in caplog.text
