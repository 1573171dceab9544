from __future__ import annotations

import threading
from datetime import date

import pytest

from engine.data.opening import open_repository
from engine.scan.explain import why_not
from engine.scan.job import ProcessingJob
from gui.bridge.background import BackgroundWork, WindowClosingError
from gui.bridge.scan_bridge import ScanRequest
from gui.bridge.universe_count import UniverseCount, count

FORMULA = "close > sma(close, 50) and rsi(close, 14) > 50"
DAY = date(2026, 11, 18)


@pytest.fixture
def background(qtbot):
    made = BackgroundWork("counts")
    yield made
    assert made.close()


def test_the_window_counts_what_the_engine_counts(qtbot, background, universe):
    counts = UniverseCount(background)
    with qtbot.waitSignal(counts.counted) as told:
        counts.start(ScanRequest(str(universe), ProcessingJob(FORMULA), workers=1), DAY)
    assert told.args == [why_not(open_repository(universe), FORMULA, DAY)]
    assert told.args[0].symbols == 12


def test_only_the_symbols_of_the_scan_are_counted(universe):
    symbols = open_repository(universe).symbols()[:5]
    request = ScanRequest(str(universe), ProcessingJob(FORMULA, symbols=symbols), workers=1)
    assert count(request, DAY, lambda _done, _total: None).symbols == 5


def test_what_was_given_up_is_not_told(qtbot, background, universe):
    counts, gate, told = UniverseCount(background), threading.Event(), []
    counts.counted.connect(told.append)
    counts.failed.connect(told.append)
    background.submit(lambda: gate.wait(60))
    counts.start(ScanRequest(str(universe), ProcessingJob(FORMULA), workers=1), DAY)
    counts.cancel()
    with qtbot.waitSignal(background.done, check_params_cb=lambda _ticket, result: result == "after"):
        gate.set()
        background.submit(lambda: "after")
    assert told == []


def test_counting_stops_between_two_symbols(universe):
    def stop(_done, _total):
        raise WindowClosingError

    with pytest.raises(WindowClosingError):
        count(ScanRequest(str(universe), ProcessingJob(FORMULA), workers=1), DAY, stop)


def test_a_failure_is_told_as_a_sentence(qtbot, background, tmp_path):
    counts = UniverseCount(background)
    with qtbot.waitSignal(counts.failed) as told:
        counts.start(ScanRequest(str(tmp_path / "none"), ProcessingJob(FORMULA), workers=1), DAY)
    assert "none" in told.args[0]
