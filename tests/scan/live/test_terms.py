from __future__ import annotations

import pytest

from engine.formula.compiler import compile_scan
from engine.scan.live.terms import TermTable


def plan(text: str):
    return compile_scan(text).plan


def test_a_term_that_stays_keeps_its_number_from_text_to_text():
    terms = TermTable()
    terms.add(plan("cross_above(rsi(close, 14), 30)"))
    count = len(terms)
    terms.add(plan("cross_above(rsi(close, 14), 31)"))
    # The other number, and the cross over it.
    assert len(terms) == count + 2
    assert terms.add(plan("cross_above(rsi(close, 14), 30)")) == terms.add(
        plan("cross_above(rsi(close, 14), 30)")
    )
    assert len(terms) == count + 2


def test_other_bars_are_other_terms():
    terms = TermTable()
    weekly = terms.add(plan('tf("W", close > sma(close, 4))'))
    monthly = terms.add(plan('tf("M", close > sma(close, 4))'))
    daily = terms.add(plan("close > sma(close, 4)"))
    assert len({weekly[0], monthly[0], daily[0]}) == 3


def test_a_term_over_other_bars_carries_what_computes_it_alone():
    terms = TermTable()
    (truth, *_) = terms.add(plan('tf("W", close > sma(close, 4)) and close > open'))
    aligned = [terms[number] for number in terms[truth].inputs if terms[number].alone is not None]
    assert len(aligned) == 1
    assert aligned[0].alone.timeframes == ("W",)
    assert [step.operation for step in aligned[0].alone.steps][-1] == "align"


@pytest.mark.parametrize(("text", "value"), [("close > 2 * 3 + 1", 7.0), ("close > abs(-4)", 4.0)])
def test_numbers_without_a_bar_in_them_are_computed_at_once(text, value):
    terms = TermTable()
    (truth, *_) = terms.add(plan(text))
    right = terms[terms[truth].inputs[1]]
    assert right.is_constant
    assert right.value == value
