"""The scans that travel with the program: each compiles without a complaint and finds something in a usual market."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.data.synthetic_market import calendar, make_market, names
from engine.formula.service import compile_scan
from engine.market.bars import Bars
from engine.market.resample import resample
from engine.market.timeframe import Timeframe
from engine.scan.saved import SavedScan, ready_made_scans

SCANS = ready_made_scans()


@pytest.fixture(scope="module")
def market() -> Mapping[Timeframe, tuple[Bars, ...]]:
    daily = tuple(make_market(names(20), calendar(6), seed=7))
    return {
        Timeframe.DAY: daily,
        Timeframe.WEEK: tuple(resample(bars, Timeframe.WEEK) for bars in daily),
    }


def by_name(scan: SavedScan) -> str:
    return scan.name


def test_there_are_ten_each_with_a_name_of_its_own():
    assert len(SCANS) == 10
    assert len({scan.name for scan in SCANS}) == 10


@pytest.mark.parametrize("scan", SCANS, ids=by_name)
def test_a_ready_made_scan_compiles_without_a_warning(scan):
    assert compile_scan(scan.job.formula, scan.job.columns, scan.job.parameters).warnings == ()


@pytest.mark.parametrize("scan", SCANS, ids=by_name)
def test_a_ready_made_scan_explains_itself_in_a_sentence(scan):
    assert scan.description.endswith(".")
    assert len(scan.description) <= 140


@pytest.mark.parametrize("scan", SCANS, ids=by_name)
def test_a_ready_made_scan_finds_some_bars_and_not_most(scan, market):
    compiled = compile_scan(scan.job.formula, scan.job.columns, scan.job.parameters)
    truths = [compiled.evaluate(bars).truth for bars in market[Timeframe.parse(scan.job.timeframe)]]
    matches = sum(int((truth == 2).sum()) for truth in truths)
    assert 0 < matches < 0.2 * sum(len(truth) for truth in truths)
