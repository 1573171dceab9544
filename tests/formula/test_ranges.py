"""Intervals and orders hold on real bars: what is said to be impossible does not happen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.formula.parser import parse
from engine.formula.ranges import ANY, Range, never_below, range_of
from engine.formula.service import check, compile_scan

LEAVES = st.sampled_from(
    ["close", "open", "high", "low", "volume", "hl2", "2", "-3", "0.5", "rsi(close, 5)", "willr(5)"]
)  # fmt: skip


def deeper(inner):
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("(-{})".format, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["max", "min"]), inner, inner),
        st.builds(
            "{}({} + 0 * close, {})".format, st.sampled_from(["sma", "hhv", "llv"]), inner, st.integers(2, 4)
        ),
        st.builds("iif(close > open, {}, {})".format, inner, inner),
        st.builds("abs({})".format, inner),
        st.builds("({} + 0 * close)[2]".format, inner),
    )


EXPRESSIONS = st.recursive(LEAVES, deeper, max_leaves=6)


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS)
def test_values_stay_inside_their_range(walk, text):
    result = check(text, is_column=True)
    if result.problems:
        return
    limits = range_of(parse(result.canonical).formula.final, {}, {})
    values = compile_scan("true", {"x": text}).evaluate(walk).values["x"]
    known = values[~np.isnan(values)]
    slack = 1e-9 * np.abs(known).max(initial=1.0)
    assert (known >= limits.low - slack).all()
    assert (known <= limits.high + slack).all()
    if limits.is_open and len(known):
        assert known.min() > limits.low - slack


WINDOWS = (
    "hhv(high, 3)",
    "hhv(close, 5)",
    "llv(low, 3)",
    "llv(close, 5)",
    "sma(close, 3)",
    "donchian(4).upper",
)
OTHERS = (
    "close",
    "high",
    "low",
    "open",
    "hl2",
    "max(open, close)",
    "min(open, close)",
    "close[2]",
    "high[2]",
)
ORDERED = st.sampled_from(WINDOWS + OTHERS)


@settings(max_examples=200, deadline=None)
@given(ORDERED, ORDERED)
def test_an_order_that_is_said_to_hold_holds(walk, one, other):
    nodes = [parse(check(text, is_column=True).canonical).formula.final for text in (one, other)]
    if never_below(*nodes, {}):
        values = compile_scan("true", {"a": one, "b": other}).evaluate(walk).values
        assert not (values["a"] < values["b"] - 1e-9).any()


@pytest.mark.parametrize(
    ("one", "operator", "other", "wanted"),
    [
        (Range(0, 100), ">", Range(100, 100), False),
        (Range(0, 100), ">=", Range(100, 100), None),
        (Range(0, 100), "<=", Range(100, 100), True),
        (Range(0, is_open=True), ">", Range(0, 0), True),
        (Range(0, is_open=True), "<=", Range(0, 0), False),
        (Range(0), ">", Range(0, 0), None),
        (Range(0), "<", Range(0, 0), False),
        (Range(1, 5), "==", Range(6, 9), False),
        (Range(1, 5), "!=", Range(6, 9), True),
        (Range(1, 5), "==", Range(5, 9), None),
        (Range(1, 5), "==", Range(5, 9, is_open=True), False),
        (ANY, "<", ANY, None),
    ],
    ids=str,
)
def test_ranges_decide_a_comparison_or_leave_it_open(one, operator, other, wanted):
    assert one.always(operator, other) is wanted
