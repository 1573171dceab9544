"""Symbols are scanned together, and one by one where that did not go well."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.parquet import BARS_FILE, write_bars
from engine.execution.backend import Outcome, Status, Task
from engine.scan import block_worker, chunk_worker
from engine.scan.block_worker import BlockReport
from engine.scan.blocks import Blocks, scan_symbols
from engine.scan.events import ScanFinished, SymbolOutcome
from engine.scan.exporters.csv import result_sha256
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.scan.results import SymbolStatus
from engine.testing import generate_test_bars

JOB = ProcessingJob("close > sma(close, 5) and volume > 0")
NOTHING = np.empty(0)


def report(bars: list[int]) -> BlockReport:
    """Return the record of a block without any match; -1 bars for a symbol that raised."""
    lengths = [0] * len(bars)
    return BlockReport(bars, [0.001] * len(bars), lengths, {}, {}, (), NOTHING, NOTHING, NOTHING, (), None)


def scanned(answers, blocks=(("A", "B"), ("C",)), rest=("D",)):
    """Return the outcomes by symbol, and which symbols were scanned alone; ``answers`` are those of the blocks."""
    asked: list[str] = []

    def run_alone(task: Task, items):
        assert task.path == chunk_worker.TASK
        for number, item in enumerate(items):
            asked.append(item.payload)
            yield Outcome(item.key, number, Status.OK, "alone")

    def run_blocks(task: Task, items):
        assert task.path == block_worker.TASK
        assert [item.payload for item in items] == list(blocks)
        yield from answers

    together = Blocks(lambda _symbols: (list(blocks), list(rest)), run_blocks)
    found = list(scan_symbols(None, "ABCD", run_alone, together))
    assert sorted(outcome.key for outcome in found if outcome is not None) == list("ABCD")
    return {outcome.key: outcome for outcome in found if outcome is not None}, asked


def done(index: int, bars: list[int]) -> Outcome:
    return Outcome("", index, Status.OK, report(bars))


def test_every_symbol_of_a_block_has_its_own_outcome():
    outcomes, alone = scanned([done(1, [3]), None, done(0, [7, 8])])
    assert alone == ["D"]
    assert {symbol: outcome.value.bars for symbol, outcome in outcomes.items() if symbol != "D"} == {
        "A": 7,
        "B": 8,
        "C": 3,
    }


def test_a_symbol_that_raises_is_scanned_alone():
    outcomes, alone = scanned([done(0, [7, -1]), done(1, [3])])
    assert alone == ["D", "B"]
    assert outcomes["B"].value == "alone"


@pytest.mark.parametrize("status", [Status.CRASH, Status.TIMEOUT, Status.ERROR])
def test_a_block_that_ends_badly_blames_nobody(status):
    outcomes, alone = scanned([Outcome("", 0, status), done(1, [3])])
    assert alone == ["D", "A", "B"]
    assert outcomes["A"].status is Status.OK


def test_a_block_that_is_cancelled_cancels_its_symbols():
    outcomes, alone = scanned([Outcome("", 0, Status.CANCELLED), done(1, [3])])
    assert alone == ["D"]
    assert [outcomes[symbol].status for symbol in "ABC"] == [Status.CANCELLED, Status.CANCELLED, Status.OK]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Sixty symbols that nobody has touched for a while, two of them odd, with a cache folder of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "bars"
    for number in range(60):
        target = root / f"symbol=S{number:02}"
        target.mkdir(parents=True)
        write_bars(generate_test_bars(target.name, 4 if number == 7 else 60), target / BARS_FILE)
    for path in (root, *root.rglob("*")):
        os.utime(path, (1e9, 1e9))
    return root


def ran(folder, **options):
    with ProcessingEngine(HiveCandleRepository(folder), **options) as engine:
        return engine.run(JOB)


def told(result):
    return [(each.symbol, each.status, each.error, each.bars, each.match_count) for each in result.results]


@pytest.mark.parametrize(
    "options",
    [{"backend": "inline"}, {"backend": "local", "max_workers": 2}, {"backend": "inline", "chunk": 7}],
    ids=["here", "two workers", "blocks of seven"],
)
def test_blocks_find_the_same_byte_for_byte(folder, options):
    expected = ran(folder, backend="inline", use_snapshot=False)
    ran(folder, backend="inline")
    result = ran(folder, **options)
    assert result_sha256(result.matches, "1d") == result_sha256(expected.matches, "1d")
    assert told(result) == told(expected)
    assert result.results[7].status is SymbolStatus.NOT_EVALUABLE


def test_a_worker_that_is_killed_over_a_block_costs_no_symbol(folder):
    expected = ran(folder, backend="inline")
    with ProcessingEngine(HiveCandleRepository(folder), max_workers=1, backend="local") as engine:
        engine.run(JOB)
        killed = False
        for event in engine.stream(JOB):
            if isinstance(event, SymbolOutcome) and not killed:
                os.kill(engine.worker_pids()[0], signal.SIGKILL)
                killed = True
        assert isinstance(event, ScanFinished)
    assert result_sha256(event.result.matches, "1d") == result_sha256(expected.matches, "1d")


def test_a_symbol_whose_evaluation_raises_has_its_own_error(folder, monkeypatch):
    ran(folder, backend="inline")
    view_symbol = chunk_worker.view_symbol

    def broken(repository, symbol, *arguments, **options):
        if symbol == "S09":
            raise ZeroDivisionError
        return view_symbol(repository, symbol, *arguments, **options)

    monkeypatch.setattr(chunk_worker, "view_symbol", broken)
    result = ran(folder, backend="inline")
    assert result.summary.symbols["error"] == 1
    assert result.results[9].error == "ZeroDivisionError"
    assert result.summary.symbols["ok"] == 58
