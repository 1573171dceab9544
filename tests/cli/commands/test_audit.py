"""The audit command as people run it."""

from __future__ import annotations

import pytest

from engine.cli.command import BAD_INPUT, DONE, FAILED


def test_a_sound_formula_gets_its_certificate(candlewick, demo):
    ran = candlewick("audit", "--data", demo, "--formula", "close > sma(20) and obv() > 0", "--samples", "5")
    assert ran.code == DONE
    lines = ran.out.splitlines()
    assert lines[0].split() == ["formula", "close", ">", "sma(close,", "20)", "and", "obv(close)", ">", "0"]
    assert any(line.startswith("no look-ahead  passed: 5 of 5") for line in lines)
    assert any(line.startswith("not checked    obv ") for line in lines)
    assert lines[-1].split() == ["result", "passed"]


def test_nothing_to_check_is_a_failure(candlewick, demo):
    ran = candlewick("audit", "--data", demo, "--formula", "close < 0")
    assert ran.code == FAILED
    assert "true on no bar" in ran.err


@pytest.mark.parametrize("flag", ["--samples", "--seed"])
def test_a_number_below_its_limit_is_one_sentence(candlewick, demo, flag):
    ran = candlewick("audit", "--data", demo, "--formula", "close > 0", flag, "-1")
    assert ran.code == BAD_INPUT
    assert "too small" in ran.err
