from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.data.folder_names import decode_symbol, encode_symbol, why_no_symbol
from engine.errors import DataError

NASTY = [
    *("../../etc", "..", ".", "A.", ".A", "A ", " A", "C:", "\\\\srv\\x", "/", "a/b", "A%41", "%", "%41"),
    *("CON", "con", "NUL.parquet", "NUL", "LPT1", "COM9.A", "AUX", "PRN", "CONX"),
    *(
        "aapl",
        "AAPL",
        "Aapl",
        "BRK.B",
        "BRK-B",
        "^SPX",
        "EUR=X",
        "005930",
        "NO",
        "NA",
        "é",
        "日経",
        'a*?<>|"b',
    ),
]
SAFE = re.compile(r"[A-Z0-9_-][A-Z0-9_.-]*(?<!\.)")
DEVICES = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)(\..*)?", re.IGNORECASE)


def is_windows_safe(name: str) -> bool:
    return SAFE.fullmatch(name.replace("%", "_")) is not None and DEVICES.fullmatch(name) is None


@pytest.mark.parametrize("symbol", NASTY)
def test_a_nasty_name_becomes_a_safe_folder_and_comes_back(symbol):
    assert decode_symbol(encode_symbol(symbol)) == symbol
    assert is_windows_safe(encode_symbol(symbol))


def test_no_two_names_meet_on_a_disk_that_ignores_case():
    assert len({encode_symbol(symbol).casefold() for symbol in NASTY}) == len(NASTY)


@given(st.text(min_size=1, max_size=40))
def test_any_text_that_is_a_symbol_comes_back_in_its_composed_form(symbol):
    composed = unicodedata.normalize("NFC", symbol)
    assume(why_no_symbol(composed) is None)
    name = encode_symbol(symbol)
    assert decode_symbol(name) == composed
    assert is_windows_safe(name)


@given(st.text(min_size=1, max_size=8), st.text(min_size=1, max_size=8))
def test_two_symbols_have_two_folders(one, other):
    one, other = (unicodedata.normalize("NFC", symbol) for symbol in (one, other))
    assume(one != other and why_no_symbol(one) is None and why_no_symbol(other) is None)
    assert encode_symbol(one).casefold() != encode_symbol(other).casefold()


def test_composed_and_decomposed_letters_are_one_symbol():
    assert encode_symbol("e\u0301") == encode_symbol("\u00e9")


@pytest.mark.parametrize("text", ["", "   ", "A\nB", "A\0", "X" * 65, "\ud800"], ids=repr)
def test_what_is_no_symbol_is_refused_with_a_reason(text):
    with pytest.raises(DataError, match="cannot be a symbol: it"):
        encode_symbol(text)


@pytest.mark.parametrize("name", ["AAPL", "aapl", "100%", "%FF", "%zz"])
def test_a_folder_that_others_named_is_taken_as_it_is(name):
    assert decode_symbol(name) == name


def test_lower_case_percent_codes_are_read_too():
    assert decode_symbol("%5espx") == "^spx"
