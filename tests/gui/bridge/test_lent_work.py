"""Work on the scan's workers: answers, progress, cancels, and what goes wrong."""

from __future__ import annotations

import pytest

from engine.scan.job import ProcessingJob
from gui.bridge.lent_work import LentWork
from gui.bridge.scan_bridge import ScanBridge, ScanRequest


@pytest.fixture
def scans(qtbot):
    made = ScanBridge()
    yield made
    assert made.close()


@pytest.fixture
def lent(scans):
    return LentWork(scans, scans)


@pytest.fixture
def scan(universe):
    return ScanRequest(str(universe), ProcessingJob("close > open"), workers=1)


def test_the_work_gets_the_scans_engine_and_its_answer_comes_back(qtbot, scans, lent, scan):
    with qtbot.waitSignal(lent.done) as done:
        lent.begin(scan, lambda engine, _show: (engine, "answer"))
    engine, answer = done.args[0]
    assert answer == "answer"
    assert engine.max_workers == 1
    assert not lent.is_working


def test_progress_is_told(qtbot, lent, scan):
    with qtbot.waitSignals([lent.progressed, lent.done]):
        lent.begin(scan, lambda _engine, show: show(1, 2) or "answer")


def test_what_it_raises_is_told(qtbot, lent, scan):
    def fail(_engine, _show):
        raise ValueError("no luck")

    with qtbot.waitSignal(lent.failed) as failed:
        lent.begin(scan, fail)
    assert str(failed.args[0]) == "no luck"
    assert not lent.is_working


def test_none_means_cancelled(qtbot, lent, scan):
    with qtbot.waitSignal(lent.ended), qtbot.assertNotEmitted(lent.done):
        lent.begin(scan, lambda _engine, _show: None)


def test_two_borrowers_take_turns(qtbot, scans, lent, scan):
    other = LentWork(scans, scans)
    with qtbot.waitSignals([lent.done, other.done]):
        lent.begin(scan, lambda _engine, _show: "one")
        other.begin(scan, lambda _engine, _show: "two")
