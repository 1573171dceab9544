"""The last closes up to matches, read beside the window; only the newest request counts."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.opening import open_repository
from engine.data.series import load_bars
from engine.scan.job import ProcessingJob
from gui.bridge.background import BackgroundWork
from gui.bridge.scan_bridge import ScanRequest
from gui.bridge.sparkline_loader import ClosesSource, SparklineLoader
from gui.results.sparklines import BARS, SparklineRequest


@pytest.fixture
def scan(universe):
    return ScanRequest(str(universe), ProcessingJob("close > open"), workers=1)


@pytest.fixture
def bars(universe):
    repository = open_repository(str(universe))
    return {symbol: load_bars(repository, symbol)[0] for symbol in repository.symbols()[:3]}


@pytest.fixture
def background(qtbot):
    made = BackgroundWork("closes")
    yield made
    assert made.close()


def wanted(bars, place):
    rows = [(number, symbol, each.timestamp[place]) for number, (symbol, each) in enumerate(bars.items())]
    return SparklineRequest(4, tuple(rows))


@pytest.mark.parametrize("limit", [0.0, 8.0], ids=["from the files", "with a snapshot"])
@pytest.mark.parametrize("place", [-1, 300, 10, 0], ids=["last", "middle", "early", "first"])
def test_closes_end_with_the_bar_of_the_match(scan, bars, place, limit):
    source = ClosesSource(ScanRequest(scan.address, scan.job, 1, snapshot_limit_gb=limit))
    found = source.read(wanted(bars, place), lambda: True)
    for number, each in enumerate(bars.values()):
        last = len(each) - 1 if place < 0 else place
        expected = each.close[max(0, last - BARS + 1) : last + 1].astype(np.float32)
        np.testing.assert_array_equal(found[number], expected)
        assert found[number].dtype == np.float32
        assert len(found[number]) == min(BARS, last + 1)


def test_a_symbol_that_cannot_be_read_has_none(scan, bars):
    request = SparklineRequest(4, ((7, "NOBODY", next(iter(bars.values())).timestamp[5]),))
    found = ClosesSource(scan).read(request, lambda: True)
    assert found[7].tolist() == []


def test_what_is_not_wanted_any_more_is_not_read(scan, bars):
    answers = iter([True, False])
    assert list(ClosesSource(scan).read(wanted(bars, 5), lambda: next(answers))) == [0]


def test_closes_come_to_the_window(qtbot, background, scan, bars):
    loader = SparklineLoader(background)
    loader.open(scan)
    with qtbot.waitSignal(loader.loaded) as loaded:
        loader.request(wanted(bars, -1))
    assert sorted(loaded.args[0].closes) == [0, 1, 2]
    assert loaded.args[0].table == 4


def test_closes_of_the_scan_before_do_not_come(qtbot, background, scan, bars):
    loader = SparklineLoader(background)
    came = []
    loader.loaded.connect(came.append)
    loader.open(scan)
    loader.request(wanted(bars, 3))
    loader.open(scan)
    with qtbot.waitSignal(loader.loaded):
        loader.request(SparklineRequest(4, wanted(bars, -1).rows[:1]))
    assert [sorted(each.closes) for each in came] == [[0]]


def test_before_a_scan_nothing_is_read(qtbot, background, bars):
    loader = SparklineLoader(background)
    with qtbot.assertNotEmitted(background.done):
        loader.request(wanted(bars, -1))


def test_bars_that_cannot_be_opened_are_no_words(qtbot, background, scan, bars, tmp_path):
    loader = SparklineLoader(background)
    loader.open(ScanRequest(str(tmp_path / "none"), scan.job, 1))
    with qtbot.waitSignal(background.failed), qtbot.assertNotEmitted(background.broke):
        loader.request(wanted(bars, -1))
