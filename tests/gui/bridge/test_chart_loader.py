from __future__ import annotations

import threading
from datetime import date

import numpy as np
import pytest

from engine.data.opening import open_repository
from engine.errors import DataError
from engine.scan.job import DateRange, ProcessingJob
from engine.scan.processing import ProcessingEngine
from gui.bridge.background import BackgroundWork
from gui.bridge.chart_loader import ChartLoader, ChartSource
from gui.bridge.scan_bridge import ScanRequest

JOB = ProcessingJob(
    "close > sma(close, 50) and cross_above(rsi(close, 14), 50) and close < bbands(close, 20).upper",
    columns={"strength": "roc(close, 20)"},
)


@pytest.fixture
def background(qtbot):
    made = BackgroundWork("charts")
    yield made
    assert made.close()


@pytest.fixture
def loader(background, universe):
    made = ChartLoader(background)
    made.open(ScanRequest(str(universe), JOB, workers=1))
    yield made


@pytest.fixture
def symbols(universe) -> tuple[str, ...]:
    return open_repository(universe).symbols()


def test_the_marks_and_values_of_the_chart_are_the_scans_own(universe):
    source = ChartSource.of(ScanRequest(str(universe), JOB, workers=1))
    with ProcessingEngine(open_repository(universe), backend="inline") as engine:
        result = engine.run(JOB)
    seen = 0
    for each in result.results:
        chart = source.load(each.symbol)
        found = [match.bar for match in each.matches]
        assert chart.signals.tolist() == found
        strength = next(series for series in chart.series if series.name == "strength")
        assert [strength.values[bar] for bar in found] == [
            match.indicator_values["strength"] for match in each.matches
        ]
        seen += len(found)
    assert seen == result.matches.num_rows > 0


def test_a_chart_of_ranks_shows_those_of_the_scan_among_its_symbols(universe, symbols):
    job = ProcessingJob(
        "csrank(roc(close, 20)) > 60 and csrank(csrank(volume) + csrank(close)) > 20",
        columns={"strength": "csrank(roc(close, 20))"},
        symbols=symbols[:4],
    )
    with ProcessingEngine(open_repository(universe), backend="inline") as engine:
        result = engine.run(job)
    source = ChartSource.of(ScanRequest(str(universe), job, workers=1))
    for each in result.results:
        chart = source.load(each.symbol)
        assert chart.signals.tolist() == [match.bar for match in each.matches] != []
        strength = next(series for series in chart.series if series.name == "strength")
        for match in each.matches:
            assert strength.values[match.bar] == match.indicator_values["strength"]
    with pytest.raises(DataError, match="is not among the symbols that were ranked"):
        source.load(symbols[4])


def test_ranking_ends_when_the_window_closes(universe, symbols):
    closing = threading.Event()
    closing.set()
    request = ScanRequest(str(universe), ProcessingJob("csrank(close) > 50"), workers=1)
    with pytest.raises(DataError, match="has no rank"):
        ChartSource.of(request, closing).load(symbols[0])


def test_marks_stay_inside_the_dates_of_the_scan(universe, symbols):
    job = ProcessingJob("close > 0", date_range=DateRange(date(2026, 1, 1), date(2026, 1, 31)))
    chart = ChartSource.of(ScanRequest(str(universe), job, workers=1)).load(symbols[0])
    days = chart.bars.timestamp[chart.signals].astype("datetime64[M]")
    assert len(days) > 10
    assert set(days) == {np.datetime64("2026-01")}


def test_a_chart_comes_with_the_moment_that_was_asked_for(qtbot, loader, symbols):
    moment = np.datetime64("2026-03-03", "us")
    with qtbot.waitSignal(loader.loaded) as loaded:
        loader.request(symbols[0], moment)
    chart, when = loaded.args
    assert (chart.symbol, when) == (symbols[0], moment)


def test_of_many_quick_requests_only_the_newest_is_shown(qtbot, loader, symbols):
    shown = []
    loader.loaded.connect(lambda chart, _moment: shown.append(chart.symbol))
    for symbol in symbols:
        loader.request(symbol, None)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [symbols[-1]]


def test_what_nobody_will_see_is_not_read(qtbot, loader, background, symbols, monkeypatch):
    read = []
    real = ChartSource.load
    monkeypatch.setattr(
        ChartSource, "load", lambda source, symbol: read.append(symbol) or real(source, symbol)
    )
    gate = threading.Event()
    background.submit(lambda: gate.wait(60))
    for symbol in symbols:
        loader.request(symbol, None)
    with qtbot.waitSignal(loader.loaded):
        gate.set()
    assert read == [symbols[-1]]


def test_a_forgotten_request_is_not_shown(qtbot, loader, background, symbols):
    shown = []
    loader.loaded.connect(lambda chart, _moment: shown.append(chart.symbol))
    loader.request(symbols[0], None)
    loader.forget()
    with qtbot.waitSignal(background.done, check_params_cb=lambda _ticket, result: result == "after"):
        background.submit(lambda: "after")
    assert shown == []


def test_a_symbol_that_cannot_be_read_is_told_with_its_sentence(qtbot, loader):
    with qtbot.waitSignal(loader.failed) as failed:
        loader.request("NOSUCH", None)
    assert failed.args[0] == "NOSUCH"
    assert "NOSUCH" in failed.args[1]


def test_without_a_scan_there_is_nothing_to_load(background, symbols):
    ChartLoader(background).request(symbols[0], None)
