from __future__ import annotations

import threading
from datetime import date

import numpy as np
import pyarrow.compute as pc
import pytest

from engine.data.opening import open_repository
from engine.errors import DataError
from engine.scan.consent import ConsentFile
from engine.scan.detector_catalogue import find_detectors
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


def test_without_an_event_of_its_detectors_a_chart_has_no_mark(universe, symbols):
    job = ProcessingJob("close < 0", detectors=("gap",))
    chart = ChartSource.of(ScanRequest(str(universe), job, workers=1)).load(symbols[0])
    assert len(chart.signals) == 0
    every = ProcessingJob(detectors=("gap",), detector_parameters={"gap": {"percent": 100.0}})
    chart = ChartSource.of(ScanRequest(str(universe), every, workers=1)).load(symbols[0])
    assert len(chart.bars) > 0
    assert len(chart.signals) == 0


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


def kinds_of(matches, column: str) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for row in matches.to_pylist():
        found.setdefault(row[column], []).append(np.datetime64(row["timestamp"], "us"))
    return found


def shown_kinds(chart) -> dict[str, list[object]]:
    return {kind.name: list(chart.bars.timestamp[kind.bars]) for kind in chart.kinds}


def test_several_formulas_have_marks_of_their_own(universe, symbols):
    job = ProcessingJob(formulas={"dip": "rsi(close, 14) < 35", "high": "close >= max(close, 60)"})
    with ProcessingEngine(open_repository(universe), backend="inline") as engine:
        matches = engine.run(job).matches
    source = ChartSource.of(ScanRequest(str(universe), job, workers=1))
    mine = matches.filter(pc.equal(matches["symbol"], symbols[0]))
    chart = source.load(symbols[0])
    assert shown_kinds(chart) == kinds_of(mine, "formula")
    assert chart.signals.tolist() == sorted({bar for kind in chart.kinds for bar in kind.bars.tolist()})


def test_events_of_detectors_with_their_parameters_have_marks_of_their_own(universe, symbols):
    job = ProcessingJob(
        "close > sma(close, 50)",
        detectors=("breakout", "gap"),
        detector_parameters={"gap": {"percent": 0.5}},
    )
    with ProcessingEngine(open_repository(universe), backend="inline") as engine:
        matches = engine.run(job).matches
    chart = ChartSource.of(ScanRequest(str(universe), job, workers=1)).load(symbols[0])
    assert chart.knows_signals
    mine = matches.filter(pc.equal(matches["symbol"], symbols[0]))
    assert shown_kinds(chart) == kinds_of(mine, "event") != {}


def test_parameters_reach_the_detectors_of_formulas_in_the_chart(universe, symbols):
    job = ProcessingJob('detector("gap")', detector_parameters={"gap": {"percent": 0.5}})
    with ProcessingEngine(open_repository(universe), backend="inline") as engine:
        matches = engine.run(job).matches
    chart = ChartSource.of(ScanRequest(str(universe), job, workers=1)).load(symbols[0])
    assert len(chart.signals) == pc.sum(pc.equal(matches["symbol"], symbols[0])).as_py() > 0


PLUGIN = """# /// candlewick-detector
# api = 1
# name = "guest"
# summary = "A guest"
# [events]
# HIT = "Something"
# ///
def detect(bars, params):
    raise SystemExit("nobody may call a plug-in here")
"""


@pytest.fixture
def catalogue(tmp_path):
    folder = tmp_path / "detectors"
    folder.mkdir()
    (folder / "guest.py").write_text(PLUGIN, encoding="utf-8")
    consent = ConsentFile(tmp_path / "allowed.json")
    found = find_detectors(folder, consent).found
    consent.allow(found[0].path, found[0].plugin.sha256)
    return find_detectors(folder, consent)


@pytest.mark.parametrize(
    "job",
    [
        ProcessingJob("rsi(close, 14) < 90", detectors=("guest",)),
        ProcessingJob('detector("guest") and rsi(close, 14) < 90'),
    ],
    ids=["listed", "in the formula"],
)
def test_a_plug_in_is_not_called_but_its_scan_has_a_chart_with_lines(universe, symbols, catalogue, job):
    request = ScanRequest(str(universe), job, workers=1, detectors=catalogue)
    chart = ChartSource.of(request).load(symbols[0])
    assert not chart.knows_signals
    assert [series.name for series in chart.series] == ["rsi(close, 14)"]
