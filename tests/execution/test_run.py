"""The bookkeeping of a run, without any process."""

from __future__ import annotations

import pytest

from engine.errors import BackendError
from engine.execution.backend import CancelFlag, Item, Status, Task
from engine.execution.run import Run
from engine.execution.wire import Done, pack


def new_run(payloads, chunk=1, **options):
    items = [Item(f"key {payload}", payload) for payload in payloads]
    options = {"timeout": None, "cancel": None} | options
    return Run(Task("execution_tasks:open_echo"), items, chunk=chunk, **options)


def taken(run):
    return [index for index, _ in run.take().items]


def finished(run):
    run.finish()
    return list(run.outcomes(None))


def test_chunks_are_consecutive_items_in_order():
    run = new_run(range(5), chunk=2)
    assert [taken(run), taken(run), taken(run)] == [[0, 1], [2, 3], [4]]
    assert run.take() is None


def test_chunks_put_back_are_the_next_ones_and_stay_apart():
    run = new_run(range(6), chunk=2)
    first, second = taken(run), taken(run)
    run.put_back([tuple(first[1:]), (), tuple(second)])
    assert [taken(run), taken(run), taken(run)] == [[1], [2, 3], [4, 5]]


def test_a_crashed_item_waits_alone_behind_the_others_and_is_reported_the_second_time():
    run = new_run(range(3))
    taken(run)
    run.crashed(0, -9, 0.5)
    assert [taken(run), taken(run), taken(run)] == [[1], [2], [0]]
    run.crashed(0, -11, 0.25)
    crash, *rest = finished(run)
    assert (crash.key, crash.status, crash.attempts) == ("key 0", Status.CRASH, 2)
    assert (crash.exit_code, crash.seconds) == (-11, 0.25)
    assert [outcome.status for outcome in rest] == [Status.CANCELLED] * 2


def test_attempts_count_the_crash_before_a_success():
    run = new_run([7])
    run.crashed(0, 1, 0.0)
    run.done(Done(0, pack("value"), None, 0.1))
    (outcome,) = finished(run)
    assert (outcome.status, outcome.value, outcome.attempts) == (Status.OK, "value", 2)


def test_a_run_that_ends_early_cancels_unfinished_items_and_leaves_finished_ones_alone():
    run = new_run(range(3))
    run.done(Done(1, pack(1), None, 0.0))
    statuses = {outcome.index: outcome.status for outcome in finished(run)}
    assert statuses == {0: Status.CANCELLED, 1: Status.OK, 2: Status.CANCELLED}
    assert run.unresolved == 0
    assert run.take() is None


def test_no_item_can_have_two_outcomes():
    run = new_run([0])
    run.timed_out(0, 1.0)
    with pytest.raises(AssertionError, match="two outcomes"):
        run.crashed(0, 1, 1.0)
        run.crashed(0, 1, 1.0)


def test_the_caller_gets_the_error_that_ended_the_run_in_place_of_outcomes():
    run = new_run([0])
    run.finish(BackendError("No workers."))
    with pytest.raises(BackendError, match="No workers"):
        next(run.outcomes(None))


def test_a_run_stops_for_its_cancel_switch_and_for_a_caller_that_left():
    cancel = CancelFlag()
    run = new_run([0], cancel=cancel)
    assert not run.stop_wanted
    cancel.set()
    assert run.stop_wanted
    left = new_run([0])
    left.abandon()
    assert left.stop_wanted


def test_a_context_that_cannot_be_pickled_is_one_clear_error():
    with pytest.raises(BackendError, match="context of the task 'execution_tasks:open_echo' cannot be sent"):
        Run(Task("execution_tasks:open_echo", lambda: 0), [], chunk=1, timeout=None, cancel=None)
