"""What a Dask worker's plug-in does with its pools; without a cluster, in this process."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from engine.execution.backend import CancelFlag, Status
from engine.execution.wire import pack, unpack

distributed = pytest.importorskip("distributed", reason="Dask comes with the extra 'cluster'")
dask_node = pytest.importorskip("engine.execution.dask_node")


@pytest.fixture
def node():
    plugin = dask_node.Node(None)
    plugin.setup(SimpleNamespace(address="tcp://here:1"))
    yield plugin
    asyncio.run(plugin.teardown(None))


def batch(*deeds, path="execution_tasks:open_deeds", **changes):
    whole = dask_node.Batch(
        node="node",
        run="run",
        path=path,
        context=pack(None),
        indices=tuple(range(10, 10 + len(deeds))),
        keys=tuple(f"key {number}" for number in range(len(deeds))),
        payloads=tuple(pack(deed) for deed in deeds),
        timeout=30.0,
        expected=dask_node.survey().versions,
    )
    return replace(whole, **changes)


def test_outcomes_carry_the_places_of_the_run_and_pickled_values(node):
    report = node.work(batch(("return", "one"), ("raise", "wrong"), ("leave", 3)), CancelFlag())
    assert (report.worker, report.refusal) == ("tcp://here:1", None)
    one, wrong, left = sorted(report.outcomes, key=lambda outcome: outcome.index)
    assert [outcome.index for outcome in (one, wrong, left)] == [10, 11, 12]
    assert unpack(one.value) == "one"
    assert (wrong.status, wrong.error.message) == (Status.ERROR, "wrong")
    assert (left.status, left.exit_code, left.attempts) == (Status.CRASH, 3, 2)


def test_a_run_keeps_its_task_open_from_batch_to_batch(node, tmp_path):
    log = tmp_path / "openings"
    counting = {"path": "execution_tasks:open_counting", "context": pack(str(log))}
    for run, openings in (("a", 1), ("a", 1), ("b", 2)):
        node.work(batch(1, 2, **counting, run=run), CancelFlag())
        assert len(log.read_text().split()) == openings


def test_a_worker_with_other_versions_refuses_its_batch(node):
    report = node.work(batch(("return", 1), expected={"numpy": "1.0"}), CancelFlag())
    assert report.outcomes == ()
    assert str(report.refusal).startswith("It has ")
    assert str(report.refusal).endswith(": install the same.")


def test_two_threads_have_a_process_each_and_hand_it_on(node):
    both = threading.Barrier(2)
    pids = []

    def work():
        both.wait(60)
        (outcome,) = node.work(batch(("sleep_and_pid", 0.5)), CancelFlag()).outcomes
        pids.append(unpack(outcome.value))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(pids)) == 2
    (later,) = node.work(batch(("pid",)), CancelFlag()).outcomes
    assert unpack(later.value) in pids


def test_processes_without_work_for_long_are_given_up(monkeypatch, node):
    monkeypatch.setattr(dask_node, "IDLE_SECONDS", 0.1)
    (first,) = node.work(batch(("pid",)), CancelFlag()).outcomes
    limit = time.monotonic() + 60
    while node._resting:
        assert time.monotonic() < limit, "the pool is kept"
        time.sleep(0.01)
    (second,) = node.work(batch(("pid",)), CancelFlag()).outcomes
    assert unpack(first.value) != unpack(second.value)


def test_a_worker_that_leaves_hands_its_batch_back(node):
    leaving = threading.Timer(0.2, lambda: asyncio.run(node.teardown(None)))
    leaving.start()
    with pytest.raises(distributed.Reschedule):
        node.work(batch(("return", 1), ("spin",)), CancelFlag())
    leaving.join()
    with pytest.raises(distributed.Reschedule):
        node.work(batch(("return", 1)), CancelFlag())
