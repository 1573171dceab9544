from __future__ import annotations

import pytest

from gui.palette.ranking import fit

TEXTS = (
    "Run scan",
    "Recent runs",
    "Reset layout",
    "Cancel scan",
    "Save scan as",
    "Save chart picture",
    "Export matches",
    "Export visible rows",
    "Candle colours: Green up, red down",
    "Go to results",
    "Log scale",
    "Follow the system",
)


def best(typed: str) -> list[str]:
    scored = [(found.score, text) for text in TEXTS if (found := fit(typed, text)) is not None]
    return [text for _, text in sorted(scored, key=lambda pair: -pair[0])]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("run", "Run scan"),
        ("rs", "Run scan"),
        ("scp", "Save chart picture"),
        ("evr", "Export visible rows"),
        ("log", "Log scale"),
        ("green", "Candle colours: Green up, red down"),
        ("picture save", "Save chart picture"),
        ("SYSTEM", "Follow the system"),
        ("res lay", "Reset layout"),
    ],
)
def test_what_one_would_mean_comes_first(typed, wanted):
    assert best(typed)[0] == wanted


@pytest.mark.parametrize("typed", ["xyz", "nacs", "runnn", "run zebra", "aoe"])
def test_letters_out_of_order_missing_or_strewn_about_do_not_fit(typed):
    assert best(typed) == []


def test_the_places_are_those_of_the_best_way_to_find_the_letters():
    assert fit("scan", "Save scan as").places == (5, 6, 7, 8)
    assert fit("rs", "Run scan").places == (0, 4)
    assert fit("as save", "Save scan as").places == (0, 1, 2, 3, 10, 11)


def test_further_words_count_for_little_and_mark_nothing():
    found = fit("view", "Follow the system", "View")
    assert found.places == ()
    assert found.score < fit("sys", "Follow the system", "View").score


def test_nothing_typed_fits_everything():
    assert fit("", "Run scan").places == ()


def test_nothing_fits_an_empty_text():
    assert fit("a", "") is None
