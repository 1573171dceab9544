"""Where a scan's work is done, and in what pieces."""

from __future__ import annotations

import os

import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.parquet import BARS_FILE, write_bars
from engine.execution.inline import InlineBackend
from engine.execution.pool import SupervisedPool
from engine.scan.events import ScanFinished, ScanStarted, SymbolOutcome
from engine.scan.job import ProcessingJob
from engine.scan.placement import chunk_size, cut_blocks, is_light, open_backend, scan_seconds
from engine.scan.plan import plan_scan
from engine.scan.processing import ProcessingEngine
from engine.testing import generate_test_bars

TEN_YEARS = 2520


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of six symbols that nobody has touched for a while, with a cache folder of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "bars"
    for number in range(6):
        target = root / f"symbol=S{number}"
        target.mkdir(parents=True)
        write_bars(generate_test_bars(f"S{number}", 60), target / BARS_FILE)
    for path in (root, *root.rglob("*")):
        os.utime(path, (1e9, 1e9))
    return root


def plan_of(folder, formula="close > sma(close, 5)", **options):
    return plan_scan(ProcessingJob(formula, **options), HiveCandleRepository(folder))


def test_a_plain_formula_over_few_bars_that_lie_ready_is_light(folder):
    plan = plan_of(folder)
    assert is_light(plan, 6 * TEN_YEARS, workers_wait=False)
    assert not is_light(plan, None, workers_wait=False)


def test_what_would_keep_this_process_at_it_for_long_is_for_the_workers(folder):
    assert not is_light(plan_of(folder), 100_000_000, workers_wait=False)


def test_workers_that_wait_already_are_used_sooner(folder):
    plan = plan_of(folder)
    assert is_light(plan, 6 * TEN_YEARS, workers_wait=True)
    assert is_light(plan, 5_000_000, workers_wait=False)
    assert not is_light(plan, 5_000_000, workers_wait=True)


@pytest.mark.parametrize(
    ("formula", "options"),
    [
        ("csrank(close) > 0.5", {}),
        ("close > sym('S1', close)", {}),
        ("close > tf('W', close)", {}),
        ("close > open", {"timeframe": "1w"}),
    ],
    ids=["ranks", "another symbol", "longer bars", "a longer timeframe"],
)
def test_what_looks_beyond_a_symbols_own_daily_bars_is_for_the_workers(folder, formula, options):
    assert not is_light(plan_of(folder, formula.replace("'", '"'), **options), 100, workers_wait=False)


def test_a_scan_costs_more_with_more_bars_more_steps_and_bars_to_read(folder):
    plan = plan_of(folder)
    longer = plan_of(folder, "close > sma(close, 5) and rsi(close, 14) > 50")
    assert scan_seconds(plan, 1000) < scan_seconds(plan, 2000) < scan_seconds(plan, None)
    assert scan_seconds(plan, 1000) < scan_seconds(longer, 1000)


@pytest.mark.parametrize(
    ("symbols", "workers", "seconds", "expected"),
    [(1, 8, 0, 1), (60, 2, 0, 4), (5000, 2, 0, 50), (0, 2, 0, 1), (5000, 2, 0.5, 100), (5000, 2, 50, 10)],
    ids=["one", "few", "many", "none", "many cheap ones", "many costly ones"],
)
def test_chunks_spread_the_work_and_take_about_a_tenth_of_a_second(symbols, workers, seconds, expected):
    assert chunk_size(symbols, workers, seconds) == expected


def test_the_names_of_backends_stand_for_workers_or_this_process():
    for name, kind in (("auto", SupervisedPool), ("local", SupervisedPool), ("inline", InlineBackend)):
        backend = open_backend(name, 1, None)
        assert isinstance(backend, kind)
        backend.close()


def ran(folder, **options):
    """Scan, and return the workers that were said to be at it, the matches, and how many workers there were."""
    with ProcessingEngine(HiveCandleRepository(folder), max_workers=2, **options) as engine:
        started, *_, finished = list(engine.stream(ProcessingJob("close > sma(close, 5)")))
        assert isinstance(started, ScanStarted)
        assert isinstance(finished, ScanFinished)
        return started.workers, finished.result.matches, len(engine.worker_pids())


def test_a_light_scan_starts_no_worker_and_finds_the_same(folder):
    first, cold, started = ran(folder)
    assert first == 2
    assert started > 0
    assert ran(folder) == (1, cold, 0)


def test_whoever_asks_for_workers_gets_them(folder):
    _, cold, _ = ran(folder, backend="inline")
    workers, warm, started = ran(folder, backend="local")
    assert (workers, warm) == (2, cold)
    assert started > 0


def test_a_light_scan_can_be_cancelled_between_two_blocks(folder):
    ran(folder, backend="inline")
    with ProcessingEngine(HiveCandleRepository(folder), chunk=2) as engine:
        for event in engine.stream(ProcessingJob("close > sma(close, 5)")):
            if isinstance(event, SymbolOutcome):
                engine.cancel()
        assert isinstance(event, ScanFinished)
        assert event.result.summary.symbols["cancelled"] == 4


def cut(folder, ready, workers=2, symbols=(), formula="close > sma(close, 5)", **options):
    return cut_blocks(plan_of(folder, formula), symbols or tuple(ready), ready, workers, **options)


def test_blocks_are_of_about_equal_work_whatever_the_age_of_their_symbols(folder):
    ready = {f"N{number:03}": 100 for number in range(600)} | {
        f"O{number:03}": 20_000 for number in range(100)
    }
    blocks, alone = cut(folder, ready)
    assert alone == []
    assert [symbol for block in blocks for symbol in block] == list(ready)
    assert max(map(len, blocks)) > 20
    old = [sum(ready[symbol] for symbol in block) for block in blocks if block[0].startswith("O")]
    assert max(old) < 1.5 * min(old[:-1])


def test_symbols_that_are_not_ready_are_scanned_alone(folder):
    blocks, alone = cut(folder, {"A": 100, "C": 100}, symbols=("A", "B", "C"))
    assert (blocks, alone) == ([("A", "C")], ["B"])


def test_symbols_that_are_read_from_files_are_in_smaller_blocks(folder):
    blocks, alone = cut(
        folder, dict.fromkeys("ABC", 100), symbols=tuple(map(str, range(300))), from_files=True
    )
    assert alone == []
    assert sum(map(len, blocks)) == 300
    assert max(map(len, blocks)) < 10


@pytest.mark.parametrize(
    "options",
    [{"formula": "csrank(close) > 0.5"}, {"most": 1}],
    ids=["a formula of more than a symbol", "asked for"],
)
def test_nothing_is_scanned_together(folder, options):
    assert cut(folder, {"A": 100, "C": 100}, **options) == ([], ["A", "C"])


def test_a_block_has_no_more_symbols_than_asked_for_and_takes_a_small_part_of_the_time_limit(folder):
    ready = dict.fromkeys(map(str, range(1000)), 2520)
    assert max(map(len, cut(folder, ready, most=7)[0])) == 7
    assert max(map(len, cut(folder, ready, workers=1)[0])) > 50
    assert max(map(len, cut(folder, ready, workers=1, timeout=0.01)[0])) < 5
