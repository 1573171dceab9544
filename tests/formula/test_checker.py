"""Names, types, limits and history; every problem at once, each with a sentence and often with its mending."""

import pytest

from engine.formula.service import check


def problems(text, parameters=None, **options):
    result = check(text, parameters, **options)
    assert result.canonical is None
    return [(text[p.start : p.end], p.fix) for p in result.problems]


def canonical(text, parameters=None, **options):
    result = check(text, parameters, **options)
    assert result.problems == ()
    return result.canonical


@pytest.mark.parametrize(
    ("text", "words", "fix"),
    [
        ("clse > 5", "clse", "close"),
        ("close > smaa(close, 20)", "smaa", "sma"),
        ("macd(12, 26, 9).hst > 0", "hst", "hist"),
        ("stdev(20) > 1", "stdev", "stddev"),
        ("log(close) > 1", "log", "ln"),
        ("rsi < 30", "rsi", "rsi(14)"),
        ("close(1) > 5", "close(1)", "close[1]"),
        ("fast := ema(12); fst > 5", "fst", "fast"),
        ("sma(:m) > 5", ":m", None),
        ("sma(:perod) > 5", ":perod", ":period"),
    ],
    ids=repr,
)
def test_an_unknown_name_is_answered_with_the_closest_known_one(text, words, fix):
    assert problems(text, {"period": 20}) == [(words, fix)]


def test_every_problem_is_reported_at_once():
    found = problems("x := foo(3)\nclse > rsi(1) and ref(close, -1) > 'a' and high")
    assert [words for words, _ in found] == ["foo", "clse", "1", "-1", "'a'", "high"]


def test_an_expression_with_a_reported_problem_causes_no_second_one():
    assert problems("sma(sma(clse, 20), 20) + 1 > abs(clse)[2] and not clse") == [("clse", "close")] * 3


@pytest.mark.parametrize(
    ("text", "words", "fix"),
    [
        ("close", "close", "close > 0"),
        ("close and high > 5", "close", "close > 0"),
        ("not close", "close", "close > 0"),
        ("cdlhammer()", "cdlhammer()", "cdlhammer() != 0"),
        ("(close > 5) + 1 > 2", "(close > 5)", "iif((close > 5), 1, 0)"),
        ("(close > 5) == 1", "(close > 5) == 1", "(close > 5)"),
        ("count(close, 5) > 1", "close", "close > 0"),
        ("sma(close > 5, 3) > 1", "close > 5", "iif(close > 5, 1, 0)"),
        ("close > 'ema'", "'ema'", None),
        ("'ema'", "'ema'", None),
        ("(close > 5) > (high > 5)", "(close > 5) > (high > 5)", None),
        ("iif(close > 5, 1, close > 5) > 3", "close > 5", None),
        ("5[1] > 3", "5[1]", None),
    ],
    ids=repr,
)
def test_numbers_conditions_and_texts_are_told_apart(text, words, fix):
    assert problems(text) == [(words, fix)]


def test_conditions_can_be_compared_for_equality():
    assert canonical("(close > open) == (high > low)") == "(close > open) == (high > low)"


@pytest.mark.parametrize(
    ("text", "words", "fix"),
    [
        ("rsi(1) < 30", "1", "2"),
        ("sma(close, 0) > 1", "0", "1"),
        ("sma(close, 5001) > 1", "5001", "5000"),
        ("sma(close, 14.5) > 1", "14.5", "14"),
        ("sma(close, volume) > 1", "volume", None),
        ("mama(close, 2, 0.05).mama > 1", "2", "0.99"),
        ("close[0.5] > 1", "0.5", None),
        ("close[5001] > 1", "5001", "5000"),
        ("close[high] > 1", "high", None),
        ("bbands(close, 20, 2, 2, 'emaa').upper > 1", "'emaa'", '"ema"'),
        ("sma(5, 3) > 1", "5", None),
        ("close > 1e999", "1e999", None),
        ("close > 1 / 0", "1 / 0", None),
        ("close > (-8) ^ 0.5", "(-8) ^ 0.5", None),
    ],
    ids=repr,
)
def test_numbers_out_of_their_limits_are_refused(text, words, fix):
    assert problems(text) == [(words, fix)]


@pytest.mark.parametrize("text", ["close > close[-1]", "close > ref(close, -1)"], ids=repr)
def test_a_negative_offset_is_explained(text):
    (problem,) = check(text).problems
    assert (text[problem.start : problem.end], problem.fix) == ("-1", "1")
    assert "future" in problem.message
    assert "Ref(x, -1)" in problem.message


@pytest.mark.parametrize(
    "line",
    [
        "close := 5",
        "C := 5",
        "sma := 5",
        "cross := 5",
        "symbol := 5",
        "ref := 5",
        "true := 5",
        "x := 1; x := 2",
    ],
)
def test_a_line_cannot_take_a_name_that_means_something(line):
    assert problems(f"{line}\nhigh > 3")


def test_a_line_can_be_used_only_after_it_is_named():
    (problem,) = check("a := b + 1; b := close; a > b").problems
    assert "further down" in problem.message
    assert check("a := a + 1; a > 3").problems[0].start == 5


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("RSI(14) < 30", "rsi(close, 14) < 30"),
        ("sma(200, close) < close", "sma(close, 200) < close"),
        ("count(5, c > o) > 2", "count(close > open, 5) > 2"),
        ("cross(c, sma(20))", "cross_above(close, sma(close, 20))"),
        ("ref(close, 1) > close[0]", "close[1] > close[0]"),
        ("macd(12,26,9).macdhist > 0", "macd(close, 12, 26, 9).hist > 0"),
        ("stoch(14, 3, 3).k < 20", 'stoch(14, 3, 3, "sma", "sma").k < 20'),
        ("stoch(14, 3, 3, 1).k < 20", 'stoch(14, 3, 3, "ema", "sma").k < 20'),
        ("bbands(20,2,2).UPPERBAND < c", 'bbands(close, 20, 2, 2, "sma").upper < close'),
        ("rsi() < 30", "rsi(close, 14) < 30"),
        ("sma(close, 2 * 10) > 5", "sma(close, 20) > 5"),
        ("n := 20; sma(close, n) > 5", "n := 20\nsma(close, 20) > 5"),
        ("if(c > o, h, l) > 5", "iif(close > open, high, low) > 5"),
        ("max(o, c, h[1]) > 5", "max(open, close, high[1]) > 5"),
        ("obv() > obv()[1]", "obv(close) > obv(close)[1]"),
    ],
    ids=repr,
)
def test_the_canonical_text_is_complete_and_in_order(text, wanted):
    assert canonical(text) == wanted
    assert canonical(wanted) == wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(14, "14"), (14.0, "14"), ("14", "14"), (-3, None)],
    ids=["int", "float", "text", "negative"],
)
def test_a_parameter_can_be_a_period(value, wanted):
    result = check("rsi(close, :N) < 30", {"n": value})
    assert result.canonical == (wanted and f"rsi(close, {wanted}) < 30")


def test_a_parameter_can_choose_an_average():
    assert canonical("ma(close, 20, :kind) > 5", {":kind": "EMA"}) == 'ma(close, 20, "ema") > 5'


def test_a_negative_parameter_is_printed_as_it_is_read():
    assert canonical("close > -:x", {"x": -2}) == "close > 2"


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ("close > open", 1),
        ("close > sma(close, 200)", 200),
        ("rsi(close, 14) < 30", 15),
        ("cross_above(rsi(close, 14), 30)", 16),
        ("close > close[5]", 6),
        ("hhv(high, 20)[1] < close", 21),
        ("sma(rsi(close, 14), 5) > 3", 19),
        ("every(close > sma(close, 20), 3)", 22),
        ("macd(12, 26, 9).hist > 0", 34),
        ("a := sma(close, 50); a > a[1]", 51),
        ("atr(14) > 1 or volume > 5", 15),
        ("true", 1),
    ],
    ids=repr,
)
def test_history_is_the_number_of_bars_up_to_the_first_known_one(text, bars):
    assert check(text).history == bars


def test_deep_sums_are_checked_without_running_out_of_stack():
    assert check(" + ".join(["close"] * 240) + " > 5").problems == ()
    assert check("close > " + " ^ ".join(["2"] * 200)).problems != ()


def test_a_column_may_be_a_number():
    assert canonical("roc(close, 20)", is_column=True) == "roc(close, 20)"
    assert problems("'ema'", is_column=True) == [("'ema'", None)]
