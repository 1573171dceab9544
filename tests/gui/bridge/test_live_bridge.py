"""Answers off the window's thread, over the small universe that a scan has put into the snapshot."""

from __future__ import annotations

import threading

import pytest

from engine.data.opening import open_repository
from engine.errors import FormulaError, NotLiveError
from engine.scan.job import ProcessingJob
from engine.scan.live.scanning import LiveScan
from engine.scan.processing import ProcessingEngine
from gui.bridge.live_bridge import LiveBridge
from gui.bridge.scan_bridge import ScanRequest


@pytest.fixture
def bridge(qtbot):
    made = LiveBridge()
    yield made
    assert made.close(), "the thread did not end"
    made.deleteLater()


@pytest.fixture(scope="module")
def warm(universe):
    """The universe's address, once its bars lie ready."""
    with ProcessingEngine(open_repository(universe), backend="inline") as engine:
        engine.run(ProcessingJob(formula="close > 0"))
    return str(universe)


def request(address: str, formula: str, **fields) -> ScanRequest:
    return ScanRequest(address, ProcessingJob(formula=formula, **fields), workers=1)


def test_an_answer_comes_with_its_request(qtbot, bridge, warm):
    asked = request(warm, "close > open")
    with qtbot.waitSignal(bridge.answered) as told:
        bridge.ask(asked)
    assert bridge.is_busy is False
    (reply,) = told.args
    assert reply.request is asked
    assert reply.answer.total > 0


def test_only_the_newest_question_is_answered(qtbot, bridge, warm):
    answered = []
    bridge.answered.connect(lambda reply: answered.append(reply.request.job.formula))
    with qtbot.waitSignal(bridge.answered):
        for level in range(20):
            bridge.ask(request(warm, f"rsi(close, 14) > {level}"))
    assert answered == ["rsi(close, 14) > 19"]


def test_a_new_question_stops_the_one_that_is_being_answered(qtbot, bridge, warm, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    answer = LiveScan.answer

    def slow(live, job, look_up):
        if job.formula == "close > 1":
            begun.set()
            assert go_on.wait(60)
            look_up()
            pytest.fail("went on although nobody wants it")
        return answer(live, job, look_up)

    monkeypatch.setattr(LiveScan, "answer", slow)
    bridge.ask(request(warm, "close > 1"))
    qtbot.waitUntil(begun.is_set)
    with qtbot.waitSignal(bridge.answered) as told:
        bridge.ask(request(warm, "close > 2"))
        go_on.set()
    assert told.args[0].request.job.formula == "close > 2"


def test_the_bars_stay_open_until_others_are_wanted_or_they_are_forgotten(qtbot, bridge, warm, monkeypatch):
    opened = []
    real = LiveScan.open.__func__
    monkeypatch.setattr(
        LiveScan,
        "open",
        classmethod(
            lambda cls, *given, **named: opened.append(given[1].symbols) or real(cls, *given, **named)
        ),
    )

    def ask(**fields):
        with qtbot.waitSignal(bridge.answered):
            bridge.ask(request(warm, "close > 1", **fields))

    some = open_repository(warm).symbols()[:2]
    ask()
    ask(last_bars=1)
    assert opened == [None]
    ask(symbols=some)
    assert opened == [None, some]
    bridge.forget()
    ask(symbols=some)
    assert opened == [None, some, some]


@pytest.mark.parametrize(
    ("formula", "kind"),
    [("close > smaa(close, 3)", FormulaError), ('detector("golden_cross")', NotLiveError)],
    ids=["wrong", "needs a scan"],
)
def test_why_there_is_no_answer_is_told(qtbot, bridge, warm, formula, kind):
    with qtbot.waitSignal(bridge.refused) as told, qtbot.assertNotEmitted(bridge.broke):
        bridge.ask(request(warm, formula))
    assert isinstance(told.args[0], kind)


def test_without_a_snapshot_there_is_nothing_to_read(qtbot, bridge, universe):
    with qtbot.waitSignal(bridge.refused) as told:
        bridge.ask(ScanRequest(str(universe), ProcessingJob(formula="close > 1"), 1, snapshot_limit_gb=0))
    assert told.args[0].is_cold


def test_what_nobody_expected_is_told_as_such(qtbot, bridge, warm, monkeypatch):
    def broken(*_given, **_named):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(LiveScan, "answer", broken)
    with qtbot.waitSignal(bridge.broke), qtbot.waitSignal(bridge.refused):
        bridge.ask(request(warm, "close > 1"))
