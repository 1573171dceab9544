from __future__ import annotations

import os

import pytest
from PySide6.QtCore import QTimer

from engine.errors import DataError, FormulaError, JobError
from engine.scan.job import ProcessingJob
from gui.bridge.scan_bridge import ScanBridge, ScanRequest
from gui.bridge.scan_state import ScanState

FORMULA = "cross_above(rsi(close, 14), 50)"


@pytest.fixture
def bridge(qtbot):
    made = ScanBridge()
    yield made
    assert made.close()


def request_for(folder, formula=FORMULA, **job) -> ScanRequest:
    return ScanRequest(str(folder), ProcessingJob(formula, **job), workers=1)


def prepare(qtbot, bridge, request) -> None:
    """Start the workers: a small scan does without, unless they are there."""
    bridge.prepare(request)
    qtbot.waitUntil(lambda: bool(bridge.worker_pids()))


def run(qtbot, bridge, request):
    """Run to the end; return the result."""
    with qtbot.waitSignal(bridge.scan_finished) as finished:
        assert bridge.start(request)
    qtbot.waitUntil(lambda: bridge.state is ScanState.IDLE)
    return finished.args[0]


def test_a_scan_tells_its_start_its_matches_its_outcomes_and_its_end(qtbot, bridge, universe):
    told, states, rows, outcomes = [], [], [], []
    for name in ("scan_started", "progressed", "scan_finished"):
        getattr(bridge, name).connect(lambda _event, name=name: told.append(name))
    bridge.matches_arrived.connect(lambda batch: rows.append(batch.num_rows))
    bridge.outcomes_arrived.connect(outcomes.extend)
    bridge.state_changed.connect(states.append)
    result = run(qtbot, bridge, request_for(universe))
    assert (told[0], told[-1]) == ("scan_started", "scan_finished")
    assert sum(rows) == result.matches.num_rows > 0
    assert sorted(each.symbol for each in outcomes) == [each.symbol for each in result.results]
    assert states == [ScanState.STARTING, ScanState.RUNNING, ScanState.IDLE]


def test_a_large_batch_comes_in_parts_and_each_event_in_a_turn_of_its_own(
    qtbot, bridge, universe, monkeypatch
):
    monkeypatch.setattr("gui.bridge.scan_bridge.ROWS_A_TURN", 3)
    rows, together, turn = [], [], [0]
    clock = QTimer(bridge)
    clock.timeout.connect(lambda: turn.__setitem__(0, turn[0] + 1))
    clock.start(0)
    bridge.matches_arrived.connect(lambda batch: rows.append(batch.num_rows))
    for signal in (bridge.matches_arrived, bridge.progressed, bridge.scan_finished):
        signal.connect(lambda _event: together.append(turn[0]))
    result = run(qtbot, bridge, request_for(universe))
    clock.stop()
    assert sum(rows) == result.matches.num_rows > 3
    assert max(rows) <= 3
    assert len(set(together)) == len(together)


def test_only_one_scan_runs_at_a_time(qtbot, bridge, universe):
    with qtbot.waitSignal(bridge.scan_finished):
        assert bridge.start(request_for(universe))
        assert not bridge.start(request_for(universe))
    qtbot.waitUntil(lambda: bridge.state is ScanState.IDLE)


@pytest.mark.parametrize(
    ("formula", "folder", "symbols", "kind"),
    [
        pytest.param("clsoe > 1", None, None, FormulaError, id="formula"),
        pytest.param(FORMULA, None, ("NOSUCH",), JobError, id="symbol"),
        pytest.param(FORMULA, "/no/such/folder", None, DataError, id="folder"),
    ],
)
def test_an_expected_failure_ends_the_run_with_its_own_error(
    qtbot, bridge, universe, formula, folder, symbols, kind
):
    with qtbot.waitSignal(bridge.scan_failed) as failed:
        bridge.start(request_for(folder or universe, formula, symbols=symbols))
    assert isinstance(failed.args[0], kind)
    qtbot.waitUntil(lambda: bridge.state is ScanState.IDLE)
    assert run(qtbot, bridge, request_for(universe)).summary.complete


def test_a_bug_ends_the_run_and_the_next_one_has_fresh_workers(qtbot, bridge, universe, monkeypatch):
    run(qtbot, bridge, request_for(universe))
    with monkeypatch.context() as patch:
        patch.setattr(
            "engine.scan.processing.plan_scan", lambda *_: (_ for _ in ()).throw(RuntimeError("bug"))
        )
        with qtbot.waitSignal(bridge.scan_failed) as failed:
            bridge.start(request_for(universe))
    assert "bug" in str(failed.args[0])
    qtbot.waitUntil(lambda: bridge.state is ScanState.IDLE)
    assert run(qtbot, bridge, request_for(universe)).summary.complete


def test_workers_stay_warm_from_one_scan_to_the_next(qtbot, bridge, universe):
    prepare(qtbot, bridge, request_for(universe))
    run(qtbot, bridge, request_for(universe))
    before = bridge.worker_pids()
    run(qtbot, bridge, request_for(universe, "close > 0"))
    assert bridge.worker_pids() == before != ()


def test_symbols_that_came_since_the_last_scan_are_part_of_the_next(qtbot, bridge, universe, tmp_path):
    folder = tmp_path / "copy"
    folder.mkdir()
    names = sorted(path.name for path in universe.glob("symbol=*"))
    for name in names[:2]:
        copy(universe / name, folder / name)
    assert run(qtbot, bridge, request_for(folder)).summary.total == 2
    copy(universe / names[2], folder / names[2])
    assert run(qtbot, bridge, request_for(folder)).summary.total == 3


def copy(source, target) -> None:
    target.mkdir()
    for file in source.iterdir():
        (target / file.name).write_bytes(file.read_bytes())


def test_a_cancel_before_the_scan_has_begun_is_not_lost(qtbot, bridge, universe):
    with qtbot.waitSignal(bridge.scan_finished) as finished:
        bridge.start(request_for(universe))
        bridge.cancel()
    qtbot.waitUntil(lambda: bridge.state is ScanState.IDLE)
    assert finished.args[0].summary.symbols["cancelled"] > 0


def test_a_cancel_while_nothing_runs_changes_nothing(qtbot, bridge, universe):
    bridge.cancel()
    assert bridge.state is ScanState.IDLE
    assert run(qtbot, bridge, request_for(universe)).summary.complete


def test_events_of_an_older_run_are_dropped(qtbot, bridge, universe):
    first = run(qtbot, bridge, request_for(universe))
    heard = []
    bridge.outcomes_arrived.connect(heard.append)
    bridge.scan_failed.connect(heard.append)
    bridge._on_outcomes(bridge.run_number, first.results)
    bridge._on_failed(bridge.run_number, RuntimeError("late"))
    assert heard == []


def test_workers_can_be_started_in_advance(qtbot, bridge, universe):
    bridge.prepare(request_for(universe))
    qtbot.waitUntil(lambda: len(bridge.worker_pids()) >= 1)


def test_preparing_for_data_that_is_not_there_is_silent(qtbot, bridge, universe):
    heard = []
    bridge.scan_failed.connect(heard.append)
    bridge.prepare(request_for("/no/such/folder"))
    assert run(qtbot, bridge, request_for(universe)).summary.complete
    assert heard == []


def test_closing_leaves_no_worker(qtbot, universe):
    bridge = ScanBridge()
    prepare(qtbot, bridge, request_for(universe))
    run(qtbot, bridge, request_for(universe))
    workers = bridge.worker_pids()
    assert bridge.close()
    assert workers
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)
    assert bridge.close()
