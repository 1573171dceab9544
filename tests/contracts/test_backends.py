"""What every backend promises, and what those with processes of their own promise beyond it.

The bounds on seconds are liveness bounds with slack for a loaded machine; speeds belong to the benchmarks.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections import Counter

import pytest

from engine.errors import BackendError
from engine.execution.backend import CancelFlag, Item, Status, Task
from engine.execution.cluster import open_cluster
from engine.execution.inline import InlineBackend
from engine.execution.pool import SupervisedPool

DEEDS = Task("execution_tasks:open_deeds")
ECHO = Task("execution_tasks:open_echo", "context")
# Seconds after which a loaded machine must have come round too; whoever waits for ever takes longer.
PATIENCE = 60
BACKENDS = ("inline", "pool", "dask")


@pytest.fixture(scope="module")
def open_backend(dask_cluster):
    """Open a backend by name; all are closed in the end."""
    opened = []

    def open_one(name, **options):
        match name:
            case "inline":
                backend = InlineBackend()
            case "pool":
                backend = SupervisedPool(2, **options)
            case "dask":
                backend = open_cluster(dask_cluster(), **options)
        opened.append(backend)
        return backend

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture(scope="module", params=BACKENDS)
def backend(request, open_backend):
    """Every backend; warm, and shared by the tests of this module: each must leave it usable."""
    return open_backend(request.param)


@pytest.fixture(scope="module", params=["pool", "dask"])
def isolating(request, open_backend):
    """Every backend that isolates its items and stops them."""
    return open_backend(request.param)


@pytest.fixture(scope="module")
def pool(open_backend):
    """The backend whose processes are known by their ids."""
    return open_backend("pool")


@pytest.fixture
def fresh_pool():
    opened = []

    def open_pool(workers=2, **options):
        opened.append(SupervisedPool(workers, **options))
        return opened[-1]

    yield open_pool
    for one in opened:
        one.close(grace=0.5)


def run_all(backend, payloads, task=DEEDS, **options):
    """Run to the end; every item must have one outcome. Return them in the order of the items."""
    items = [Item(f"key {number}", payload) for number, payload in enumerate(payloads)]
    outcomes = [outcome for outcome in backend.run(task, items, **options) if outcome is not None]
    outcomes.sort(key=lambda outcome: outcome.index)
    assert [outcome.index for outcome in outcomes] == list(range(len(items)))
    assert [outcome.key for outcome in outcomes] == [item.key for item in items]
    return outcomes


def statuses(outcomes):
    return Counter(outcome.status.value for outcome in outcomes)


def assert_usable(backend):
    assert [outcome.value for outcome in run_all(backend, [("return", n) for n in range(20)])] == list(
        range(20)
    )


def wait_for_all_workers(pool):
    pool.warm_up()
    limit = time.monotonic() + PATIENCE
    while len(pool.pids()) < pool.workers:
        assert time.monotonic() < limit, "workers do not start"
        time.sleep(0.01)


# ------------------------------------------------------------------------------------- every backend


def test_every_item_comes_back_with_its_value_and_the_context(backend):
    outcomes = run_all(backend, range(50), task=ECHO, chunk=7)
    assert [outcome.value for outcome in outcomes] == [("context", n) for n in range(50)]
    assert all(outcome.attempts == 1 and outcome.seconds >= 0.0 for outcome in outcomes)


def test_no_items_have_no_outcomes(backend):
    assert run_all(backend, []) == []


@pytest.mark.parametrize(
    ("deed", "kind", "message"),
    [
        (("raise", "wrong"), "ValueError", "wrong"),
        (("raise_awkwardly",), "AwkwardError", "(its message cannot be shown)"),
        (("sys_exit", 3), "SystemExit", "3"),
    ],
    ids=["plain exception", "exception that cannot be rebuilt or shown", "sys.exit"],
)
def test_what_an_item_raises_is_its_own_error_as_text(backend, deed, kind, message):
    before, error, after = run_all(backend, [("return", 1), deed, ("return", 2)], chunk=3)
    assert (before.value, after.value) == (1, 2)
    assert error.status is Status.ERROR
    assert (error.error.type, error.error.message) == (kind, message)
    assert f"do_{deed[0]}" in error.error.traceback


def test_items_are_cancelled_when_the_switch_is_set_before_the_start(backend):
    cancel = CancelFlag()
    cancel.set()
    outcomes = run_all(backend, [("return", 1)] * 30, cancel=cancel)
    assert statuses(outcomes)["cancelled"] >= 26  # two workers may have taken two each
    assert_usable(backend)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("no_such_module:open", "The task 'no_such_module:open' cannot be opened: ModuleNotFoundError"),
        ("execution_tasks:open_nowhere", "cannot be opened: AttributeError"),
        ("execution_tasks:open_badly", "cannot be opened: ValueError: cannot open context"),
        ("execution_tasks:open_nothing", "must return a function of one item, not NoneType"),
        ("broken_import:open", "cannot be opened: RuntimeError: this module is broken"),
        ("execution_tasks:open_with_sentence", "There is no folder /nowhere."),
    ],
    ids=["no module", "no function", "raises", "no handler", "module fails to import", "expected failure"],
)
def test_a_task_that_cannot_be_opened_is_one_clear_error(backend, path, sentence):
    began = time.monotonic()
    with pytest.raises(BackendError) as caught:
        run_all(backend, range(30), task=Task(path, "context"))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert time.monotonic() - began < PATIENCE
    assert_usable(backend)


def test_dropping_the_iterator_leaves_the_backend_usable(backend):
    run = backend.run(DEEDS, [Item(str(n), ("return", n)) for n in range(1000)])
    assert next(run).status is Status.OK
    run.close()
    assert_usable(backend)


@pytest.mark.parametrize("name", BACKENDS)
def test_a_closed_backend_cancels_its_run_and_refuses_the_next(open_backend, name):
    backend = open_backend(name)
    run = backend.run(DEEDS, [Item(str(n), ("return", n)) for n in range(5000)])
    outcomes = [next(run)]
    backend.close()
    backend.close()
    outcomes.extend(run)
    assert len({outcome.index for outcome in outcomes}) == len(outcomes) == 5000
    assert statuses(outcomes)["cancelled"] > 0
    with pytest.raises(BackendError, match="open a new"):
        run_all(backend, [("return", 1)])


# --------------------------------------------------------------------- backends that isolate and stop


@pytest.mark.parametrize(
    "hanger", [("sleep", 600), ("spin",), ("spin_deaf",), ("hang_in_c",)], ids=lambda d: d[0]
)
def test_hangers_are_stopped_at_the_limit_and_the_others_go_on(isolating, hanger):
    assert_usable(isolating)
    began = time.monotonic()
    outcomes = run_all(isolating, [hanger, hanger, *[("return", n) for n in range(20)]], timeout=1.0)
    assert time.monotonic() - began < PATIENCE
    assert [outcome.status for outcome in outcomes[:2]] == [Status.TIMEOUT] * 2
    assert all(outcome.attempts == 1 and outcome.seconds >= 1.0 for outcome in outcomes[:2])
    assert [outcome.value for outcome in outcomes[2:]] == list(range(20))


def test_crashes_are_reported_with_their_exit_codes_and_lose_nothing_else(isolating):
    deeds = [("return", n) for n in range(200)]
    deaths = {30: ("leave", 1), 31: ("read_nowhere",), 90: ("leave", 0), 170: ("kill", signal.SIGKILL)}
    for place, deed in deaths.items():
        deeds[place] = deed
    outcomes = run_all(isolating, deeds, chunk=5)
    assert statuses(outcomes) == {"ok": 196, "crash": 4}
    crashes = [outcome for outcome in outcomes if outcome.status is Status.CRASH]
    assert [crash.index for crash in crashes] == list(deaths)
    assert [crash.exit_code for crash in crashes] == [1, -signal.SIGSEGV, 0, -signal.SIGKILL]
    assert [crash.attempts for crash in crashes] == [2] * 4
    assert all(outcome.attempts == 1 for outcome in outcomes if outcome.status is Status.OK)
    assert_usable(isolating)


def test_an_item_that_crashes_once_gets_a_second_chance(isolating, tmp_path):
    deeds = [("return", 0), ("crash_once", str(tmp_path / "died")), ("return", 2)]
    outcomes = run_all(isolating, deeds, chunk=3)
    assert [outcome.value for outcome in outcomes] == [0, "survived", 2]
    assert [outcome.attempts for outcome in outcomes] == [1, 2, 1]


def test_a_timed_out_item_costs_its_chunk_nothing_else(isolating):
    outcomes = run_all(isolating, [("pid",), ("pid",), ("spin",), ("pid",), ("pid",)], chunk=5, timeout=1.0)
    assert [outcome.status.value for outcome in outcomes] == ["ok", "ok", "timeout", "ok", "ok"]
    assert outcomes[0].value != outcomes[3].value  # the rest moved to another worker
    assert all(outcome.attempts == 1 for outcome in outcomes)


def test_the_limit_is_for_each_item_and_counts_from_its_start(fresh_pool):
    outcomes = run_all(fresh_pool(1), [("sleep", 0.5)] * 5, chunk=5, timeout=2.0)
    assert statuses(outcomes) == {"ok": 5}


def test_a_killed_idle_worker_is_only_replaced(pool):
    run_all(pool, [("return", 1)] * 4)
    os.kill(pool.pids()[0], signal.SIGKILL)
    assert_usable(pool)


def test_random_kills_lose_no_item_and_block_nothing(pool):
    stop = threading.Event()
    kills = []

    def kill_now_and_then():
        chance = random.Random(4)
        while not stop.wait(chance.uniform(0.02, 0.12)):
            if pids := pool.pids():
                try:
                    os.kill(chance.choice(pids), signal.SIGKILL)
                except ProcessLookupError:
                    continue
                kills.append(time.monotonic())

    killer = threading.Thread(target=kill_now_and_then)
    killer.start()
    outcomes = []
    try:
        end = time.monotonic() + PATIENCE
        while len(kills) <= 20 and time.monotonic() < end:
            outcomes += run_all(pool, [bytes(200_000)] * 60, task=ECHO, chunk=3, timeout=PATIENCE)
    finally:
        stop.set()
        killer.join()
    assert len(kills) > 20
    assert [outcome for outcome in outcomes if outcome.status not in {Status.OK, Status.CRASH}] == []
    assert statuses(outcomes)["ok"] > 0
    assert_usable(pool)


@pytest.mark.parametrize(
    ("deed", "message"),
    [
        (("return_lambda",), "the result cannot be sent back"),
        (("return_bomb",), "the result cannot be read: boom on load"),
        (("return_exit",), "the result cannot be read: 3"),
    ],
    ids=["cannot be pickled", "explodes on load", "exits on load"],
)
def test_a_result_that_cannot_travel_is_the_error_of_its_item_only(isolating, deed, message):
    outcomes = run_all(isolating, [("return", 0), deed, ("return", 2)], chunk=3)
    assert [outcome.status.value for outcome in outcomes] == ["ok", "error", "ok"]
    assert outcomes[1].error.message.startswith(message)


def test_an_item_that_cannot_travel_is_an_error_of_its_own(isolating):
    outcomes = run_all(isolating, [lambda: 0, 1, lambda: 2], task=ECHO)
    assert [outcome.status.value for outcome in outcomes] == ["error", "ok", "error"]
    assert outcomes[0].error.message.startswith("the item cannot be sent to a worker")
    (alone,) = run_all(isolating, [lambda: 0], task=ECHO)
    assert alone.status is Status.ERROR


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to a limit on its memory")
@pytest.mark.parametrize("name", ["pool", "dask"])
def test_an_item_that_wants_more_memory_than_allowed_costs_nobody_else_anything(open_backend, name):
    hungry = open_backend(name, memory_mb=500)
    deeds = [("return", 0), ("hog", 3000), ("return", 2), ("hog_in_c", 3000), ("return_bytes", 50_000_000)]
    outcomes = run_all(hungry, deeds, chunk=5)
    assert [outcome.status.value for outcome in outcomes] == ["ok", "error", "ok", "crash", "ok"]
    assert outcomes[1].error.type == "MemoryError"
    assert len(outcomes[4].value) == 50_000_000
    assert_usable(hungry)
    hungry.close()


def test_a_result_of_50_megabytes_arrives(isolating):
    (outcome,) = run_all(isolating, [("return_bytes", 50_000_000)])
    assert len(outcome.value) == 50_000_000


def test_large_items_behind_a_hanger_block_nothing(fresh_pool):
    began = time.monotonic()
    outcomes = run_all(fresh_pool(1), [("spin",), *[("return", bytes(1_000_000))] * 3], timeout=1.0)
    assert [outcome.status.value for outcome in outcomes] == ["timeout", "ok", "ok", "ok"]
    assert time.monotonic() - began < PATIENCE


def test_a_cancel_stops_what_runs_and_frees_the_pool_at_once(isolating):
    cancel = CancelFlag()
    items = [Item(str(n), ("return", n) if n < 10 else ("spin_deaf",)) for n in range(2512)]
    seen = Counter()
    for outcome in isolating.run(DEEDS, items, cancel=cancel, heartbeat=0.05):
        if outcome is not None:
            seen[outcome.status.value] += 1
        if seen["ok"] == 10 and not cancel.is_set():
            cancel.set()
            began = time.monotonic()
    assert time.monotonic() - began < PATIENCE
    assert seen == {"ok": 10, "cancelled": 2502}
    began = time.monotonic()
    assert_usable(isolating)
    assert time.monotonic() - began < PATIENCE


def test_a_busy_run_beats_while_nothing_ends(isolating):
    beats = list(isolating.run(DEEDS, [Item("x", ("sleep", 0.6))], heartbeat=0.1))
    assert beats.count(None) >= 3
    assert beats[-1].value == 0.6


def test_a_second_run_at_the_same_time_is_refused(isolating):
    first = isolating.run(DEEDS, [Item("a", ("return", 1)), Item("b", ("spin",))])
    assert next(first).value == 1
    with pytest.raises(BackendError, match="busy with another run"):
        run_all(isolating, [("return", 1)])
    first.close()
    assert_usable(isolating)


def test_a_task_is_opened_once_in_each_worker_and_run(isolating, tmp_path):
    log = tmp_path / "openings"
    task = Task("execution_tasks:open_counting", str(log))
    for run in (1, 2):
        outcomes = run_all(isolating, range(100), task=task, chunk=3)
        openings = log.read_text().split()
        assert len(openings) <= 2 * run
        assert sum(Counter(pid for pid, _ in (o.value for o in outcomes)).values()) == 100
    assert max(Counter(openings).values()) == 2


def test_workers_stay_warm_between_runs(pool):
    assert_usable(pool)
    before = {outcome.value for outcome in run_all(pool, [("pid",)] * 40)}
    after = {outcome.value for outcome in run_all(pool, [("pid",)] * 40)}
    assert before | after <= set(pool.pids())
    assert os.getpid() not in before


def test_a_task_that_kills_its_worker_on_opening_is_one_clear_error(isolating):
    began = time.monotonic()
    with pytest.raises(BackendError, match="die while they open the task 'execution_tasks:open_and_die'"):
        run_all(isolating, range(10), task=Task("execution_tasks:open_and_die"))
    assert time.monotonic() - began < PATIENCE
    assert_usable(isolating)


def test_deaths_on_opening_that_end_by_themselves_cost_nothing(pool, tmp_path):
    task = Task("execution_tasks:open_after_deaths", str(tmp_path))
    outcomes = run_all(pool, range(20), task=task)
    assert statuses(outcomes) == {"ok": 20}
    assert {outcome.attempts for outcome in outcomes} == {1}


def test_a_worker_that_opens_a_task_too_late_does_not_use_it_in_the_next_run(pool, tmp_path):
    wait_for_all_workers(pool)
    late = Task("execution_tasks:open_slowly_but_first", str(tmp_path))
    assert [outcome.value for outcome in run_all(pool, range(10), task=late)] == ["late"] * 10
    # Long enough for the slow worker to come back in the middle of it.
    outcomes = run_all(pool, [("sleep", 0.02)] * 100)
    assert {outcome.value for outcome in outcomes} == {0.02}


def test_opening_a_task_does_not_count_against_an_items_limit(isolating):
    outcomes = run_all(isolating, [1, 2], task=Task("execution_tasks:open_slowly", 1.0), timeout=0.5)
    assert statuses(outcomes) == {"ok": 2}


@pytest.mark.parametrize("chunk", [1, 50])
def test_10000_trivial_items_all_come_back(pool, chunk):
    assert statuses(run_all(pool, range(10_000), task=ECHO, chunk=chunk)) == {"ok": 10_000}


def test_10000_trivial_items_come_back_in_batches_from_everywhere(isolating):
    assert statuses(run_all(isolating, range(10_000), task=ECHO, chunk=100)) == {"ok": 10_000}


def test_a_worker_that_answers_twice_spoils_no_run(fresh_pool):
    outcomes = run_all(
        fresh_pool(2), [*[("return", n) for n in range(5)], ("answer_twice",)], timeout=PATIENCE
    )
    assert [outcome.value for outcome in outcomes[:5]] == list(range(5))
