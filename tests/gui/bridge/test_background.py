from __future__ import annotations

import threading

import pytest

from engine.errors import DataError
from gui.bridge.background import BackgroundWork, WindowClosingError


@pytest.fixture
def work(qtbot):
    made = BackgroundWork("test")
    yield made
    assert made.close()


def test_a_result_comes_back_with_its_ticket_from_another_thread(qtbot, work):
    with qtbot.waitSignal(work.done) as done:
        ticket = work.submit(threading.get_ident)
    assert done.args[0] == ticket
    assert done.args[1] != threading.get_ident()


def test_pieces_are_done_in_order(qtbot, work):
    results = []
    work.done.connect(lambda _ticket, result: results.append(result))
    for number in range(20):
        work.submit(lambda number=number: number)
    qtbot.waitUntil(lambda: len(results) == 20)
    assert results == list(range(20))


def test_an_expected_failure_is_told_and_is_no_bug(qtbot, work):
    def fail():
        raise DataError("x", "There is no x.")

    broke = []
    work.broke.connect(broke.append)
    with qtbot.waitSignal(work.failed) as failed:
        work.submit(fail)
    assert str(failed.args[1]) == "There is no x."
    assert broke == []


def test_a_bug_is_told_as_one_and_the_thread_goes_on(qtbot, work):
    with qtbot.waitSignals([work.failed, work.broke]):
        work.submit(lambda: 1 / 0)
    with qtbot.waitSignal(work.done):
        work.submit(lambda: "still here")


def test_closing_gives_up_what_waits_and_what_looks_up(qtbot):
    work = BackgroundWork("test")
    told, begun, ran = [], threading.Event(), []

    def patient():
        begun.set()
        work.stopping.wait(60)
        raise WindowClosingError

    work.failed.connect(lambda *what: told.append(what))
    work.submit(patient)
    work.submit(lambda: ran.append("never"))
    assert begun.wait(60)
    assert work.close()
    qtbot.wait(0)
    assert (told, ran) == ([], [])


def test_a_piece_that_does_not_end_is_reported(qtbot, monkeypatch):
    monkeypatch.setattr("gui.bridge.background.CLOSE_MILLISECONDS", 20)
    work = BackgroundWork("test")
    begun, release = threading.Event(), threading.Event()

    def stubborn():
        begun.set()
        release.wait(60)

    work.submit(stubborn)
    assert begun.wait(60)
    assert not work.close()
    release.set()
    monkeypatch.setattr("gui.bridge.background.CLOSE_MILLISECONDS", 5000)
    assert work.close()
