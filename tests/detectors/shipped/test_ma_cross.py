"""Averages that cross."""

from __future__ import annotations

import engine.detectors.shipped  # noqa: F401  fills the registry
from engine.detectors.base import detectors, run_detector
from engine.formula.service import compile_scan
from engine.testing import generate_test_bars


def test_it_crosses_where_the_formula_does():
    bars, detector = generate_test_bars("A", 1500), detectors.get("ma_cross")
    values = detector.declaration.settle({"fast": 10, "slow": 40})
    found = [
        bar for bar, event, _ in run_detector(detector, bars, values).triples() if event == "GOLDEN_CROSS"
    ]
    truth = compile_scan("cross_above(sma(close, 10), sma(close, 40))").evaluate(bars).truth
    assert found == (truth == 2).nonzero()[0].tolist()
    assert len(found) > 5


def test_a_fast_average_that_is_slower_is_refused():
    assert "fewer bars" in detectors.get("ma_cross").refuses({"fast": 50, "slow": 50})
