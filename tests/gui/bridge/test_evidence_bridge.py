"""Measuring beside the window, on the scan's workers: answers, cancels, and scans that come first."""

from __future__ import annotations

import pytest

from engine.outcomes.forward_returns import OutcomeTerms
from engine.scan.job import ProcessingJob
from gui.bridge.evidence_bridge import EvidenceBridge, EvidenceRequest
from gui.bridge.scan_bridge import ScanBridge, ScanRequest
from gui.bridge.scan_state import ScanState


@pytest.fixture
def scans(qtbot):
    made = ScanBridge()
    yield made
    assert made.close()


@pytest.fixture
def bridge(scans):
    return EvidenceBridge(scans, scans)


@pytest.fixture
def request_of(qtbot, scans, universe):
    """Run a scan and ask what came after its matches."""
    scan = ScanRequest(str(universe), ProcessingJob("close > close[1]"), workers=1)
    with qtbot.waitSignal(scans.scan_finished) as finished:
        scans.start(scan)
    qtbot.waitUntil(lambda: scans.state is ScanState.IDLE)
    matches = finished.args[0].matches
    return EvidenceRequest(scan, matches["symbol"], matches["timestamp"], OutcomeTerms((5,)))


def test_every_match_has_a_forward_return_or_an_account(qtbot, bridge, request_of):
    seen = []
    bridge.progressed.connect(lambda done, total: seen.append((done, total)))
    with qtbot.waitSignal(bridge.measured) as measured:
        bridge.start(request_of)
    evidence = measured.args[0]
    assert evidence.signals == len(request_of.symbol) > 0
    statistics = evidence.windows[0].statistics
    assert statistics.evaluated + statistics.not_matured + statistics.not_evaluable == evidence.signals
    assert seen and all(total == 12 for _, total in seen)
    assert not bridge.is_measuring


def test_only_the_newest_request_is_answered(qtbot, bridge, request_of):
    answers = []
    bridge.measured.connect(answers.append)
    for _ in range(3):
        bridge.start(request_of)
    qtbot.waitUntil(lambda: not bridge.is_measuring)
    assert len(answers) == 1


def test_a_cancel_ends_it_without_an_answer(qtbot, bridge, request_of):
    answers = []
    bridge.measured.connect(answers.append)
    with qtbot.waitSignal(bridge.ended):
        bridge.start(request_of)
        bridge.cancel()
    assert not bridge.is_measuring
    # What comes after it in the thread is served as ever.
    with qtbot.waitSignal(bridge.measured):
        bridge.start(request_of)
    assert len(answers) == 1


def test_a_scan_comes_first(qtbot, scans, bridge, request_of):
    answers = []
    bridge.measured.connect(answers.append)
    with (
        qtbot.waitSignal(scans.scan_finished) as finished,
        qtbot.waitSignal(bridge.ended),
    ):
        bridge.start(request_of)
        assert scans.start(request_of.scan)
    assert finished.args[0].summary.complete
    assert answers == []
    qtbot.waitUntil(lambda: scans.state is ScanState.IDLE)


def test_what_keeps_it_from_measuring_is_told(qtbot, bridge, request_of, tmp_path):
    nowhere = ScanRequest(str(tmp_path / "none"), request_of.scan.job, workers=1)
    with qtbot.waitSignal(bridge.failed) as failed:
        bridge.start(EvidenceRequest(nowhere, request_of.symbol, request_of.when))
    assert "none" in str(failed.args[0])


def test_cancelling_nothing_says_nothing(qtbot, bridge):
    with qtbot.assertNotEmitted(bridge.ended):
        bridge.cancel()
