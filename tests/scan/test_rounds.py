"""Scans that rank the universe: against pandas, for every worker count, with faults and cancels."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.repository import InMemoryCandleRepository
from engine.errors import ProcessingEngineError
from engine.formula.service import compile_scan
from engine.market.timeframe import Timeframe
from engine.scan.events import ScanFinished, ScanProgress, SymbolOutcome
from engine.scan.exporters.csv import result_sha256
from engine.scan.job import DateRange, ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.scan.results import SymbolStatus
from engine.scan.rounds import RoundProgress
from engine.scan.symbol_scan import view_symbol
from engine.scan.window import MatchWindow

STRONGEST = ProcessingJob("csrank(roc(close, 20)) >= 90")


@pytest.fixture(autouse=True)
def nothing_stays_behind(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert list(tmp_path.glob("candlewick-ranks-*")) == []


def run(repository, job, **how):
    with ProcessingEngine(repository, **(how or {"backend": "inline"})) as engine:
        return engine.run(job)


def ranks_of(walks, periods: int) -> pd.DataFrame:
    """Return 0 to 100 by date and symbol, as pandas ranks."""
    panel = pd.DataFrame({symbol: frame.set_index("timestamp")["close"] for symbol, frame in walks.items()})
    changes = 100 * (panel / panel.shift(periods) - 1)
    counts = changes.notna().sum(axis=1)
    return (changes.rank(axis=1) - 1).div(counts - 1, axis=0) * 100


def test_ranks_are_those_of_pandas(repository, walks):
    result = run(repository, ProcessingJob("true", {"rank": "csrank(roc(close, 20))"})).matches.to_pandas()
    wanted = ranks_of(walks, 20)
    found = result.pivot_table(index="timestamp", columns="symbol", values="rank", dropna=False)
    assert found.shape == (300, 60)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_the_result_is_the_same_for_every_backend_and_size_of_chunk(repository, workers):
    results = [
        run(repository, STRONGEST),
        *(run(repository, STRONGEST, backend=workers, chunk=chunk) for chunk in (1, 40)),
    ]
    assert len({result_sha256(result.matches, "1d") for result in results}) == 1
    assert results[0].summary.complete
    assert results[0].summary.matches == 280 * 6
    assert "rank" in results[0].summary.seconds


def test_later_bars_never_change_an_earlier_rank(repository, walks):
    job = ProcessingJob("true", {"rank": "csrank(csrank(rsi(14)) - csrank(roc(20)[1]))"})
    whole = run(repository, job).matches.to_pandas()
    with InMemoryCandleRepository({symbol: frame.head(120) for symbol, frame in walks.items()}) as shorter:
        cut = run(shorter, job).matches.to_pandas()
    day = cut.timestamp.max()
    pd.testing.assert_frame_equal(cut, whole[whole.timestamp <= day].reset_index(drop=True))


def test_ranks_of_ranks_take_a_round_each(repository):
    text = "csrank(csrank(csrank(close) + 0 * volume) + close * 0) > 50 and csrank(close) > 50"
    assert [ranks for ranks, _ in compile_scan(text).rank_passes] == [(0,), (1,), (2,)]
    nested, plain = run(repository, ProcessingJob(text)), run(repository, ProcessingJob("csrank(close) > 50"))
    assert nested.matches.select(["symbol", "timestamp"]) == plain.matches.select(["symbol", "timestamp"])


def test_the_job_s_symbols_are_the_universe_and_its_dates_are_not(repository, walks):
    few = ("S001", "S002", "S003")
    job = ProcessingJob("true", {"rank": "csrank(roc(close, 20))"}, symbols=few)
    days = DateRange(walks["S001"].timestamp[100].date())
    whole = run(repository, job).matches.to_pandas()
    late = run(
        repository, ProcessingJob("true", job.columns, symbols=few, date_range=days)
    ).matches.to_pandas()
    assert set(whole["rank"].dropna()) == {0.0, 50.0, 100.0}
    later = whole[whole.timestamp >= pd.Timestamp(days.start)].reset_index(drop=True)
    pd.testing.assert_frame_equal(late, later)


def test_weeks_that_ended_on_different_days_are_ranked_together(walks):
    short = walks["S001"][walks["S001"].timestamp.dt.day_of_week < 4]
    with InMemoryCandleRepository({"S001": short, "S002": walks["S002"]}) as two:
        result = run(two, ProcessingJob("true", {"rank": "csrank(close)"}, timeframe="1w"))
    assert result.matches.column("rank").null_count <= 1


def test_a_symbol_that_fails_is_left_out_of_the_ranks_and_marks_the_run_partial(walks):
    frames = {symbol: walks[symbol] for symbol in ("S001", "S002", "S003")}
    with InMemoryCandleRepository(frames | {"BAD": pd.DataFrame({"nothing": [1]})}) as faulty:
        events = []
        with ProcessingEngine(faulty, backend="inline") as engine:
            events = list(engine.stream(ProcessingJob("true", {"rank": "csrank(close)"})))
    result = events[-1].result
    assert not result.summary.complete
    assert {each.symbol: each.status for each in result.results}["BAD"] is SymbolStatus.ERROR
    assert set(result.matches.column("rank").to_pylist()) == {0.0, 50.0, 100.0}
    outcomes = [event.result.symbol for event in events if isinstance(event, SymbolOutcome)]
    assert sorted(outcomes) == ["BAD", "S001", "S002", "S003"]
    (progress, *_) = [event for event in reversed(events) if isinstance(event, ScanProgress)]
    assert (progress.completed, progress.total) == (4, 4)


def test_a_cancel_in_any_round_leaves_one_outcome_per_symbol(repository):
    with ProcessingEngine(repository, backend="inline") as engine:
        stream = engine.stream(STRONGEST)
        next(stream)
        engine.cancel()
        *_, finished = stream
    assert isinstance(finished, ScanFinished)
    assert not finished.result.summary.complete
    assert finished.result.summary.symbols["cancelled"] == 60


def test_leaving_the_stream_removes_the_ranks(repository):
    with ProcessingEngine(repository, backend="inline", chunk=1) as engine:
        stream = engine.stream(STRONGEST)
        while not isinstance(next(stream), SymbolOutcome):
            pass
        assert list(Path(tempfile.gettempdir()).glob("candlewick-ranks-*"))
        stream.close()


def test_one_symbol_s_chart_says_that_it_has_no_rank(repository):
    with pytest.raises(ProcessingEngineError, match="S001 by itself has no rank"):
        view_symbol(repository, "S001", Timeframe.DAY, compile_scan("csrank(close) > 5"), MatchWindow())


def test_progress_is_monotone_and_ends_at_the_number_of_symbols():
    progress, seen = RoundProgress(3), []
    for number, final in [(0, False)] * 3 + [(0, True)] + [(1, False)] * 3 + [(2, True)] * 3:
        progress.count(number, final=final)
        seen.append(progress.completed)
    assert seen == sorted(seen)
    assert seen[-1] == 4
