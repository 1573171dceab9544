from __future__ import annotations

import pytest

from engine.errors import JobError
from engine.market.universe import choose_symbols, parse_symbol_lines, parse_symbols

KNOWN = ("005930", "AAPL", "BRK-B", "MSFT", "NA", "NO", "ON", "TRUE")


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("AAPL,MSFT", ("AAPL", "MSFT")),
        (" AAPL , MSFT ,", ("AAPL", "MSFT")),
        ("MSFT,AAPL,MSFT", ("MSFT", "AAPL")),
        ("005930,NO,NA,TRUE,1E5", ("005930", "NO", "NA", "TRUE", "1E5")),
        ("aapl", ("aapl",)),
        (" , ,", ()),
    ],
)
def test_a_typed_list_keeps_order_and_text(text, symbols):
    assert parse_symbols(text) == symbols


def test_a_list_of_lines_has_comments_and_empty_lines():
    text = "\ufeff# my list\nAAPL\n\n  BRK-B  # class B\nNO,NA\r\n005930\nAAPL\nX#Y\n"
    assert parse_symbol_lines(text) == ("AAPL", "BRK-B", "NO", "NA", "005930", "X#Y")


def test_without_a_list_the_universe_is_all_there_is():
    assert choose_symbols(None, KNOWN) == KNOWN


def test_wanted_symbols_keep_their_order_and_come_once():
    assert choose_symbols(["MSFT", "AAPL", "MSFT"], KNOWN) == ("MSFT", "AAPL")


def test_an_empty_list_is_a_mistake():
    with pytest.raises(JobError, match="empty"):
        choose_symbols([], KNOWN)


def test_unknown_names_come_in_one_sentence_with_the_nearest_ones():
    with pytest.raises(JobError) as caught:
        choose_symbols(["AAPLE", "AAPL", "qqqq"], KNOWN)
    assert caught.value.problems == (
        ("symbols", "These 2 symbols are not in the data: 'AAPLE' (did you mean 'AAPL'?), 'qqqq'."),
    )


def test_one_unknown_name_is_spoken_of_in_the_singular():
    with pytest.raises(
        JobError, match=r"^This symbol is not in the data: 'msft' \(did you mean 'MSFT'\?\)\.$"
    ):
        choose_symbols(["msft"], KNOWN)


def test_a_long_list_of_unknown_names_is_cut():
    with pytest.raises(JobError, match=r"These 25 symbols are not in the data: .* and 15 more\.$"):
        choose_symbols([f"?{number}" for number in range(25)], KNOWN)
