"""A detector's certificate: the shipped ones pass, what is planted does not."""

from __future__ import annotations

import numpy as np
import pytest

from engine.detectors import base
from engine.detectors.base import Declaration, Detector, detectors
from engine.detectors.shipped import breakout
from engine.errors import DetectorError, JobError
from engine.scan.detector_audit import audit_detector


@pytest.fixture
def plant(monkeypatch):
    """Register a faulty detector under a name that is gone after the test."""

    def add(detect, **more):
        declaration = Declaration("planted", "Faulty", {"HIT": "A hit", "SC": "A climax"})
        monkeypatch.setitem(base.detectors._things, "planted", Detector(declaration, detect, **more))

    return add


@pytest.mark.parametrize("name", detectors.names())
def test_every_shipped_detector_passes(repository, name):
    report = audit_detector(repository, name, samples=12)
    assert (report.look_ahead.counter_example, report.late_start.counter_example) == (None, None)
    assert report.matches >= 12
    assert report.exempt == ((name,) if name == "candles" else ())
    assert report.late_start.checked > 0 or report.warm_up > 150 or report.exempt


def test_a_look_into_the_future_is_found_and_shown(repository, plant):
    def peek(bars, _values):
        rises = np.flatnonzero(bars.close[1:] > bars.close[:-1])
        return [(int(bar), "HIT", 1.0) for bar in rises]

    plant(peek)
    report = audit_detector(repository, "planted", samples=10)
    assert not report.look_ahead.passed
    assert not report.passed
    assert "HIT on " in report.look_ahead.counter_example
    assert "with the data cut on" in report.look_ahead.counter_example


def test_hindsight_that_keeps_the_latest_event_only_is_found(repository, plant):
    def latest_only(bars, _values):
        found = sorted(breakout.detect(bars, {"bars": 20}))
        return [(bar, "HIT", score) for bar, _, score in found[-1:]]

    plant(latest_only)
    report = audit_detector(repository, "planted", samples=20)
    assert "is not found, but was" in report.look_ahead.counter_example


def test_a_score_that_changes_later_is_found(repository, plant):
    plant(lambda bars, _values: [(bar, "HIT", float(bars.close.max())) for bar in range(0, len(bars), 5)])
    assert not audit_detector(repository, "planted", samples=10).look_ahead.passed


def test_a_memory_that_is_stated_too_short_is_found(repository, plant):
    def long_memory(bars, _values):
        return [(bar, "HIT", 1.0) for bar in range(60, len(bars)) if bars.close[bar] > bars.close[bar - 60]]

    plant(long_memory, memory=lambda _values: 10)
    report = audit_detector(repository, "planted", samples=20)
    assert report.look_ahead.passed
    assert not report.late_start.passed
    assert "10 bars earlier" in report.late_start.counter_example


def test_the_same_seed_checks_the_same_bars(repository):
    one, other = (audit_detector(repository, "breakout", samples=9, seed=3) for _ in range(2))
    assert one == other


def test_a_wrong_name_or_value_is_refused(repository):
    with pytest.raises(DetectorError, match="Did you mean 'gap'"):
        audit_detector(repository, "gapp")
    with pytest.raises(JobError, match="percent of the detector gap"):
        audit_detector(repository, "gap", parameters={"percent": -1})
