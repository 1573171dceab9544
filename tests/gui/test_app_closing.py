"""The window is closed while something is going on: it ends soon, and leaves neither process nor half a file."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

import pytest

from engine.atomic import TEMPORARY_PREFIX
from engine.scan.runs.store import RunStore
from gui.bridge.scan_state import ScanState

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


@pytest.mark.parametrize("begin", [measure, count, compare_and_list, flip, scan_again])
def test_a_window_that_is_closed_at_work_ends_soon_and_leaves_no_process(qtbot, scanned, begin):
    begin(scanned)
    workers = scanned.bridge.worker_pids()
    began = time.monotonic()
    scanned.window.close()
    assert scanned.shut_down(), "a thread did not end"
    assert time.monotonic() - began < LIMIT_SECONDS
    qtbot.waitUntil(lambda: not any(is_there(worker) for worker in workers))
    assert scanned.problems.model.rowCount() == 0


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
