from __future__ import annotations

import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.parquet import BARS_FILE, write_bars
from engine.data.series import load_bars
from engine.data.snapshot_ready import read_ready
from engine.data.snapshot_source import FolderSource
from engine.errors import NotLiveError
from engine.scan.job import ProcessingJob
from engine.scan.live.scanning import LiveScan
from engine.scan.processing import ProcessingEngine
from engine.testing import generate_test_bars

SYMBOLS = ("S01", "S02", "S03")


@pytest.fixture
def source(tmp_path, monkeypatch, settled):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for symbol in SYMBOLS:
        target = tmp_path / "bars" / f"symbol={symbol}" / BARS_FILE
        target.parent.mkdir(parents=True)
        write_bars(generate_test_bars(symbol, 40), target)
    settled(tmp_path / "bars")
    return FolderSource(HiveCandleRepository(tmp_path / "bars"))


def scan(source):
    with ProcessingEngine(source.repository, backend="inline") as engine:
        engine.run(ProcessingJob(formula="close > 0"))


def test_before_the_first_scan_there_is_nothing_and_nothing_is_made(source, tmp_path):
    assert read_ready(source, SYMBOLS) is None
    assert not (tmp_path / "cache").exists()


def test_after_a_scan_the_bars_are_those_of_the_source(source):
    scan(source)
    ready = read_ready(source, SYMBOLS)
    assert ready.missing == ()
    for symbol in SYMBOLS:
        kept, _ = load_bars(ready.repository, symbol)
        plain, _ = load_bars(source.repository, symbol)
        assert kept.close.tobytes() == plain.close.tobytes()
    ready.release()
    ready.release()


def test_a_symbol_that_has_changed_is_missing_and_read_anew(source):
    scan(source)
    write_bars(generate_test_bars("S02", 55), source.repository.root / "symbol=S02" / BARS_FILE)
    ready = read_ready(FolderSource(HiveCandleRepository(source.repository.root)), SYMBOLS)
    assert ready.missing == ("S02",)
    assert len(load_bars(ready.repository, "S02")[0]) == 55
    ready.release()


def test_a_live_scan_opens_what_a_scan_has_left_and_says_so_before(source):
    job = ProcessingJob(formula="close > 0")
    with pytest.raises(NotLiveError, match="run the scan once") as caught:
        LiveScan.open(source.repository, job)
    assert caught.value.is_cold
    scan(source)
    live = LiveScan.open(source.repository, job)
    assert live.answer(job).total == 3 * 40
    live.close()
