"""The pool's own promises beside those in tests/contracts/test_backends.py: start, end, manners of workers."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import execution_programs
import pytest

from engine.errors import BackendError
from engine.execution import crew, worker_process
from engine.execution.backend import Item, Status, Task
from engine.execution.pool import SupervisedPool
from engine.execution.worker import THREAD_LIMITS

DEEDS = Task("execution_tasks:open_deeds")
PROGRAMS = Path(execution_programs.__file__)
# Seconds after which a loaded machine must have come round too; whoever waits for ever takes longer.
PATIENCE = 60


@pytest.fixture
def pool():
    with_two = SupervisedPool(2)
    yield with_two
    with_two.close()


def one_value(pool, *deed):
    (outcome,) = pool.run(DEEDS, [Item("x", deed)])
    assert outcome.status is Status.OK, outcome
    return outcome.value


def start_program(name, program=PROGRAMS):
    paths = os.pathsep.join([str(PROGRAMS.parent), str(Path(__file__).parents[2])])
    return subprocess.Popen(
        [sys.executable, str(program), name],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
    )


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A dead process whose new parent has not looked at it yet is not running any more.
    return process_state(pid) not in {"Z", "X"}


def process_state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


def eventually(condition):
    limit = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.01)
    return True


def open_descriptors():
    return len(list(Path("/dev/fd").iterdir()))


@pytest.mark.parametrize("workers", [0, -1])
def test_a_pool_without_workers_is_refused(workers):
    with pytest.raises(ValueError, match="one worker or more"):
        SupervisedPool(workers)


@pytest.mark.parametrize("options", [{"chunk": 0}, {"timeout": 0.0}])
def test_meaningless_options_are_refused(pool, options):
    with pytest.raises(ValueError, match="must be positive"):
        next(pool.run(DEEDS, [Item("x", ("return", 1))], **options))


def test_nothing_starts_before_it_is_needed():
    threads = set(threading.enumerate())
    pool = SupervisedPool(2)
    assert pool.pids() == ()
    assert set(threading.enumerate()) <= threads
    pool.close()


def test_warming_up_starts_the_workers_in_the_background(pool):
    pool.warm_up()
    pool.warm_up()
    assert eventually(lambda: len(pool.pids()) == 2)
    assert one_value(pool, "pid") in pool.pids()


def test_a_worker_that_dies_while_the_pool_is_idle_is_replaced(pool):
    pool.warm_up()
    assert eventually(lambda: len(pool.pids()) == 2)
    before = set(pool.pids())
    os.kill(min(before), signal.SIGKILL)
    assert eventually(lambda: len(pool.pids()) == 2 and set(pool.pids()) != before)


def test_an_import_that_fails_is_one_clear_error_and_no_storm_of_processes():
    pool = SupervisedPool(2, initial_imports=("broken_import",))
    pool.warm_up()
    for _ in range(2):
        began = time.monotonic()
        with pytest.raises(BackendError) as caught:
            one_value(pool, "return", 1)
        assert str(caught.value) == "Workers cannot import broken_import: RuntimeError: this module is broken"
        assert "broken_import.py" in caught.value.details
        assert time.monotonic() - began < PATIENCE
    assert pool.pids() == ()
    pool.close()


def test_workers_that_hang_in_an_import_are_given_up(monkeypatch):
    monkeypatch.setattr(worker_process, "START_SECONDS", 0.2)
    pool = SupervisedPool(2, initial_imports=("slow_import",))
    with pytest.raises(BackendError, match="too long to start"):
        one_value(pool, "return", 1)
    pool.close()


def test_a_worker_that_hangs_in_opening_an_old_task_is_replaced(monkeypatch, pool, tmp_path):
    pool.warm_up()
    assert eventually(lambda: len(pool.pids()) == 2)
    before = set(pool.pids())
    monkeypatch.setattr(worker_process, "START_SECONDS", 0.1)
    late = Task("execution_tasks:open_slowly_but_first", str(tmp_path))
    assert len(list(pool.run(late, [Item(str(n), n) for n in range(10)]))) == 10
    monkeypatch.undo()
    assert eventually(lambda: len(pool.pids()) == 2 and set(pool.pids()) != before)


def test_a_script_without_the_guard_is_told_about_it():
    program = start_program("", PROGRAMS.with_name("unguarded_program.py"))
    _, errors = program.communicate(timeout=PATIENCE)
    assert program.returncode == 1
    assert "A script must start its work under 'if __name__ == \"__main__\":'." in errors.splitlines()[-1]


def test_no_worker_outlives_a_killed_program():
    program = start_program("orphans")
    pids = [int(pid) for pid in program.stdout.readline().split()]
    assert len(pids) == 4
    program.kill()
    program.communicate(timeout=PATIENCE)
    assert eventually(lambda: not any(is_running(pid) for pid in pids))


@pytest.mark.parametrize(
    "name", ["exit_idle", "exit_with_suspended_run", "exit_with_run_in_thread", "exit_while_starting"]
)
def test_a_program_that_closes_nothing_ends_all_the_same(name):
    program = start_program(name)
    assert program.stdout.readline() == "at the end\n"
    output, errors = program.communicate(timeout=PATIENCE)
    assert (program.returncode, output, errors) == (0, "", "")


def test_what_workers_print_stays_out_of_the_programs_output():
    output, errors = start_program("talkative_worker").communicate(timeout=PATIENCE)
    assert output == "from the program\n"
    assert errors.split("\n") == ["from the worker"] * 2 + [""]


def test_closing_twice_from_other_threads_in_mid_run_is_quick_and_leaves_nobody(pool):
    run = pool.run(DEEDS, [Item("a", ("return", 1)), *[Item(str(n), ("spin_deaf",)) for n in range(9)]])
    assert next(run).value == 1
    pids = pool.pids()
    began = time.monotonic()
    closers = [threading.Thread(target=pool.close) for _ in range(2)]
    for closer in closers:
        closer.start()
    assert [outcome.status for outcome in run] == [Status.CANCELLED] * 9
    for closer in closers:
        closer.join()
    assert time.monotonic() - began < PATIENCE
    assert not any(is_running(pid) for pid in pids)


def test_opening_and_closing_leaves_no_thread_and_no_descriptor():
    def round_trip():
        pool = SupervisedPool(1)
        assert one_value(pool, "return", 1) == 1
        pool.close()

    round_trip()  # starts what multiprocessing keeps for good
    gc.collect()  # what earlier tests dropped gives its descriptors back now or never
    threads, descriptors = set(threading.enumerate()), open_descriptors()
    for _ in range(8):
        round_trip()
    assert set(threading.enumerate()) <= threads
    assert open_descriptors() <= descriptors


def test_replacing_workers_leaves_no_descriptor(pool):
    one_value(pool, "sleep", 1.2)  # long enough for a spare to be there as well
    assert eventually(lambda: len(pool.pids()) == 3)
    gc.collect()
    descriptors = open_descriptors()
    list(pool.run(DEEDS, [Item(str(n), ("leave", 1)) for n in range(3)]))
    assert eventually(lambda: len(pool.pids()) == 3 and open_descriptors() <= descriptors)


def test_a_dropped_pool_closes_itself():
    pool = SupervisedPool(1)
    worker = one_value(pool, "pid")
    del pool
    assert eventually(lambda: not is_running(worker))


def test_workers_ignore_the_interrupt_that_the_terminal_sends_to_all(pool):
    worker = one_value(pool, "pid")
    for pid in pool.pids():
        os.kill(pid, signal.SIGINT)
    assert one_value(pool, "return", 1) == 1
    assert worker in pool.pids()


def test_workers_ignore_that_interrupt_while_they_start_too():
    others = set(multiprocessing.active_children())
    pool = SupervisedPool(1, initial_imports=("slow_import",))
    pool.warm_up()
    assert eventually(lambda: set(multiprocessing.active_children()) - others)
    (starting,) = set(multiprocessing.active_children()) - others
    for _ in range(5):
        os.kill(starting.pid, signal.SIGINT)
    assert one_value(pool, "pid") == starting.pid
    pool.close()


def test_closing_does_not_wait_for_a_worker_that_was_stopped():
    pool = SupervisedPool(1)
    worker = one_value(pool, "pid")
    os.kill(worker, signal.SIGSTOP)
    began = time.monotonic()
    pool.close(grace=0.5)
    assert time.monotonic() - began < PATIENCE
    assert not is_running(worker)


@pytest.mark.skipif(not Path("/proc").exists(), reason="only /proc tells that a process has been stopped")
def test_closing_is_bounded_when_a_worker_was_stopped_in_the_middle_of_a_message():
    pool = SupervisedPool(1)
    run = pool.run(DEEDS, [Item("a", ("pid",)), Item("b", ("stop_in_mid_message",))], timeout=0.3)
    worker = next(run).value
    assert eventually(lambda: process_state(worker) == "T")
    began = time.monotonic()
    pool.close(grace=0.5)
    assert time.monotonic() - began < PATIENCE
    assert [outcome.status for outcome in run] == [Status.CANCELLED]
    assert not is_running(worker)


def test_a_short_run_starts_no_spare_and_a_long_one_keeps_it_ready(pool):
    one_value(pool, "return", 1)
    assert eventually(lambda: len(pool.pids()) == 2)
    run = pool.run(DEEDS, [Item("a", ("pid",)), Item("b", ("spin",)), Item("c", ("spin",))], timeout=60)
    first = next(run).value
    assert eventually(lambda: len(pool.pids()) == 3)
    assert first in pool.pids()
    run.close()


def test_the_spare_takes_the_place_of_a_stopped_worker(monkeypatch, pool):
    items = [Item("a", ("spin",)), Item("b", ("spin",)), Item("c", ("pid",))]
    run = pool.run(DEEDS, items, timeout=4.0, heartbeat=0.05)
    assert next(run) is None
    assert eventually(lambda: len(pool.pids()) == 3)
    ready = pool.pids()

    def start_nobody(orders):
        raise OSError("from now on")

    monkeypatch.setattr(crew, "WorkerProcess", start_nobody)
    (spared,) = (outcome.value for outcome in run if outcome is not None and outcome.key == "c")
    assert spared in ready


def test_the_kernel_would_take_a_worker_before_this_program(pool):
    if not Path("/proc/self/oom_score_adj").exists():
        pytest.skip("only Linux ranks its processes")
    score = Path(f"/proc/{one_value(pool, 'pid')}/oom_score_adj").read_text()
    assert int(score) > int(Path("/proc/self/oom_score_adj").read_text())


def test_numeric_libraries_get_one_thread_in_workers_and_keep_theirs_here(pool):
    before = {name: os.environ.get(name) for name in THREAD_LIMITS}
    assert one_value(pool, "environment", THREAD_LIMITS) == dict.fromkeys(THREAD_LIMITS, "1")
    assert {name: os.environ.get(name) for name in THREAD_LIMITS} == before
    assert one_value(pool, "arrow_threads") == 1


def test_workers_import_neither_the_window_nor_numeric_libraries_by_themselves(pool):
    modules = {name.partition(".")[0] for name in one_value(pool, "modules")}
    assert "engine" in modules
    assert modules.isdisjoint({"PySide6", "pyqtgraph", "gui", "numpy", "pandas", "pyarrow"})
