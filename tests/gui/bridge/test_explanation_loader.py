from __future__ import annotations

import threading

import pytest

from engine.data.opening import open_repository
from engine.scan.explain import explain
from engine.scan.job import ProcessingJob
from gui.bridge.background import BackgroundWork
from gui.bridge.chart_loader import ChartSource
from gui.bridge.explanation_loader import ExplanationLoader, ExplanationSource
from gui.bridge.scan_bridge import ScanRequest

FORMULA = "close > sma(close, 50) and rsi(close, 14) > 50"


@pytest.fixture
def background(qtbot):
    made = BackgroundWork("charts")
    yield made
    assert made.close()


def request(universe, job: ProcessingJob) -> ScanRequest:
    return ScanRequest(str(universe), job, workers=1)


@pytest.fixture
def loader(background, universe):
    made = ExplanationLoader(background)
    made.open(request(universe, ProcessingJob(FORMULA)))
    return made


@pytest.fixture
def symbols(universe) -> tuple[str, ...]:
    return open_repository(universe).symbols()


def test_a_symbol_without_a_bar_is_explained_on_its_last_one(qtbot, loader, universe, symbols):
    with qtbot.waitSignal(loader.explained) as told:
        loader.request(symbols[0])
    (found,) = told.args
    known = explain(open_repository(universe), FORMULA, symbols[0])
    assert (found.symbol, found.is_last, found.moment) == (symbols[0], True, str(known.day))
    assert found.formulas == (("", known.reading.parts),)


def test_the_bar_of_a_chart_is_explained(qtbot, loader, universe, symbols):
    chart = ChartSource.of(request(universe, ProcessingJob(FORMULA))).load(symbols[1])
    bar = int(chart.signals[-1])
    with qtbot.waitSignal(loader.explained) as told:
        loader.request(symbols[1], chart.bars, bar)
    (_, conditions), *_ = told.args[0].formulas
    assert all(condition.truth for condition in conditions)
    assert conditions[0].parts[0].value == chart.bars.close[bar]


def test_while_one_answer_is_on_its_way_only_the_last_request_waits(
    qtbot, loader, background, universe, symbols
):
    chart = ChartSource.of(request(universe, ProcessingJob(FORMULA))).load(symbols[0])
    shown, gate = [], threading.Event()
    loader.explained.connect(lambda found: shown.append(found.moment))
    background.submit(lambda: gate.wait(60))
    for bar in range(100, 150):
        loader.request(symbols[0], chart.bars, bar)
    gate.set()
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert shown == [str(chart.bars.timestamp[bar])[:10] for bar in (100, 149)]


def test_an_answer_about_a_symbol_that_is_no_longer_wanted_is_not_shown(qtbot, loader, symbols):
    shown = []
    loader.explained.connect(lambda found: shown.append(found.symbol))
    for symbol in symbols[:4]:
        loader.request(symbol)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [symbols[3]]


def test_a_symbol_is_computed_once_however_many_bars_are_asked_for(universe, symbols, monkeypatch):
    source = ExplanationSource.of(request(universe, ProcessingJob(FORMULA)))
    first = source.read(symbols[0], None, 200)
    monkeypatch.setattr("gui.bridge.explanation_loader.load_bars", None)
    assert source.read(symbols[0], None, 200) == first
    assert source.read(symbols[0], None, 201).moment > first.moment


def test_several_formulas_and_parameters_are_the_scans(universe, symbols):
    job = ProcessingJob(
        formulas={"dip": "rsi(14) < :low", "rise": "close > close[1]"}, parameters={"low": 35}
    )
    found = ExplanationSource.of(request(universe, job)).read(symbols[0], None, None)
    assert [name for name, _ in found.formulas] == ["dip", "rise"]
    assert found.formulas[0][1][0].threshold == 35


def test_ranks_are_those_among_the_symbols_of_the_scan(universe, symbols):
    job = ProcessingJob("csrank(close) > 50", symbols=symbols[:3])
    found = ExplanationSource.of(request(universe, job)).read(symbols[0], None, None)
    known = explain(open_repository(universe), job.formula, symbols[0], symbols=symbols[:3])
    assert found.formulas[0][1] == (known.reading,)


def test_a_symbol_that_cannot_be_read_is_told_with_its_sentence(qtbot, loader):
    with qtbot.waitSignal(loader.failed) as failed:
        loader.request("NOSUCH")
    assert failed.args[0] == "NOSUCH"
    assert "NOSUCH" in failed.args[1]


def test_without_a_scan_there_is_nothing_to_explain(background, symbols):
    ExplanationLoader(background).request(symbols[0])
