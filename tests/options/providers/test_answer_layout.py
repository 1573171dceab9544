"""The file that lays out a vendor's answers: what is wrong in it is told, keys in it are refused and not repeated."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from engine.errors import ProviderSetupError
from engine.options.providers.answer_layout import AnswerLayout, found_at, read_layout

ROOT = Path(__file__).resolve().parents[3]
ADDRESS = "https://vendor.example/options/{ticker}"


def layout_of(tmp_path, text: str) -> AnswerLayout:
    path = tmp_path / "vendor.yaml"
    path.write_text(text, encoding="utf-8")
    return read_layout(path)


def test_an_address_alone_is_a_layout_with_yahoos_names(tmp_path):
    layout = layout_of(tmp_path, f"address: {ADDRESS}")
    assert layout.address_of("BRK/B ü") == "https://vendor.example/options/BRK%2FB%20%C3%BC"
    assert layout.address_of("A", date(2026, 3, 20)) == "https://vendor.example/options/A?date=1773964800"
    assert [right for _, right in layout.lists] == ["call", "put"]


def test_places_of_an_address_are_filled(tmp_path):
    layout = layout_of(tmp_path, f"address: {ADDRESS}\nchain_address: http://h/{{ticker}}/{{expiration}}?x=1")
    assert layout.address_of("A", date(2026, 3, 20)) == "http://h/A/2026-03-20?x=1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must hold lines"),
        ("- a", "must hold lines"),
        ("a: [", "cannot be read"),
        ("name: x", "address: Field required"),
        ("address: ftp://h/{ticker}", "begins with https"),
        ("address: https://h/", "needs the place {ticker}"),
        ("address: https://h/{ticker}/{strike}", "'{strike}' is no place"),
        ("address: https://u:CANARY@h/{ticker}", "a password does not belong"),
        ("address: https://h/{ticker}?apikey=CANARY", "a key does not belong"),
        (f"address: {ADDRESS}\nexpiration: a.b", "Did you mean 'expirations'?"),
        (f"address: {ADDRESS}\ncontracts: rows", "needs the column 'right'"),
        (f"address: {ADDRESS}\ncolumns: {{bid: b}}", "'strike' is missing"),
        (f"address: {ADDRESS}\ncolumns: {{strik: b}}", "columns.strik"),
        (f"address: {ADDRESS}\nname: ../up", "name"),
        (f"address: {ADDRESS}\nsecret_header: 'a: b'", "secret_header"),
        ("address: http://vendor.example/{ticker}\nsecret: V", "over https only"),
        (
            f"address: {ADDRESS}\nchain_address: http://vendor.example/{{ticker}}\nsecret: V",
            "over https only",
        ),
    ],
)
def test_what_is_wrong_is_told_without_repeating_a_key(tmp_path, text, words):
    with pytest.raises(ProviderSetupError) as caught:
        layout_of(tmp_path, text)
    assert words in str(caught.value)
    assert "CANARY" not in str(caught.value)


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    with pytest.raises(ProviderSetupError) as caught:
        layout_of(tmp_path, "address: 5\nspott: x")
    assert str(caught.value).count("\n") == 1


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ProviderSetupError, match="cannot be read"):
        read_layout(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("path", "error"), [("a.9", IndexError), ("b", KeyError), ("a.x", KeyError), ("a.0.b.c", KeyError)]
)
def test_a_path_that_leads_nowhere_is_a_lookup_error(path, error):
    with pytest.raises(error):
        found_at({"a": [{"b": 1}]}, path)
    assert found_at({"a": [{"b": 1}]}, "a.0.b") == 1


def test_the_guides_example_is_a_layout(tmp_path):
    guide = (ROOT / "docs" / "guide" / "options.md").read_text(encoding="utf-8")
    [example] = [text for text in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL) if "address:" in text]
    assert layout_of(tmp_path, example).columns["bid"] == "quote.bid"
