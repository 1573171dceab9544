"""Plans over bars: three-valued logic, gaps, full windows; and a slow interpreter that must agree."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_formulas import CROSSES, EVENTS, INEXACT, KNOWN, SINGLE, WINDOWS, Slow

from engine.formula.functions.definition import OWN
from engine.formula.parser import parse
from engine.formula.service import compile_scan

NAN = math.nan


def values(bars, expression):
    compiled = compile_scan("true", {"x": expression})
    return compiled.evaluate(bars).values["x"].tolist()


def truth(bars, formula):
    return compile_scan(formula).evaluate(bars).truth.tolist()


def same(result, wanted):
    np.testing.assert_allclose(result, wanted, rtol=1e-12)


@pytest.fixture
def holed(bars_of_closes):
    """Volume is unknown on bar 2, false on bar 0 and true on bar 1 of ``volume > 5``."""
    return bars_of_closes([1, 2, 3], volume=[1, 9, NAN])


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("volume > 5", [0, 2, 1]),
        ("not (volume > 5)", [2, 0, 1]),
        ("volume <= 5", [2, 0, 1]),
        ("volume != 9", [2, 0, 1]),
        ("volume == 9", [0, 2, 1]),
        ("volume > 5 and false", [0, 0, 0]),
        ("volume > 5 and true", [0, 2, 1]),
        ("volume > 5 or true", [2, 2, 2]),
        ("volume > 5 or false", [0, 2, 1]),
        ("0 < volume < 5", [2, 0, 1]),
        ("(volume > 5) == (close == 2)", [2, 2, 1]),
        ("(volume > 5) != (close == 2)", [0, 0, 1]),
        ("isna(volume)", [0, 0, 2]),
        ("isna(volume > 5)", [0, 0, 2]),
        ("iif(volume > 5, close > 9, close < 9)", [2, 0, 1]),
        ("nz(volume, 7) > 5", [0, 2, 2]),
    ],
    ids=str,
)
def test_logic_has_three_values(formula, wanted, holed):
    assert truth(holed, formula) == wanted


def test_warm_up_never_fires_not_even_negated(bars_of_closes):
    bars = bars_of_closes([5.0] * 3)
    assert truth(bars, "close > sma(close, 5)") == [1, 1, 1]
    assert truth(bars, "not (close > sma(close, 5))") == [1, 1, 1]


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("close / (close - 2)", [-1, NAN, 3]),
        ("close % 2", [1, 0, 1]),
        ("(close - 2) ^ 0.5", [NAN, 0, 1]),
        ("0 ^ (close - 2)", [NAN, 1, 0]),
        ("volume ^ 0", [1, 1, NAN]),
        ("1 ^ volume", [1, 1, NAN]),
        ("sqrt(close - 2)", [NAN, 0, 1]),
        ("ln(close - 1)", [NAN, 0, math.log(2)]),
        ("-close", [-1, -2, -3]),
        ("close[1]", [NAN, 1, 2]),
        ("volume[1]", [NAN, 1, NAN]),
        ("round(close / 2)", [1, 1, 2]),
        ("sign(close - 2)", [-1, 0, 1]),
        ("max(close, 2, volume)", [2, 9, NAN]),
        ("min(close, 2)", [1, 2, 2]),
        ("iif(volume > 5, close, 0)", [0, 2, NAN]),
        ("5", [5, 5, 5]),
        ("volume > 5", [0, 1, NAN]),
        ("change(close)", [NAN, 1, 1]),
        ("dollar_volume(2)", [NAN, 9.5, NAN]),
    ],
    ids=str,
)
def test_what_has_no_value_is_unknown_and_never_infinite(expression, wanted, holed):
    same(values(holed, expression), wanted)


def test_one_missing_value_blanks_one_bar_of_an_average(bars_of_closes):
    bars = bars_of_closes([1] * 6, volume=[1, 2, NAN, 3, 4, 5])
    same(values(bars, "sma(volume, 2)"), [NAN, 1.5, NAN, 2.5, 3.5, 4.5])
    same(values(bars, "volume[1]"), [NAN, 1, NAN, 2, 3, 4])


def test_a_cross_beside_a_blank_bar_compares_with_the_last_valid_one(bars_of_closes):
    bars = bars_of_closes([1] * 4, volume=[1, NAN, 9, 9])
    assert truth(bars, "cross_above(volume, 5)") == [1, 1, 2, 0]


def test_no_cross_when_an_average_becomes_known(bars_of_closes):
    rising = bars_of_closes(range(1, 15))
    assert 2 not in truth(rising, "cross_above(sma(close, 5), sma(close, 10))")


def test_a_young_listing_has_no_52_week_high(make_walk):
    assert set(truth(make_walk(100), "close >= hhv(high, 252)")) == {1}


def test_a_flat_price_is_not_oversold(bars_of_closes):
    assert set(truth(bars_of_closes([10] * 60), "rsi(14) < 30")) == {1}


@pytest.mark.parametrize("count", [0, 1, 5], ids=["no bar", "one bar", "five bars"])
def test_few_bars_are_no_trouble(count, make_walk):
    compiled = compile_scan("close > sma(close, 200) and rsi(14) < 30 or true", {"x": "macd(12, 26, 9).hist"})
    result = compiled.evaluate(make_walk(count))
    assert result.truth.tolist() == [2] * count
    assert all(len(series) == count for series in result.values.values())


def test_the_bars_are_not_written_into(make_walk):
    bars = make_walk(300)
    for name in ("open", "high", "low", "close", "volume"):
        bars.field(name).flags.writeable = False
    formula = "x := div(close, open) + ln(volume)\nx > rsi(14) or willr(14) > mfi(14) or cdldoji() > nz(hhv(low, 5))"
    compile_scan(formula).evaluate(bars)


LAW = [
    "close > sma(close, 20) and cross_above(rsi(close, 14), 50) and volume > 1.1 * sma(volume, 20)",
    "x := ema(close, 12) - ema(close, 26)\nx > x[1] and every(x > -100, 5) or streak(close > open) > 3",
    "valuewhen(cross(close, sma(20)), high) < close or barssince(rsi(14) > 60) > 4",
    "zscore(close, 20) > 1 and median(volume, 11) < volume and bbands(20, 2, 2).upper > quantile(high, 30, 0.9)",
]


@pytest.mark.parametrize("formula", LAW, ids=range(len(LAW)))
def test_later_bars_never_change_an_earlier_verdict(formula, walk):
    compiled = compile_scan(formula)
    whole = compiled.evaluate(walk).truth
    assert len(set(whole.tolist())) == 3
    for cut in (1, 40, 150, 311):
        np.testing.assert_array_equal(compiled.evaluate(walk.take(slice(0, cut))).truth, whole[:cut])


# ------------------------------------------------------------------------------- the slow interpreter


def number_texts(numbers, truths):
    return st.one_of(
        st.builds("({} {} {})".format, numbers, st.sampled_from("+-*"), numbers),
        st.builds("({} / {})".format, numbers, st.sampled_from(["2", "4", "(close - 3)", "volume"])),
        st.builds("(-{})".format, numbers),
        st.builds("({} % {})".format, numbers, st.sampled_from(["2", "4", "volume"])),
        st.builds("{}({} + 0 * close)".format, st.sampled_from(sorted(SINGLE)), numbers),
        st.builds("change({} + 0 * close, {})".format, numbers, st.integers(1, 3)),
        st.builds("valuewhen({}, {}, {})".format, truths, numbers, st.integers(0, 2)),
        st.builds(
            "{}({} + 0 * close, {})".format,
            st.sampled_from(sorted(WINDOWS.keys() - INEXACT.keys())),
            numbers,
            st.sampled_from([2, 4]),
        ),
        st.builds("({} + 0 * close)[{}]".format, numbers, st.integers(0, 3)),
        st.builds("{}({}, {})".format, st.sampled_from(["max", "min", "nz"]), numbers, numbers),
        st.builds("iif({}, {}, {})".format, truths, numbers, numbers),
        st.builds("count({}, {})".format, truths, st.integers(1, 4)),
        st.builds("{}({})".format, st.sampled_from(sorted(EVENTS)), truths),
        st.builds("round({}, {})".format, numbers, st.integers(0, 2)),
        st.builds("dollar_volume({})".format, st.sampled_from([1, 2, 4])),
        st.builds("({} ^ {})".format, EXACT_NUMBERS, st.sampled_from(["0", "2", "3", "close"])),
        st.builds(
            "quantile({} + 0 * close, {}, {})".format,
            EXACT_NUMBERS,
            st.integers(1, 5),
            st.sampled_from(["0", "0.25", "0.5", "1"]),
        ),
    )


def inexact_texts():
    """Return comparisons with numbers from which nothing else is computed."""
    return st.builds(
        "({} {} {})".format,
        st.one_of(
            st.just("vwap()"),
            st.builds(
                "({} ^ {})".format, EXACT_NUMBERS, st.sampled_from(["-1", "0.5", "volume", "(close - 3)"])
            ),
            st.builds(
                "{}({} + 0 * close, {})".format,
                st.sampled_from(sorted(INEXACT)),
                EXACT_NUMBERS,
                st.sampled_from([2, 3, 4]),
            ),
        ),
        st.sampled_from(["<", ">", "<=", ">="]),
        st.sampled_from(["0.3", "-0.7", "1.1", "close + 0.1"]),
    )


def truth_texts(numbers, truths):
    return st.one_of(
        st.builds("({} {} {})".format, numbers, st.sampled_from(["<", ">", "<=", ">=", "==", "!="]), numbers),
        st.builds("({} < {} <= {})".format, numbers, numbers, numbers),
        st.builds("({} {} {})".format, truths, st.sampled_from(["and", "or"]), truths),
        st.builds("(not {})".format, truths),
        st.builds("isna({})".format, numbers | truths),
        st.builds("iif({}, {}, {})".format, truths, truths, truths),
        inexact_texts(),
        st.builds("{}({} + 0 * close, {})".format, st.sampled_from(sorted(CROSSES)), numbers, numbers),
        st.builds("(({} and close > 0) == ({} or close < 0))".format, truths, truths),
        st.builds("{}({}, {})".format, st.sampled_from(["every", "exists"]), truths, st.integers(1, 4)),
        st.builds("(({}) and close > 0)[{}]".format, truths, st.integers(0, 2)),
    )


LEAF_NUMBERS = st.sampled_from(["close", "volume", "1", "3", "0.5"])
# Of these, and of what is made of them by these operators, every digit is the same in any order of computing.
EXACT_NUMBERS = st.sampled_from(["close", "volume", "high", "(low - 1)"]) | st.builds(
    "({} {} {})".format, LEAF_NUMBERS, st.sampled_from("+-*"), st.sampled_from(["close", "volume"])
)
LEAF_TRUTHS = st.sampled_from(["(close > 3)", "(volume > 2)", "(close >= volume)"])
NUMBERS_1 = LEAF_NUMBERS | number_texts(LEAF_NUMBERS, LEAF_TRUTHS)
TRUTHS_1 = LEAF_TRUTHS | truth_texts(LEAF_NUMBERS, LEAF_TRUTHS)
NUMBERS_2 = NUMBERS_1 | number_texts(NUMBERS_1, TRUTHS_1)
TRUTHS_2 = TRUTHS_1 | truth_texts(NUMBERS_1, TRUTHS_1)
TRUTHS_3 = truth_texts(NUMBERS_2, TRUTHS_2)
# Powers of two: sums and quotients by 2 and 4 are exact, so that equal means equal in both.
CLOSES = st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0, 6.0]), min_size=12, max_size=12)
VOLUMES = st.lists(st.sampled_from([1.0, 2.0, 4.0, NAN]), min_size=12, max_size=12)


def in_sessions(bars):
    """Return five bars a day instead of one."""
    day, place = np.divmod(np.arange(len(bars)), 5)
    when = (
        np.datetime64("2026-03-11T09:30", "us")
        + day * np.timedelta64(1, "D")
        + place * np.timedelta64(30, "m")
    )
    return dataclasses.replace(bars, timestamp=when)


def test_the_slow_interpreter_knows_every_function_of_ours():
    assert {function.name for function in OWN} <= KNOWN


@settings(max_examples=300, deadline=None)
@given(TRUTHS_3, CLOSES, VOLUMES)
def test_random_formulas_agree_with_the_slow_interpreter(bars_of_closes, text, closes, volumes):
    bars = in_sessions(bars_of_closes(closes, volumes))
    wanted = Slow(bars).of(parse(text).formula.final)
    assert truth(bars, text) == [1 if verdict is None else 2 * int(verdict) for verdict in wanted]
