from __future__ import annotations

import pytest

from gui.symbol_field import find_symbol, refusal

SYMBOLS = ("AAA", "AAB", "abc", "BRK.B", "005930")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("AAA", "AAA"),
        (" aab ", "AAB"),
        ("ABC", "abc"),
        ("br", "BRK.B"),
        ("0059", "005930"),
        ("aa", None),
        ("", None),
    ],
)
def test_a_symbol_is_found_by_any_case_and_by_a_beginning_that_only_it_has(typed, found):
    assert find_symbol(typed, SYMBOLS) == found


def test_what_is_not_found_is_answered_with_what_may_have_been_meant():
    assert refusal("aa", SYMBOLS) == "2 symbols begin with 'aa': type more of it."
    assert "Did you mean 'BRK.B'?" in refusal("BRKB", SYMBOLS)
    assert "no data is open" in refusal("AAA", ())
