"""Numbers, dates and truth as people type them."""

from __future__ import annotations

import pytest

from gui.results.filter_values import read_moment, read_number, read_truth


@pytest.mark.parametrize(
    ("text", "value", "half"),
    [
        ("30", 30.0, 0.5),
        ("30.5", 30.5, 0.05),
        ("30,5", 30.5, 0.05),
        ("0,125", 0.125, 0.0005),
        ("1,234,567", 1_234_567.0, 0.5),
        ("1,234.5", 1234.5, 0.05),
        ("5M", 5_000_000.0, 500_000.0),
        ("1.2k", 1200.0, 50.0),
        ("−3", -3.0, 0.5),
        ("1e3", 1000.0, 500.0),
        ("2%", 2.0, 0.5),
        (".5", 0.5, 0.05),
    ],
)
def test_a_number_is_read_with_half_of_its_last_digit(text, value, half):
    typed = read_number(text)
    assert typed.value == pytest.approx(value)
    assert typed.half == pytest.approx(half)


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "1,2,3", "--1", "1,873"])
def test_what_is_no_clear_number_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"number|could be"):
        read_number(text)


def test_a_span_ends_where_the_next_begins():
    assert read_moment("2017")[1] == read_moment("2018")[0]
    assert read_moment("2017-12")[1] == read_moment("2018-01")[0]
    assert read_moment("2016-02-29")[1] == read_moment("2016-3-1")[0]
    assert read_moment("2017-01-01T09:30")[1] == read_moment("2017-01-01 9:31")[0]
    assert read_moment("2017-01-01T09:30:59")[1] == read_moment("2017-01-01T09:31:00")[0]


@pytest.mark.parametrize("text", ["17", "2017-02-30", "2017-01T10:00", "2017-01-01T25:00", "today"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match="not a date"):
        read_moment(text)


def test_truth_has_several_words():
    assert [read_truth(word) for word in ("Yes", "1", "✓", "no", "FALSE", "✗")] == [True] * 3 + [False] * 3
