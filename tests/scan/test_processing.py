"""The engine keeps its promises: one outcome per symbol, the same result everywhere, faults that stay alone."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from odd_formula_services import EXIT, KILL, RAISE, SPIN, OddFormulaService

from engine.data.repository import InMemoryCandleRepository
from engine.errors import FormulaError, JobError, ProcessingEngineError
from engine.scan.events import MatchBatch, ScanFinished, ScanProgress, ScanStarted, SymbolOutcome
from engine.scan.exporters.csv import result_sha256
from engine.scan.job import DateRange, ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.scan.results import ScanResult, SymbolStatus

OVERSOLD = "cross_above(rsi(close, 14), 40) and volume > sma(volume, 10)"
JOB = ProcessingJob(OVERSOLD, columns={"strength": "roc(close, 20)"})


def flat(first_close: float) -> pd.DataFrame:
    days = pd.bdate_range("2020-01-01", periods=5)
    prices = dict.fromkeys(("open", "high", "low", "close"), first_close)
    return pd.DataFrame({"timestamp": days, **prices, "volume": 1.0})


def counts(result: ScanResult) -> dict[str, int]:
    return {status: count for status, count in result.summary.symbols.items() if count}


def test_the_result_is_the_same_for_every_backend_and_worker_count(repository, workers) -> None:
    checksums = {}
    for name, options in {
        "inline": {"backend": "inline"},
        "1": {"max_workers": 1},
        "2": {"backend": workers, "chunk": 1},
        "4": {"max_workers": 4, "chunk": 7},
    }.items():
        with ProcessingEngine(repository, **options) as engine:
            result = engine.run(JOB)
        assert result.summary.complete
        checksums[name] = result_sha256(result.matches, result.timeframe)
    assert result.summary.matches > 50
    assert len(set(checksums.values())) == 1, checksums


def test_matches_are_sorted_and_carry_the_values_of_their_bars(repository, walks) -> None:
    with ProcessingEngine(repository, backend="inline") as engine:
        table = engine.run(JOB).matches
    keys = list(zip(table.column("symbol").to_pylist(), table.column("timestamp").to_pylist(), strict=True))
    assert keys == sorted(keys)
    assert table.column_names[:4] == ["symbol", "timestamp", "close", "strength"]
    assert "rsi(close, 14)" in table.column_names
    frame = walks[keys[0][0]].set_index("timestamp")["close"]
    assert table.column("close")[0].as_py() == frame.loc[keys[0][1]]


def test_a_stream_is_one_start_any_news_and_one_finish(repository, workers) -> None:
    with ProcessingEngine(repository, backend=workers) as engine:
        events = list(engine.stream(JOB))
    assert isinstance(events[0], ScanStarted)
    assert isinstance(events[-1], ScanFinished)
    kinds = Counter(type(event) for event in events)
    assert kinds[ScanStarted] == kinds[ScanFinished] == 1
    assert kinds[SymbolOutcome] == 60
    batched = sum(event.matches.num_rows for event in events if isinstance(event, MatchBatch))
    assert batched == events[-1].result.summary.matches
    progress = [event.completed for event in events if isinstance(event, ScanProgress)]
    assert progress == sorted(progress)
    assert progress[-1] == 60


def test_faults_of_single_symbols_stay_with_them(workers) -> None:
    frames = {f"GOOD{number}": flat(10.0) for number in range(12)}
    frames |= {"SPINS": flat(SPIN), "EXITS": flat(EXIT), "RAISES": flat(RAISE), "KILLED": flat(KILL)}
    with (
        InMemoryCandleRepository(frames) as repository,
        ProcessingEngine(
            repository, OddFormulaService(), backend=workers, timeout_seconds=1.5, chunk=4
        ) as engine,
    ):
        result = engine.run(ProcessingJob("whatever the service likes"))
        by_symbol = {each.symbol: each for each in result.results}
        assert by_symbol["SPINS"].status is SymbolStatus.TIMEOUT
        assert "longer than 1.5 s" in (by_symbol["SPINS"].error or "")
        assert by_symbol["EXITS"].status is SymbolStatus.CRASH
        assert "exit code 3" in (by_symbol["EXITS"].error or "")
        assert by_symbol["KILLED"].status is SymbolStatus.CRASH
        assert "SIGKILL" in (by_symbol["KILLED"].error or "")
        assert by_symbol["RAISES"].error == "ZeroDivisionError: the plug-in's own bug"
        assert "odd_formula_services" in by_symbol["RAISES"].details
        assert counts(result) == {"ok": 12, "error": 1, "timeout": 1, "crash": 2}
        assert not result.summary.complete
        assert result.summary.matches == 12 * 5


def test_a_worker_killed_in_mid_scan_loses_at_most_the_symbol_it_was_on(repository, workers) -> None:
    with ProcessingEngine(repository, backend=workers, chunk=5) as engine:
        calm = engine.run(JOB)
        killed = False
        for event in engine.stream(JOB):
            if isinstance(event, SymbolOutcome) and not killed:
                os.kill(engine.worker_pids()[0], signal.SIGKILL)
                killed = True
            if isinstance(event, ScanFinished):
                result = event.result
    assert killed
    lost = [each for each in result.results if each.status is not SymbolStatus.OK]
    assert len(lost) <= 1
    if not lost:  # the crashed symbol was tried once more, alone
        assert result_sha256(result.matches, "1d") == result_sha256(calm.matches, "1d")
    assert sum(result.summary.symbols.values()) == 60


def test_a_cancel_from_another_thread_keeps_what_is_finished_and_the_engine(workers) -> None:
    frames = {f"A{number:02d}": flat(10.0) for number in range(20)} | {
        "SPINS1": flat(SPIN),
        "SPINS2": flat(SPIN),
    }
    with (
        InMemoryCandleRepository(frames) as repository,
        ProcessingEngine(
            repository, OddFormulaService(), backend=workers, timeout_seconds=60, chunk=1
        ) as engine,
    ):
        for event in engine.stream(ProcessingJob("anything")):
            if isinstance(event, ScanProgress) and event.completed == 20:
                threading.Thread(target=engine.cancel).start()
            if isinstance(event, ScanFinished):
                result = event.result
        assert counts(result) == {"ok": 20, "cancelled": 2}
        assert not result.summary.complete
        again = engine.run(ProcessingJob("anything", symbols=("A00", "A01")))
        assert counts(again) == {"ok": 2}


def test_a_cancel_when_nothing_runs_changes_nothing(repository) -> None:
    with ProcessingEngine(repository, backend="inline") as engine:
        engine.cancel()
        assert engine.run(JOB).summary.complete


def test_leaving_the_stream_frees_the_engine(repository, workers) -> None:
    with ProcessingEngine(repository, backend=workers, chunk=1) as engine:
        stream = engine.stream(JOB)
        next(stream)
        next(stream)
        stream.close()
        assert engine.run(JOB).summary.complete


def test_a_second_scan_at_the_same_time_is_refused(repository, workers) -> None:
    with ProcessingEngine(repository, backend=workers) as engine:
        stream = engine.stream(JOB)
        next(stream)
        with pytest.raises(ProcessingEngineError, match="A scan is running"):
            engine.run(JOB)
        stream.close()


def test_a_closed_engine_says_so(repository) -> None:
    engine = ProcessingEngine(repository, backend="inline")
    engine.shutdown()
    engine.shutdown(wait=False)
    with pytest.raises(ProcessingEngineError, match="shut down"):
        engine.run(JOB)


def test_process_batch_returns_one_result_per_symbol_without_blocking_the_loop(repository) -> None:
    async def scan() -> tuple[int, list[tuple[int, int]], list[int]]:
        reports: list[tuple[int, int]] = []
        ticks: list[int] = []

        async def tick() -> None:
            while True:
                ticks.append(1)
                await asyncio.sleep(0.001)

        ticking = asyncio.create_task(tick())
        results = await engine.process_batch(JOB, lambda done, total: reports.append((done, total)))
        ticking.cancel()
        return len(results), reports, ticks

    with ProcessingEngine(repository, max_workers=2) as engine:
        number, reports, ticks = asyncio.run(scan())
    assert number == 60
    assert reports[-1] == (60, 60)
    assert reports == sorted(reports)
    assert len(ticks) > 5


def test_an_exception_in_a_progress_callback_does_not_break_the_run(repository) -> None:
    def broken(_completed: int, _total: int) -> None:
        raise RuntimeError("the caller's bug")

    async def scan() -> tuple[int, list[dict]]:
        complaints: list[dict] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
        results = await engine.process_batch(JOB, broken)
        await asyncio.sleep(0)
        return len(results), complaints

    with ProcessingEngine(repository, backend="inline") as engine:
        number, complaints = asyncio.run(scan())
    assert number == 60
    assert complaints


def test_cancelling_the_awaiting_task_cancels_the_scan(workers) -> None:
    frames = {"SPINS": flat(SPIN)}

    async def scan(engine: ProcessingEngine) -> None:
        work = asyncio.create_task(engine.process_batch(ProcessingJob("anything")))
        await asyncio.sleep(0.05)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    with (
        InMemoryCandleRepository(frames) as repository,
        ProcessingEngine(repository, OddFormulaService(), backend=workers) as engine,
    ):
        asyncio.run(scan(engine))


def test_what_cannot_be_decided_has_a_reason(walks) -> None:
    frames = {
        "SHORT": walks["S001"].iloc[:30],
        "LATE": walks["S002"].assign(timestamp=pd.bdate_range("2024-01-01", periods=300)),
        "BROKEN": walks["S003"].assign(close=-1.0),
        "FINE": walks["S004"],
    }
    job = ProcessingJob(
        "close > sma(close, 50)", date_range=DateRange(None, pd.Timestamp("2022-01-01").date())
    )
    with (
        InMemoryCandleRepository(frames) as repository,
        ProcessingEngine(repository, backend="inline") as engine,
    ):
        result = engine.run(job)
    reasons = {each.symbol: each.error for each in result.results}
    assert reasons["FINE"] is None
    assert reasons["SHORT"] == "Needs 50 bars of history, has 30."
    assert "data runs from 2024-01-01" in (reasons["LATE"] or "")
    assert reasons["BROKEN"] == "No usable bars: all 300 rows are broken."
    assert counts(result) == {"ok": 1, "not_evaluable": 3}
    assert result.summary.complete
    assert result.summary.masked_bars == {"not_positive": 300}


def test_not_of_an_unknown_never_fires_during_warm_up(repository) -> None:
    with ProcessingEngine(repository, backend="inline") as engine:
        result = engine.run(ProcessingJob("not (close > sma(close, 100))"))
    assert min(match.bar for each in result.results for match in each.matches) >= 99


def test_the_date_range_does_not_change_which_bars_match(repository) -> None:
    with ProcessingEngine(repository, backend="inline") as engine:
        everything = engine.run(JOB).matches.to_pandas()
        start = pd.Timestamp("2020-08-01")
        part = engine.run(ProcessingJob(JOB.formula, JOB.columns, date_range=DateRange(start.date()))).matches
    expected = everything[everything["timestamp"] >= start].reset_index(drop=True)
    pd.testing.assert_frame_equal(part.to_pandas(), expected)


def test_last_bars_limit_the_matches_to_the_end(repository) -> None:
    with ProcessingEngine(repository, backend="inline") as engine:
        result = engine.run(ProcessingJob("close > 0", last_bars=1))
    assert result.summary.matches == 60
    assert {match.bar for each in result.results for match in each.matches} == {299}


def test_parameters_fill_the_formula(repository) -> None:
    with ProcessingEngine(repository, backend="inline") as engine:
        literal = engine.run(ProcessingJob("close > sma(close, 20)")).matches
        named = engine.run(ProcessingJob("close > sma(close, :n)", parameters={"n": 20})).matches
    assert literal.equals(named)


@pytest.mark.parametrize(
    ("job", "error", "sentence"),
    [
        pytest.param(ProcessingJob("close > smaa(close, 20)"), FormulaError, "sma", id="misspelt function"),
        pytest.param(ProcessingJob("true", symbols=("S00l",)), JobError, "S00", id="unknown symbol"),
        pytest.param(ProcessingJob("clse > 1", symbols=("X",)), JobError, "close", id="both at once"),
        pytest.param(ProcessingJob("true", columns={"x": "rsi("}), FormulaError, "x", id="bad column"),
    ],
)
def test_a_wrong_job_raises_before_anything_starts(repository, job, error, sentence) -> None:
    with ProcessingEngine(repository) as engine, pytest.raises(error, match=sentence):
        next(engine.stream(job))


def test_an_injected_service_must_be_importable(repository) -> None:
    class Local:
        def evaluate(self, *_: object) -> object:
            return None

    with (
        ProcessingEngine(repository, Local()) as engine,
        pytest.raises(ProcessingEngineError, match="into a module"),
    ):
        engine.run(JOB)


def test_no_workers_is_refused(repository) -> None:
    with pytest.raises(ProcessingEngineError, match="1 or more, not 0"):
        ProcessingEngine(repository, max_workers=0)


def test_the_job_hash_ignores_spelling_but_not_meaning(repository) -> None:
    with ProcessingEngine(repository, backend="inline") as engine:
        one, same, other = (
            engine.run(ProcessingJob(text, name=text)).summary.job_hash
            for text in ("close>SMA(close,20)", "close > sma(close, 20)", "close > sma(close, 21)")
        )
    assert one == same != other


def test_values_at_matches_are_known_where_the_formula_needed_them(repository) -> None:
    with ProcessingEngine(repository, backend="inline") as engine:
        result = engine.run(JOB)
    values = np.array(result.matches.column("rsi(close, 14)").to_pylist(), dtype=float)
    assert not np.isnan(values).any()
    assert values.min() > 40
