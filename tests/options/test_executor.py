"""One answer for each item, whatever it does, and a limit that ends the wait for that item alone."""

from __future__ import annotations

import threading
import time

import pytest

from engine.options.executor import ThrottledExecutor


@pytest.fixture
def release():
    """What stuck items wait for; set at the end, so that their threads end."""
    event = threading.Event()
    yield event
    event.set()


def test_answers_come_in_the_order_of_the_items():
    def slower_first(item, stop):
        stop.wait(0.02 if item < 3 else 0)
        return item * item

    answers = ThrottledExecutor(workers=4).map_parallel(slower_first, range(20))
    assert [answer.value for answer in answers] == [item * item for item in range(20)]
    assert {answer.state for answer in answers} == {"ok"}
    assert {answer.worker for answer in answers} <= {1, 2, 3, 4}


@pytest.mark.parametrize("workers", [1, 8])
def test_an_item_that_raises_is_its_own_error(workers):
    def odd(item, stop):
        if item == 3:
            raise KeyError(item)
        return item

    answers = ThrottledExecutor(workers=workers).map_parallel(odd, range(6))
    assert [answer.state for answer in answers] == ["ok", "ok", "ok", "error", "ok", "ok"]
    assert isinstance(answers[3].error, KeyError)


def test_stuck_items_time_out_alone_and_their_threads_are_replaced(release):
    stops = {}

    def stuck(item, stop):
        if item in (0, 1):
            stops[item] = stop
            release.wait(120)
        return item

    began = time.monotonic()
    answers = ThrottledExecutor(workers=2).map_parallel(stuck, range(30), timeout=1.0)
    assert time.monotonic() - began < 100
    assert [answer.state for answer in answers[:2]] == ["timeout", "timeout"]
    assert [answer.value for answer in answers[2:]] == list(range(2, 30))
    assert all(stop.is_set() for stop in stops.values())
    assert all(answer.seconds >= 1.0 for answer in answers[:2])


def test_what_comes_after_its_deadline_is_dropped():
    def late(item, stop):
        if item == 0:
            stop.wait(60)
        return item

    answers = ThrottledExecutor(workers=1).map_parallel(late, range(3), timeout=1.0)
    assert [answer.state for answer in answers] == ["timeout", "ok", "ok"]
    assert len(answers) == 3


def test_a_cancel_answers_everything_that_is_left(release):
    cancel, begun = threading.Event(), threading.Event()

    def waits(item, stop):
        if item < 3:
            return item
        begun.set()
        release.wait(120)
        return item

    threading.Thread(target=lambda: begun.wait(60) and cancel.set()).start()
    answers = ThrottledExecutor(workers=2).map_parallel(waits, range(50), cancel=cancel)
    assert [answer.state for answer in answers[:3]] == ["ok"] * 3
    assert {answer.state for answer in answers[3:]} == {"cancelled"}
    assert len(answers) == 50


def test_one_worker_takes_one_item_at_a_time():
    at_once, most, lock = 0, 0, threading.Lock()

    def watch(item, stop):
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        stop.wait(0.001)
        with lock:
            at_once -= 1

    ThrottledExecutor(workers=1).map_parallel(watch, range(20))
    assert most == 1


def test_a_reader_that_stops_early_leaves_nothing_waiting(release):
    done = []

    def note(item, stop):
        done.append(item)
        stop.wait(0.01)
        return item

    stream = ThrottledExecutor(workers=1).stream(note, range(1000))
    next(stream)
    stream.close()
    began = len(done)
    assert began < 1000


def test_no_items_no_answers():
    assert ThrottledExecutor().map_parallel(lambda item, stop: item, []) == []
