"""Arguments: how many, in which order, of which kind."""

import pytest

from engine.formula.service import check


def problem(text):
    (found,) = check(text).problems
    return found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rsi(close, 14, 3) > 5", "at most 2 arguments: rsi(series, timeperiod=14)"),
        ("isna() and close > 5", "needs 'value' as well: isna(value)"),
        ("count(close > 5) > 1", "needs 'n' as well"),
        ("max(close) > 1", "needs 'b' as well: max(a, b, …)"),
        ("trange(close) > 1", "reads high, low and close of the bars by itself: write trange()"),
        ("dollar_volume(close, 20) > 1", "reads close and volume of the bars by itself"),
        ("ref(close) > 1", "ref takes a series and a number of bars"),
    ],
    ids=repr,
)
def test_a_wrong_number_of_arguments_is_answered_with_the_signature(text, words):
    assert words in problem(text).message


def test_what_a_function_reads_by_itself_is_taken_out():
    found = problem("atr(high, low, close, 14) > 1")
    assert found.fix == "atr(14)"
    assert (found.start, found.end) == (0, 25)


def test_superfluous_arguments_are_marked():
    found = problem("rsi(close, 14, 3, 4) > 5")
    assert (found.start, found.end) == (15, 19)


def test_a_series_among_the_numbers_of_a_two_line_function_keeps_its_place():
    assert check("cross_above(30, rsi(14))").canonical == "cross_above(30, rsi(close, 14))"


def test_an_unknown_average_lists_the_known_ones():
    assert "Known: sma, ema" in problem("ma(close, 20, 'xyzzy') > 5").message
    assert "in quotes" in problem("ma(close, 20, 10) > 5").message
