"""The window is closed while something is going on: it ends soon, and leaves neither process nor half a file."""

from __future__ import annotations

import os
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from engine.atomic import TEMPORARY_PREFIX
from engine.data.opening import open_repository
from engine.options.demo_chains import Underlying, write_demo_chains
from engine.options.providers.files import FileProvider
from engine.scan.runs.store import RunStore
from gui.bridge.scan_state import ScanState
from gui.flows import data_flow

# Ten times what is allowed: a busy machine is slow, not wrong.
LIMIT_SECONDS = 60.0


@pytest.fixture
def scanned(qtbot, candlewick):
    candlewick.editor.set_text("cross_above(rsi(close, 14), 50)")
    with qtbot.waitSignal(candlewick.scan_flow.finished):
        candlewick.form.request_run()
    qtbot.waitUntil(lambda: candlewick.bridge.state is ScanState.IDLE)
    return candlewick


def measure(window) -> None:
    window.evidence_flow.measure()


def count(window) -> None:
    window.why_flow._counts.start(window.scan_flow.request(), date(2022, 6, 1))


def compare_and_list(window) -> None:
    window.runs_flow.refresh()
    window.runs_flow.look_up("AAA", 30)


def flip(window) -> None:
    for row in range(5):
        window.results.view.go_to(row)


def scan_again(window) -> None:
    window.form.request_run()


def open_run(window) -> None:
    window.runs_flow.open(window.scan_flow.run_id)


def find_contracts(window) -> None:
    chains = window.settings.runs_folder.parent / "chains.parquet"
    symbols = open_repository(window.form.values().data_path).symbols()
    underlyings = [Underlying(symbol, 50.0, 0.3) for symbol in symbols]
    write_demo_chains(chains, underlyings, date(2026, 11, 20), seed=1, label="SYNTHETIC: a test")
    window.options.set_chains(chains)
    window.options.button.click()


@pytest.mark.parametrize(
    "begin", [measure, count, compare_and_list, flip, scan_again, open_run, find_contracts]
)
def test_a_window_that_is_closed_at_work_ends_soon_and_leaves_no_process(qtbot, scanned, begin):
    begin(scanned)
    workers = scanned.bridge.worker_pids()
    began = time.monotonic()
    scanned.window.close()
    assert scanned.shut_down(), "a thread did not end"
    assert time.monotonic() - began < LIMIT_SECONDS
    qtbot.waitUntil(lambda: not any(is_there(worker) for worker in workers))
    assert scanned.problems.model.rowCount() == 0


def close(window) -> None:
    began = time.monotonic()
    window.window.close()
    assert window.shut_down(), "a thread did not end"
    assert time.monotonic() - began < LIMIT_SECONDS


def for_ever(begun: threading.Event, progress) -> None:
    """Work that only ends when whoever hears of its progress ends it."""
    never = threading.Event()
    while True:
        progress(1, 2)
        begun.set()
        never.wait(0.001)


def test_chains_that_do_not_answer_keep_no_window_from_closing(qtbot, scanned, monkeypatch):
    asked, answers = threading.Event(), threading.Event()
    expirations = FileProvider.expirations

    def hanging(provider, ticker):
        asked.set()
        assert answers.wait(60)
        return expirations(provider, ticker)

    monkeypatch.setattr(FileProvider, "expirations", hanging)
    find_contracts(scanned)
    assert asked.wait(60)
    askers = [thread for thread in threading.enumerate() if thread.name.startswith("chains-")]
    assert askers
    close(scanned)
    answers.set()
    for thread in askers:
        thread.join(60)
        assert not thread.is_alive()
    assert scanned.options.model.rowCount() == 0


def test_chains_that_are_still_being_read_keep_no_window_from_closing(scanned, monkeypatch):
    begun = threading.Event()
    monkeypatch.setattr(
        FileProvider,
        "__init__",
        lambda _self, _path, look_up: for_ever(begun, lambda *_step: look_up()),
    )
    find_contracts(scanned)
    assert begun.wait(60)
    close(scanned)


def test_a_run_that_is_being_opened_keeps_no_window_from_closing(scanned, monkeypatch):
    begun = threading.Event()
    monkeypatch.setattr(RunStore, "open_run", lambda _store, _run, progress: for_ever(begun, progress))
    open_run(scanned)
    assert begun.wait(60)
    close(scanned)


def test_a_demo_that_is_being_written_keeps_no_window_from_closing(build, monkeypatch, tmp_path):
    begun = threading.Event()

    def endless(path: Path, progress) -> None:
        (path / "symbol=AAA").mkdir(parents=True)
        for_ever(begun, progress)

    monkeypatch.setattr(data_flow, "write_demo_universe", endless)
    window = build()
    window.open(None)
    assert begun.wait(60)
    close(window)
    assert list(tmp_path.glob("demo*")) == []


@pytest.mark.parametrize("heard", ["starting", "scan_started", "matches_arrived", "scan_finished"])
def test_a_run_that_the_window_left_in_the_middle_can_be_read(qtbot, candlewick, tmp_path, heard):
    candlewick.editor.set_text("close > sma(close, 20)")
    with qtbot.waitSignal(getattr(candlewick.bridge, heard)):
        candlewick.form.request_run()
    candlewick.window.close()
    assert candlewick.shut_down()
    store = RunStore.of(candlewick.settings)
    for run in store.list_runs():
        kept = store.open_run(run.id)
        assert len(kept.results) <= 12
    assert half_written(tmp_path) == []


def half_written(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.name.startswith(TEMPORARY_PREFIX)]


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
