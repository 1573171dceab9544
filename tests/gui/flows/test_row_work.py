"""Long work with a row in the status bar: it comes when the work takes a while, and a cancel is heard at once."""

from __future__ import annotations

import threading

import pytest

from engine.errors import DataError
from gui.bridge.background import BackgroundWork
from gui.flows.row_work import RowWork
from gui.progress.task_row import TaskRow


@pytest.fixture
def background(qtbot):
    made = BackgroundWork("test")
    yield made
    assert made.close()


@pytest.fixture
def row(qtbot) -> TaskRow:
    made = TaskRow()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def work(background, row) -> RowWork:
    return RowWork(background, row, background, patience=0.0)


def test_work_that_takes_a_while_gets_a_row_until_it_is_done(qtbot, work, row):
    seen, goes_on = threading.Event(), threading.Event()

    def steps(look_up):
        look_up(3, 12)
        seen.set()
        assert goes_on.wait(60)
        return "the answer"

    work.start("Writing the demo", steps)
    qtbot.waitUntil(lambda: not row.isHidden())
    assert row.label.text().startswith("Writing the demo")
    assert row.bar.value() == row.bar.maximum() // 4
    with qtbot.waitSignal(work.done) as done:
        goes_on.set()
    assert done.args == ["the answer"]
    assert row.isHidden() and not work.is_working


def test_short_work_has_no_row(qtbot, background, row):
    work = RowWork(background, row, background, patience=60.0)
    with qtbot.waitSignal(work.done):
        work.start("Opening", lambda look_up: look_up(1, 2) or "done")
    assert row.isHidden()
    assert row.label.text() == ""


def test_a_cancel_is_heard_at_once_and_the_thread_leaves_the_work(qtbot, work, row):
    goes_on, left = threading.Event(), threading.Event()

    def steps(look_up):
        look_up(1, 12)
        try:
            assert goes_on.wait(60)
            look_up(2, 12)
        finally:
            left.set()
        return "nobody wants it"

    answers = []
    work.done.connect(answers.append)
    work.start("Writing", steps)
    qtbot.waitUntil(lambda: not row.isHidden())
    with qtbot.waitSignal(work.cancelled):
        row.cancel_button.click()
    assert row.isHidden() and not work.is_working and not left.is_set()
    goes_on.set()
    assert left.wait(60)
    # The thread serves one after another: what comes next comes after what was cancelled.
    with qtbot.waitSignal(work.done):
        work.start("Another", lambda _look_up: "wanted")
    assert answers == ["wanted"]


def test_work_that_is_given_up_is_no_cancel(qtbot, work):
    goes_on = threading.Event()
    work.start("Writing", lambda look_up: goes_on.wait(60) and look_up(1, 2))
    with qtbot.assertNotEmitted(work.cancelled):
        work.give_up()
        goes_on.set()
        with qtbot.waitSignal(work.done):
            work.start("Another", lambda _look_up: "wanted")


def test_a_failure_takes_the_row_away_and_is_told(qtbot, work, row):
    def fail(look_up):
        look_up(1, 2)
        raise DataError("x", "There is no x.")

    with qtbot.waitSignal(work.failed) as failed:
        work.start("Reading", fail)
    assert failed.args == ["There is no x."]
    assert row.isHidden() and not work.is_working
