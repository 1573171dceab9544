"""A run that was interrupted goes on to the very result of one that was not; nothing stops a scan from being one."""

from __future__ import annotations

import errno
import os
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from odd_formula_services import EXIT, RAISE, SPIN, OddFormulaService

from engine.data.repository import InMemoryCandleRepository
from engine.errors import BackendError, ProcessingEngineError, RunError, UnknownNameError
from engine.execution.inline import InlineBackend
from engine.scan import rank_worker
from engine.scan.events import MatchBatch, ScanProgress, SymbolOutcome
from engine.scan.exporters import export
from engine.scan.exporters.csv import result_sha256
from engine.scan.job import DateRange, ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.scan.results import SymbolStatus
from engine.scan.runs.journal import Rhythm
from engine.scan.runs.store import RunStore

PLAIN = ProcessingJob("cross_above(rsi(close, 14), 40)", {"mom": "roc(close, 20)", "up": "close > open"})
JOBS = {
    "plain": PLAIN,
    "ranked": ProcessingJob("csrank(roc(close, 20)) >= 90 and csrank(close) < 60"),
    "several": ProcessingJob(formulas={"low": "rsi(close, 14) < 35", "high": "rsi(close, 14) > 65"}),
    "weekly": ProcessingJob("close > sma(close, 10)", timeframe="1w", date_range=DateRange(date(2020, 6, 1))),
}


def walk(first: float) -> pd.DataFrame:
    close = [first, 1.0, 2.0]
    day = pd.bdate_range("2024-01-01", periods=3)
    return pd.DataFrame({"date": day, "open": close, "high": close, "low": close, "close": close})


def sha(result) -> str:
    return result_sha256(result.matches, result.timeframe)


def counted(result) -> list[tuple[str, str, str | None]]:
    return [(each.symbol, each.status.value, each.error) for each in result.results]


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
@pytest.mark.parametrize("after", [0, 1, 23, 59])
def test_a_resumed_run_has_the_result_of_an_uninterrupted_one(
    repository, scan, interrupt, store, tmp_path: Path, job, after
) -> None:
    whole = scan(repository, job, runs=None)
    run = interrupt(repository, job, after)
    resumed = scan(repository, job, run)
    assert sha(resumed) == sha(whole)
    assert counted(resumed) == counted(whole)
    assert resumed.summary.masked_bars == whole.summary.masked_bars
    for name, result in (("whole", whole), ("resumed", resumed)):
        export(result.matches, result.timeframe, tmp_path / f"{name}.parquet")
    assert (tmp_path / "whole.parquet").read_bytes() == (tmp_path / "resumed.parquet").read_bytes()
    kept = store.find(run)
    assert (kept.state, kept.manifest.resumed) == ("complete", 1)
    assert kept.manifest.result_sha256 == sha(whole) == sha(store.open_run(run))


@pytest.mark.parametrize(("begun", "resumed"), [(1, 3), (2, None), (None, 2)], ids=str)
def test_a_run_may_be_resumed_on_other_workers(repository, scan, interrupt, begun, resumed) -> None:
    def on(workers: int | None) -> dict:
        return {"backend": "inline"} if workers is None else {"backend": "local", "max_workers": workers}

    whole = scan(repository, PLAIN, runs=None)
    run = interrupt(repository, PLAIN, 17, **on(begun))
    assert sha(scan(repository, PLAIN, run, **on(resumed))) == sha(whole)


def test_what_has_finished_is_not_scanned_again_but_told_again(repository, scan, interrupt, store) -> None:
    run = interrupt(repository, PLAIN, 20)
    before = store.finished_count(run)
    with ProcessingEngine(repository, backend="inline", runs=store) as engine:
        events = list(engine.stream(PLAIN, run))
    assert before == 20
    assert {event.run_id for event in events} == {run}
    outcomes = [event.result.symbol for event in events if isinstance(event, SymbolOutcome)]
    assert sorted(outcomes) == list(repository.symbols())
    matches = sum(event.matches.num_rows for event in events if isinstance(event, MatchBatch))
    assert matches == events[-1].result.summary.matches
    done = [event.completed for event in events if isinstance(event, ScanProgress)]
    assert done == sorted(done)
    assert done[-1] == 60
    content = store.folder_of(run).content()
    assert content.frames == 1 + 60


def test_a_run_may_be_interrupted_again_and_again(repository, scan, interrupt, store) -> None:
    run = interrupt(repository, PLAIN, 5)
    for more in (10, 0, 30):
        assert interrupt(repository, PLAIN, more, run) == run
    assert store.find(run).state == "interrupted"
    assert sha(scan(repository, PLAIN, run)) == sha(scan(repository, PLAIN, runs=None))
    assert store.find(run).manifest.resumed == 4


def test_a_cancelled_run_is_resumed_too(repository, scan, store) -> None:
    with ProcessingEngine(repository, backend="inline", runs=store) as engine:
        outcomes = 0
        for event in engine.stream(PLAIN):
            outcomes += isinstance(event, SymbolOutcome)
            if outcomes == 12:
                engine.cancel()
    run = store.find("last")
    assert (run.state, store.finished_count(run.id)) == ("cancelled", 12)
    assert sha(scan(repository, PLAIN, run.id)) == sha(scan(repository, PLAIN, runs=None))


@pytest.mark.parametrize("job", [JOBS["plain"], JOBS["ranked"]], ids=["plain", "ranked"])
def test_a_cancel_of_the_resumed_run_loses_nothing(repository, scan, interrupt, store, job) -> None:
    run = interrupt(repository, job, 30)
    with ProcessingEngine(repository, backend="inline", runs=store) as engine:
        events = engine.stream(job, run)
        next(events)
        engine.cancel()
        result = list(events)[-1].result
    assert result.summary.symbols["cancelled"] == 30
    assert sum(each.status is SymbolStatus.OK for each in result.results) == 30
    assert store.finished_count(run) == 30
    assert sha(scan(repository, job, run)) == sha(scan(repository, job, runs=None))


def test_what_timed_out_or_crashed_is_tried_again_and_errors_stay(store, monkeypatch) -> None:
    frames = {"A": walk(10.0), "B": walk(SPIN), "C": walk(EXIT), "D": walk(RAISE), "E": walk(11.0)}
    job = ProcessingJob("true")
    service = OddFormulaService()
    with (
        InMemoryCandleRepository(frames) as repository,
        ProcessingEngine(repository, service, 1, timeout_seconds=1.0, runs=store) as engine,
    ):
        first = engine.run(job)
        run = store.find("last")
        tried = []
        monkeypatch.setattr(
            engine._backend,
            "run",
            lambda _task, items, **_: tried.extend(item.key for item in items) or iter(()),
        )
        with pytest.raises(KeyError):  # nobody gives the outcomes
            engine.run(job, run.id)
    assert (run.state, run.can_resume) == ("partial", True)
    assert counted(first)[1:4] == [
        ("B", "timeout", "Took longer than 1 s; its worker was stopped and replaced."),
        ("C", "crash", "Its worker process died (exit code 3)."),
        ("D", "error", "ZeroDivisionError: the plug-in's own bug"),
    ]
    assert tried == ["B", "C"]
    assert counted(store.open_run(run.id)) == counted(first)


def test_ranks_without_a_symbol_are_not_mixed_with_ranks_that_have_it(
    repository, scan, store, monkeypatch
) -> None:
    """A symbol that crashed while the universe was ranked changes every other symbol's rank when it is there again."""
    job = JOBS["ranked"]
    whole = scan(repository, job, runs=None)
    original = rank_worker.load_bars

    def broken(source, symbol, timeframe):
        if symbol == "S003":
            raise MemoryError
        return original(source, symbol, timeframe)

    with monkeypatch.context() as patch:
        patch.setattr(rank_worker, "load_bars", broken)
        partial = scan(repository, job)
    run = store.find("last").id
    assert counted(partial)[3][:2] == ("S003", "error")
    assert sha(partial) != sha(whole)
    assert sha(scan(repository, job, run)) == sha(whole)
    assert sha(store.open_run(run)) == sha(whole)


@pytest.mark.parametrize(
    ("job", "sentence"),
    [
        pytest.param(ProcessingJob("close > 1"), "was another job", id="another formula"),
        pytest.param(ProcessingJob(PLAIN.formula), "was another job", id="without the columns"),
        pytest.param(
            ProcessingJob(PLAIN.formula, dict(reversed(PLAIN.columns.items()))),
            "was another job",
            id="columns in another order",
        ),
        pytest.param(
            ProcessingJob(PLAIN.formula, PLAIN.columns, symbols=("S001",)),
            "bars have changed",
            id="other symbols",
        ),
    ],
)
def test_another_job_is_refused_and_nothing_is_lost(
    repository, scan, interrupt, store, job, sentence
) -> None:
    run = interrupt(repository, PLAIN, 20)
    before = store.folder_of(run).journal.read_bytes()
    with pytest.raises(RunError, match=sentence):
        scan(repository, job, run)
    assert store.folder_of(run).journal.read_bytes() == before
    assert sha(scan(repository, PLAIN, run)) == sha(scan(repository, PLAIN, runs=None))


def test_other_bars_are_refused_and_nothing_is_lost(repository, walks, scan, interrupt, store) -> None:
    run = interrupt(repository, PLAIN, 20)
    with (
        InMemoryCandleRepository({**walks, "S000": walks["S001"]}) as changed,
        pytest.raises(RunError, match=f"bars have changed since run {run}.*runs open {run}"),
    ):
        scan(changed, PLAIN, run)
    assert store.finished_count(run) == 20


def test_other_versions_are_refused(repository, scan, interrupt, store, monkeypatch) -> None:
    run = interrupt(repository, PLAIN, 20)
    monkeypatch.setattr("engine.scan.runs.store.versions", lambda: {"numpy": "0.1"})
    with pytest.raises(RunError, match=r"numpy .* \(now 0.1\)"):
        scan(repository, PLAIN, run)


def test_an_unknown_run_and_an_engine_without_runs_are_said(repository, scan) -> None:
    with pytest.raises(UnknownNameError, match="no run named '2026'"):
        scan(repository, PLAIN, "2026")
    with pytest.raises(RunError, match="keeps no runs"):
        scan(repository, PLAIN, "2026", runs=None)


def test_a_run_that_another_program_writes_is_not_resumed(repository, scan, interrupt, store) -> None:
    run = interrupt(repository, PLAIN, 20)
    lock = store.folder_of(run).hold()
    try:
        assert store.find(run).state == "running"
        with pytest.raises(RunError, match="still under way"):
            scan(repository, PLAIN, run)
    finally:
        os.close(lock)
    assert store.find(run).state == "interrupted"


def test_a_torn_or_damaged_journal_is_completed(repository, scan, interrupt, store) -> None:
    whole = sha(scan(repository, PLAIN, runs=None))
    for damage in (
        lambda data: data[:-7],
        lambda data: data[:9],
        lambda data: data[:-900] + b"?" + data[-899:],
    ):
        run = interrupt(repository, PLAIN, 40)
        file = store.folder_of(run).journal
        file.write_bytes(damage(file.read_bytes()))
        assert store.finished_count(run) < 40
        assert sha(scan(repository, PLAIN, run)) == whole
        assert sha(store.open_run(run)) == whole


def test_a_short_scan_writes_once(repository, scan, store) -> None:
    store.rhythm = Rhythm(symbols=1, rest=1000.0, patience=1000.0)
    scan(repository, PLAIN)
    content = store.folder_of("last").content()
    assert (content.frames, len(content.finished)) == (2, 60)


def test_symbols_are_written_together(repository, interrupt, store) -> None:
    store.rhythm = Rhythm(symbols=25, rest=0.0, patience=1000.0)
    run = interrupt(repository, PLAIN, 60)
    assert store.folder_of(run).content().frames == 1 + 3


def test_what_has_waited_for_long_is_written_alone(repository, interrupt, store, monkeypatch) -> None:
    store.rhythm = Rhythm(symbols=1000, rest=0.0, patience=0.0)
    monkeypatch.setattr("engine.scan.processing.BATCH_SECONDS", 0.0)
    run = interrupt(repository, PLAIN, 60)
    assert store.folder_of(run).content().frames > 30


def test_a_runs_folder_that_cannot_be_used_costs_a_note(repository, scan, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = scan(repository, PLAIN, runs=RunStore(tmp_path / "file"))
    assert sha(result) == sha(scan(repository, PLAIN, runs=None))
    [note] = result.summary.warnings
    assert "This run is not kept" in note
    assert "runs_folder" in note


@pytest.mark.parametrize("call", range(12))
def test_a_disk_that_fills_up_costs_a_note_and_keeps_what_is_written(
    repository, scan, store, monkeypatch, call: int
) -> None:
    real, calls = os.write, [0]

    def write(descriptor: int, data) -> int:
        calls[0] += 1
        if calls[0] > call + 2:
            # Half of it still fits.
            real(descriptor, bytes(data)[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(descriptor, data)

    with monkeypatch.context() as patch:
        patch.setattr("engine.scan.runs.journal.os.write", write)
        result = scan(repository, PLAIN)
    assert sha(result) == sha(scan(repository, PLAIN, runs=None))
    [note] = result.summary.warnings
    assert "no space left on device" in note
    run = store.find("last").id
    assert store.find(run).state == "interrupted"
    assert store.finished_count(run) == call
    assert sha(scan(repository, PLAIN, run)) == sha(result)


def test_a_scan_that_fails_altogether_can_be_resumed(repository, scan, store, monkeypatch) -> None:
    real = InlineBackend.run

    def failing(self, task, items, **how):
        for number, outcome in enumerate(real(self, task, items, **how)):
            if number == 33:
                raise BackendError("The workers are gone.")
            yield outcome

    with monkeypatch.context() as patch:
        patch.setattr(InlineBackend, "run", failing)
        with pytest.raises(ProcessingEngineError, match="workers are gone"):
            scan(repository, PLAIN)
    run = store.find("last")
    assert (run.state, store.finished_count(run.id)) == ("interrupted", 33)
    assert sha(scan(repository, PLAIN, run.id)) == sha(scan(repository, PLAIN, runs=None))


def test_two_programs_keep_their_runs_side_by_side(repository, store) -> None:
    with (
        ProcessingEngine(repository, backend="inline", runs=store) as one,
        ProcessingEngine(repository, backend="inline", runs=RunStore(store.folder)) as other,
    ):
        streams = [one.stream(PLAIN), other.stream(JOBS["several"])]
        finished = {}
        while streams:
            for stream in list(streams):
                event = next(stream, None)
                if event is None:
                    streams.remove(stream)
                else:
                    finished[event.run_id] = event
    assert {run.id for run in store.list_runs()} == finished.keys()
    for run, event in finished.items():
        assert sha(store.open_run(run)) == sha(event.result)


def test_a_finished_run_may_be_resumed_and_scans_nothing(repository, scan, store) -> None:
    result = scan(repository, PLAIN)
    run = store.find("last").id
    before = store.folder_of(run).journal.read_bytes()
    assert sha(scan(repository, PLAIN, run)) == sha(result)
    assert store.folder_of(run).journal.read_bytes() == before


def test_the_parquet_of_an_opened_run_is_that_of_the_scan(repository, scan, store, tmp_path: Path) -> None:
    result = scan(repository, JOBS["several"])
    for name, each in (("scan", result), ("opened", store.open_run("last"))):
        export(each.matches, each.timeframe, tmp_path / f"{name}.parquet")
    assert pq.read_table(tmp_path / "scan.parquet").equals(pq.read_table(tmp_path / "opened.parquet"))
    assert (tmp_path / "scan.parquet").read_bytes() == (tmp_path / "opened.parquet").read_bytes()
