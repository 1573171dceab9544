from __future__ import annotations

import pytest

from engine.formula.check import check
from engine.formula.dial import dial_at

S1 = (
    "strength := rsi(close, 14)\n"
    "close > sma(close, 200) and cross_above(strength, 30) and volume > 1.5 * sma(volume, 20)"
)


def dial(text: str, number: str, after: str = ""):
    return dial_at(text, text.index(number, text.index(after) if after else 0))


@pytest.mark.parametrize(
    ("text", "number", "low", "high", "step"),
    [
        ("rsi(close, 14) < 30", "14", 2, 70, 1),
        ("rsi(close, 14) < 30", "30", 0, 100, 1),
        ("30 > rsi(close, 14)", "30", 0, 100, 1),
        ("cross_above(rsi(close, 14), 30)", "30", 0, 100, 1),
        ("cross_below(25, rsi(close, 14))", "25", 0, 100, 1),
        ("x := rsi(close, 14)\nx < 42", "42", 0, 100, 1),
        ("rsi(close, 14) < 29.5", "29.5", 0, 100, 0.1),
        ("willr(14) < -80", "-80", -100, 0, 1),
        ("close[3] > close", "3", 0, 15, 1),
        ("close > 20", "20", 0, 40, 1),
        ("close > 20_000_000", "20_000_000", 0, 40_000_000, 100_000),
        ("volume > 1.5 * sma(volume, 20)", "1.5", 0, 3, 0.1),
        ("20 < rsi(close, 14) <= 45", "45", 0, 100, 1),
        ("close > 0", "0", 0, 10, 1),
    ],
    ids=str,
)
def test_a_number_turns_over_what_makes_sense_where_it_stands(text, number, low, high, step):
    found = dial(text, number)
    assert (found.low, found.high) == (low, high)
    assert found.step == pytest.approx(step)
    assert text[found.start : found.end] == number


def test_a_number_is_found_on_either_side_of_its_digits_and_nowhere_else():
    text = "close > 20 and open > 3"
    assert [dial_at(text, place) is not None for place in (7, 8, 9, 10, 11)] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_numbers_in_named_lines_have_dials():
    found = dial(S1, "14")
    assert (found.value, found.what) == (14.0, "rsi(close, 14)")


@pytest.mark.parametrize(
    "text", ["close > sma(clsoe, 20)", "rsi(close, 20)"], ids=["misspelt", "no condition"]
)
def test_a_text_with_problems_has_dials_as_long_as_it_can_be_read(text):
    assert dial(text, "20").value == 20


def test_what_cannot_be_read_and_what_is_no_number_has_none():
    assert dial_at("close > 20 and (", 9) is None
    assert dial_at("close > :level", 10, {"level": 3}) is None
    assert dial_at('tf("W", close > 3)', 4) is None
    assert dial_at("", 0) is None


@pytest.mark.parametrize("number", ["14", "200", "30", "1.5", "20"])
def test_every_value_of_a_dial_leaves_a_formula_without_problems(number):
    turned = dial(S1, number, "sma(volume" if number == "20" else "")
    for stop in (0, turned.stops // 2, turned.stops):
        written = turned.text_of(turned.at(stop))
        assert not check(S1[: turned.start] + written + S1[turned.end :]).problems


def test_steps_go_on_beyond_the_high_end_but_not_below_the_least():
    found = dial("close > sma(close, 3)", "3")
    assert found.stepped(100) == 103
    assert found.stepped(-10) == 1


def test_whole_numbers_are_written_without_a_point_and_others_with_their_digits():
    whole, other = dial(S1, "30"), dial(S1, "1.5")
    assert whole.text_of(whole.stepped(1)) == "31"
    assert other.text_of(other.stepped(-1)) == "1.4"
    assert other.stop_of(other.value) == 15
    assert other.at(other.stop_of(1.5)) == 1.5
