"""Workers of a process that may not have children of multiprocessing's, such as Dask's workers."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import daemonic_pool
import pytest

SPAWN = multiprocessing.get_context("spawn")
# Seconds after which a loaded machine must have come round too; whoever waits for ever takes longer.
PATIENCE = 60


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def eventually(condition):
    limit = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.01)
    return True


@pytest.fixture
def ask():
    """Let a daemonic process do something; return what it has to say."""
    ours, theirs = SPAWN.Pipe()
    started = []

    def start(deed):
        process = SPAWN.Process(target=deed, args=(theirs,), daemon=True)
        process.start()
        started.append(process)
        assert ours.poll(PATIENCE), "the daemonic process says nothing"
        return process, ours.recv()

    yield start
    for process in started:
        process.kill()
        process.join()
        process.close()
    ours.close()
    theirs.close()


def test_a_daemonic_process_gets_a_pool_with_all_its_promises(ask):
    _, said = ask(daemonic_pool.tell_outcomes)
    assert said["daemonic"]
    assert said["outcomes"] == [
        ("ok", 0, None),
        ("timeout", None, None),
        ("crash", None, 5),
        ("crash", None, -signal.SIGKILL),
        ("ok", 4, None),
    ]


def test_such_a_pool_gives_its_descriptors_and_processes_back(ask):
    _, said = ask(daemonic_pool.tell_what_stays)
    assert said["descriptors"][0] == said["descriptors"][1]
    assert not any(is_running(pid) for pid in said["pids"])


def test_such_workers_import_what_their_parent_could(ask):
    _, said = ask(daemonic_pool.tell_path)
    assert said["worker"] == said["parent"]


@pytest.mark.skipif(not Path("/proc").exists(), reason="only /proc tells about the children of others")
def test_no_such_worker_outlives_its_parent(ask):
    process, pids = ask(daemonic_pool.hold_busy_workers)
    assert len(pids) == 2
    assert all(is_running(pid) for pid in pids)
    os.kill(process.pid, signal.SIGKILL)
    assert eventually(lambda: not any(is_running(pid) for pid in pids))
