"""Matches that are events: what they look like, which count, and what a symbol without them is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import engine.detectors.shipped  # noqa: F401  fills the registry
from engine.data.repository import InMemoryCandleRepository
from engine.data.series import load_bars
from engine.detectors.base import detectors, run_detector
from engine.scan.explain import explain
from engine.scan.exporters import export
from engine.scan.job import DateRange, ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.scan.results import SymbolStatus
from engine.scan.runs.store import RunStore


def scanned(repository, job):
    with ProcessingEngine(repository, backend="inline") as engine:
        return engine.run(job)


def expected(repository, symbol, name):
    detector = detectors.get(name)
    bars, _ = load_bars(repository, symbol)
    return [
        (bars.timestamp[bar], event, score)
        for bar, event, score in run_detector(detector, bars, detector.declaration.settle({})).triples()
    ]


def test_a_scan_finds_what_the_detector_finds(repository):
    result = scanned(repository, ProcessingJob(detectors=("inside_bar", "swing_points"), symbols=("S003",)))
    wanted = expected(repository, "S003", "inside_bar") + expected(repository, "S003", "swing_points")
    rows = [
        (np.datetime64(row["timestamp"], "us"), row["event"], row["score"])
        for row in result.matches.to_pylist()
    ]
    assert rows == sorted(wanted, key=lambda row: (row[0], row[1]))
    assert result.matches.column_names == ["symbol", "timestamp", "close", "event", "score", "detector"]
    first = result.results[0].matches[0]
    assert first.signal_type == rows[0][1]
    assert first.indicator_values["score"] == rows[0][2]


def test_dates_cut_the_events_and_change_none(repository):
    days = DateRange(pd.Timestamp("2020-06-01").date(), pd.Timestamp("2020-09-01").date())
    whole = scanned(repository, ProcessingJob(detectors=("inside_bar",))).matches.to_pylist()
    some = scanned(repository, ProcessingJob(detectors=("inside_bar",), date_range=days)).matches.to_pylist()
    assert some == [row for row in whole if "2020-06-01" <= str(row["timestamp"])[:10] <= "2020-09-01"]
    assert some


def test_a_formula_is_true_exactly_on_bars_with_an_event(repository):
    events = scanned(repository, ProcessingJob(detectors=("swing_points",))).matches.to_pylist()
    lows = {(row["symbol"], row["timestamp"]) for row in events if row["event"] == "SWING_LOW"}
    for formula in ('detector("swing_low")', 'detector("Swing_Points", "swing_low")'):
        matches = scanned(repository, ProcessingJob(formula)).matches.to_pylist()
        assert {(row["symbol"], row["timestamp"]) for row in matches} == lows
    every = scanned(repository, ProcessingJob('detector("swing_points")')).matches.to_pylist()
    assert {(row["symbol"], row["timestamp"]) for row in every} == {
        (row["symbol"], row["timestamp"]) for row in events
    }


def test_before_its_history_a_detector_is_unknown_and_its_negation_too(repository):
    matches = scanned(repository, ProcessingJob('not detector("high_52_weeks")', symbols=("S001",))).results[
        0
    ]
    assert matches.matches[0].bar == 252


def test_another_symbols_and_longer_bars_events_can_be_asked_for(repository):
    job = ProcessingJob(
        'sym("S001", detector("inside_bar")) or tf("W", detector("inside_bar"))', symbols=("S002",)
    )
    assert scanned(repository, job).matches.num_rows > 0


def test_a_symbol_with_too_little_history_is_not_evaluable():
    frame = pd.DataFrame(
        {
            "timestamp": pd.bdate_range("2020-01-01", periods=30),
            **dict.fromkeys(("open", "high", "low", "close"), 10.0),
            "volume": 1.0,
        }
    )
    with InMemoryCandleRepository({"YOUNG": frame}) as young:
        (outcome,) = scanned(young, ProcessingJob(detectors=("high_52_weeks",))).results
        assert outcome.status is SymbolStatus.NOT_EVALUABLE
        assert outcome.error == "Needs 253 bars of history, has 30."
        (outcome,) = scanned(young, ProcessingJob(detectors=("high_52_weeks", "gap"))).results
        assert outcome.status is SymbolStatus.OK


def test_a_match_of_a_formula_with_a_detector_is_explained(repository):
    matches = scanned(
        repository, ProcessingJob('detector("inside_bar") and close > 0', symbols=("S001",))
    ).matches
    day = matches["timestamp"][0].as_py().date()
    explained = explain(repository, 'detector("inside_bar") and close > 0', "S001", day)
    assert 'detector("inside_bar")' in str(explained)


@pytest.mark.parametrize("name", ["constant", "volumeless"])
def test_odd_series_go_through_every_detector(name):
    count = 400
    price = np.full(count, 10.0) if name == "constant" else 10 + np.sin(np.arange(count))
    volume = 1.0 if name == "constant" else np.nan
    prices = dict.fromkeys(("open", "high", "low", "close"), price)
    frame = pd.DataFrame(
        {"timestamp": pd.bdate_range("2020-01-01", periods=count), **prices, "volume": volume}
    )
    with InMemoryCandleRepository({"ODD": frame}) as odd:
        result = scanned(odd, ProcessingJob(detectors=detectors.names()))
    assert result.summary.complete


def test_a_kept_run_comes_back_with_its_events(repository, tmp_path):
    job = ProcessingJob("close > sma(close, 20)", detectors=("inside_bar", "gap"), columns={"rsi": "rsi(14)"})
    store = RunStore(tmp_path)
    with ProcessingEngine(repository, backend="inline", runs=store) as engine:
        result = engine.run(job)
    kept = store.open_run(store.list_runs()[0].id)
    assert kept.matches.equals(result.matches)
    assert [each.matches for each in kept.results] == [each.matches for each in result.results]
    assert store.list_runs()[0].manifest.processing_job() == job


def test_the_files_hold_events_and_detectors_as_text(repository, tmp_path):
    result = scanned(repository, ProcessingJob(detectors=("inside_bar",), symbols=("S001", "S002")))
    for name in ("events.csv", "events.parquet"):
        export(result.matches, result.timeframe, tmp_path / name, complete=True)
    written = pd.read_csv(tmp_path / "events.csv", keep_default_na=False)
    assert written.columns.tolist() == ["symbol", "timestamp", "close", "event", "score", "detector"]
    assert written["score"].tolist() == result.matches["score"].to_pylist()
    assert pq.read_table(tmp_path / "events.parquet")["event"].to_pylist() == written["event"].tolist()
