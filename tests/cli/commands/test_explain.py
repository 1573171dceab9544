"""The explain command as people run it."""

from __future__ import annotations

from engine.cli.command import BAD_INPUT, DONE


def test_each_condition_is_on_a_line_with_its_truth_and_distance(candlewick, demo):
    ran = candlewick(
        "explain", "--data", demo, "--formula", "close > 0 and close < sma(5)[1]", "--symbol", "JODE"
    )
    assert ran.code == DONE
    first, *lines = ran.out.splitlines()
    assert first.startswith("JODE on ")
    assert lines[1].split()[0] == "true"
    assert lines[1].endswith("close > 0")
    assert any(line.endswith("sma(close, 5)[1]") for line in lines)


def test_why_not_counts_the_universe(candlewick, demo):
    ran = candlewick(
        *("explain", "--data", demo, "--formula", "close > 0 and close < 0", "--symbol", "JODE"),
        *("--why-not", "--backend", "inline"),
    )
    assert ran.code == DONE
    assert "12 symbols on " in ran.out
    assert "     12  fail one condition" in ran.out
    assert ran.out.splitlines()[-1].split() == ["12", "12", "close", "<", "0"]


def test_a_wrong_symbol_is_one_sentence(candlewick, demo):
    ran = candlewick("explain", "--data", demo, "--formula", "close > 0", "--symbol", "JODEE")
    assert ran.code == BAD_INPUT
    assert ran.err.strip() == "There is no symbol named 'JODEE'. Did you mean 'JODE'?"
