"""What is allowed but probably not meant."""

import pytest

from engine.formula.service import check


def warnings(text):
    result = check(text)
    assert result.problems == ()
    return [(text[w.start : w.end], w.fix) for w in result.warnings]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("close > hhv(high, 20)", "hhv(high, 20)"),
        ("hhv(high, 20) < close", "hhv(high, 20)"),
        ("high > highest(high, 20)", "highest(high, 20)"),
        ("volume > hhv(volume, 20)", "hhv(volume, 20)"),
        ("low < llv(low, 20)", "llv(low, 20)"),
        ("cross_above(close, hhv(high, 20))", "hhv(high, 20)"),
        ("close > donchian(20).upper", "donchian(20).upper"),
        ("top := hhv(high, 20)\nclose > top", "top"),
    ],
    ids=repr,
)
def test_a_bar_compared_with_a_window_that_includes_it_is_warned_about(text, words):
    assert warnings(text) == [(words, f"{words}[1]")]


@pytest.mark.parametrize(
    "text",
    [
        "close > hhv(high, 20)[1]",
        "close >= hhv(high, 20)",
        "high > hhv(close, 20)",
        "close > sma(close, 20)",
        "close < hhv(high, 20)",
        "volume > hhv(high, 20)",
    ],
    ids=repr,
)
def test_comparisons_that_can_hold_are_not(text):
    assert warnings(text) == []


@pytest.mark.parametrize(
    ("text", "fix"),
    [("max(20, high) > close", "hhv(high, 20)"), ("min(low, 10) < close", "llv(low, 10)")],
    ids=repr,
)
def test_a_price_beside_a_whole_number_in_max_is_taken_for_a_window(text, fix):
    assert [found for _, found in warnings(text)] == [fix]


@pytest.mark.parametrize(
    "text", ["max(open, close) > 5", "max(rsi(14), 50) > 60", "max(close, 0.5) > 1"], ids=repr
)
def test_max_of_series_is_not(text):
    assert warnings(text) == []


@pytest.mark.parametrize(
    "text", ["obv() > 5", "cross_above(ad(), 0)", "x := cumsum(volume); x > 5", "bar_index > 5"]
)
def test_a_level_that_depends_on_where_the_data_begin_is_warned_about(text):
    assert len(warnings(text)) == 1


@pytest.mark.parametrize(
    "text", ["obv() > obv()[5]", "obv() > sma(obv(), 20)", "supertrend(10, 3).trend > 0"]
)
def test_changes_of_such_a_level_are_not(text):
    assert warnings(text) == []


def test_the_output_that_is_meant_is_named():
    assert warnings("macd(12, 26, 9) > 0") == [("macd(12, 26, 9)", "macd(12, 26, 9).macd")]
    assert warnings("macd(12, 26, 9).hist > 0") == []
    assert warnings("sma(macd(12, 26, 9), 5) > 0") == [("macd(12, 26, 9)", "macd(12, 26, 9).macd")]
