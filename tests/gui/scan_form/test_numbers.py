from __future__ import annotations

import pytest

from gui.scan_form.numbers import number_text, parameter_names, read_number


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("20", 20),
        ("1.5", 1.5),
        ("1,5", 1.5),
        (" -2,25 ", -2.25),
        ("−3", -3),
        (",5", 0.5),
        ("0,125", 0.125),
        ("1234,5", 1234.5),
        ("1e3", 1000.0),
        ("", None),
    ],
)
def test_point_and_comma_both_begin_the_decimals(typed, value):
    assert read_number(typed) == (value, "")


def test_a_whole_number_stays_one():
    assert isinstance(read_number("20").value, int)


@pytest.mark.parametrize("typed", ["1,500", "-12,000", "999,999"])
def test_what_could_be_thousands_is_asked_back(typed):
    reading = read_number(typed)
    assert reading.value is None
    assert "can mean" in reading.sentence and typed.replace(",", "") in reading.sentence


@pytest.mark.parametrize("typed", ["x", "1.2.3", "1.234,5", "nan", "inf", "1 000", "0x10"])
def test_what_is_no_number_is_refused(typed):
    assert read_number(typed).value is None
    assert "is not a number" in read_number(typed).sentence


def test_a_number_beyond_all_bounds_is_refused():
    assert "too large" in read_number("1e999").sentence


@pytest.mark.parametrize("value", [20, 1.5, 0.1, -3, 1e-7, 1e20])
def test_a_number_is_read_as_it_was_written(value):
    assert read_number(number_text(value)).value == value


def test_names_are_found_once_in_order_and_in_small_letters():
    assert parameter_names(["rsi(:N) < :low", ":n > :high"]) == ("n", "low", "high")


def test_named_lines_texts_and_comments_hold_no_parameters():
    text = "trend := close > 1 # :no\nsym(\"A:b\", close) > 1 // :nor\ntrend and close > 'x:y'"
    assert parameter_names([text]) == ()
