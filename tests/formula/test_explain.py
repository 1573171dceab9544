"""A formula on one bar: parts, values, truths and distances."""

import pytest

from engine.errors import FormulaError
from engine.formula.explain import compile_explanation, parts_of
from engine.formula.service import compile_scan

NAN = float("nan")


def reading(text, bars, bar=-1, parameters=None):
    return compile_explanation(text, parameters or {}).over(bars).at(bar)


def outline(reading):
    said = reading.value if reading.kind == "number" else (reading.truth, reading.distance)
    return [(reading.text, said), *(line for part in reading.parts for line in outline(part))]


@pytest.fixture
def three(bars_of_closes):
    return bars_of_closes([1, 2, 4], volume=[5, 6, NAN])


def test_a_conjunction_is_taken_apart_down_to_the_numbers(three):
    assert outline(reading("close > 3 and not (high < sma(close, 2) or volume > 5)", three)) == [
        ("close > 3 and not (high < sma(close, 2) or volume > 5)", (None, None)),
        ("close > 3", (True, 1.0)),
        ("close", 4.0),
        ("not (high < sma(close, 2) or volume > 5)", (None, None)),
        ("high < sma(close, 2) or volume > 5", (None, None)),
        ("high < sma(close, 2)", (False, -2.0)),
        ("high", 5.0),
        ("sma(close, 2)", 3.0),
        ("volume > 5", (None, None)),
        ("volume", None),
    ]


@pytest.mark.parametrize(
    ("text", "truth", "distance", "threshold"),
    [
        ("close > 3", True, 1, 3),
        ("close >= 5", False, -1, 5),
        ("close < 3", False, -1, 3),
        ("5 > close", True, 1, 5),
        ("close == 3", False, -1, 3),
        ("close != 3", True, 1, 3),
        ("close < high", True, 1, 5),
        ("volume > 3", None, None, 3),
    ],
)
def test_the_distance_is_positive_while_a_comparison_holds(text, truth, distance, threshold, three):
    said = reading(text, three)
    assert (said.truth, said.distance, said.threshold) == (truth, distance, threshold)


def test_a_distance_is_also_given_in_percent_of_the_threshold(three):
    assert reading("close > 5", three).percent == -20
    assert reading("close > 0", three).percent is None


def test_a_chain_is_two_comparisons_and_a_cross_is_now_and_before(three):
    assert [part.text for part in reading("1 < close < 9", three).parts] == ["1 < close", "close < 9"]
    cross = reading("cross_above(close, 3)", three)
    assert [(part.text, part.truth) for part in cross.parts] == [("close > 3", True), ("close[1] <= 3", True)]


def test_named_lines_are_opened_and_conditions_found_under_them(three):
    explainer = compile_explanation("up := close > 3 and volume > :least\nup", {"least": 3})
    assert [part.text for part in explainer.conditions] == ["close > 3", "volume > 3"]
    assert explainer.over(three).truths_at(1) == (False, True)


def test_the_root_says_what_the_scan_says(make_walk):
    bars = make_walk(300)
    text = "x := ema(5)\nclose > x and (30 < rsi(14) < 70 or every(volume > 2000, 3)) and cross(close, sma(9)[1])"
    explained = compile_explanation(text).over(bars)
    truth = compile_scan(text).evaluate(bars).truth
    assert explained.truth_of(explained.explainer.root).tolist() == truth.tolist()


def test_all_parts_can_be_walked_the_smallest_first():
    texts = [part.text for part in parts_of(compile_explanation("close > 3 and open > 2").root)]
    assert texts == ["close", "close > 3", "open", "open > 2", "close > 3 and open > 2"]


@pytest.mark.parametrize("text", ["clse > 1", "close", "("])
def test_what_cannot_be_checked_cannot_be_explained(text):
    with pytest.raises(FormulaError):
        compile_explanation(text)


def test_the_conditions_are_read_without_the_line_and_the_and_around_them(three):
    explained = compile_explanation("all := close > 3 and high > 1\nall").over(three)
    assert [each.text for each in explained.conditions_at(-1)] == ["close > 3", "high > 1"]
    assert tuple(each.truth for each in explained.conditions_at(0)) == explained.truths_at(0) == (False, True)
