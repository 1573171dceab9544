from __future__ import annotations

import pytest

from engine.errors import Problem
from gui.formula_editor.lexing import Call, NamedLine, Word
from gui.formula_editor.state import (
    MOST_COMPLETIONS,
    CompletionEntry,
    Insertion,
    Sentence,
    Signature,
    completions,
    from_units,
    insertion,
    next_problem,
    offered,
    place,
    problem_at,
    sentence,
    shown_range,
    signature_parts,
    to_units,
)

SMA = CompletionEntry("sma", "sma(series, n)")
ENTRIES = (
    CompletionEntry("rsi", "rsi(series, n=14)"),
    SMA,
    CompletionEntry("stochrsi", "stochrsi(series)"),
    CompletionEntry("rsioma"),
    CompletionEntry("close", kind="field"),
)


def names(entries) -> list[str]:
    return [entry.name for entry in entries]


@pytest.mark.parametrize("text", ["plain", "é über", "🙂 close", "a🙂b🙂c", ""])
def test_offsets_survive_the_way_to_qt_and_back(text):
    for offset in range(len(text) + 1):
        assert from_units(text, to_units(text, offset)) == offset


def test_a_character_beyond_the_basic_plane_takes_two_units():
    assert to_units("🙂 close", 2) == 3


def test_completions_put_the_name_itself_first_then_beginnings_then_middles():
    assert names(completions("RSI", ENTRIES)) == ["rsi", "rsioma", "stochrsi"]


def test_completions_can_leave_middles_out():
    assert names(completions("rsi", ENTRIES, anywhere=False)) == ["rsi", "rsioma"]


def test_without_a_prefix_own_lines_and_fields_come_before_functions():
    entries = (
        CompletionEntry("abs"),
        CompletionEntry("and", kind="keyword"),
        CompletionEntry("close", kind="field"),
    )
    line = CompletionEntry("trend", kind="line")
    assert names(completions("", (*entries, line))) == ["trend", "close", "abs", "and"]


def test_an_endless_catalogue_is_cut():
    many = [CompletionEntry(f"name{number}") for number in range(2 * MOST_COMPLETIONS)]
    assert len(completions("na", many)) == MOST_COMPLETIONS


@pytest.mark.parametrize(
    ("marked", "asked", "expected"),
    [
        pytest.param("rs|", False, ["rsi", "rsioma"], id="two-letters-open-the-list"),
        pytest.param("r|", False, [], id="one-letter-does-not"),
        pytest.param("r|", True, ["rsi", "rsioma", "stochrsi"], id="asked-for-it-does"),
        pytest.param("# rs|", True, [], id="never-in-comments"),
        pytest.param("macd(1).si|", True, [], id="never-behind-a-dot"),
        pytest.param("close|", False, [], id="nothing-but-the-word-itself"),
        pytest.param("close|", True, ["close"], id="the-word-itself-when-asked"),
        pytest.param("12|", True, [], id="never-behind-digits"),
    ],
)
def test_a_list_opens_only_where_it_helps(marked, asked, expected):
    position = marked.index("|")
    assert names(offered(marked.replace("|", ""), position, ENTRIES, (), asked=asked)) == expected


def test_an_empty_text_offers_everything_when_asked():
    assert len(offered("", 0, ENTRIES, (), asked=True)) == len(ENTRIES)


def test_named_lines_are_offered_with_their_expression():
    found = offered("tr", 2, ENTRIES, [NamedLine("trend", "close > 1")], asked=False)
    assert [(entry.name, entry.kind, entry.summary) for entry in found] == [("trend", "line", "close > 1")]


@pytest.mark.parametrize(
    ("entry", "following", "expected"),
    [
        pytest.param(SMA, "", Insertion(4, 6, "sma()", 4), id="function-brings-brackets"),
        pytest.param(SMA, "(close)", Insertion(4, 6, "sma", 4), id="brackets-that-are-there-are-used"),
        pytest.param(ENTRIES[-1], " > 1", Insertion(4, 6, "close", 5), id="field-is-a-word"),
    ],
)
def test_an_insertion_leaves_the_caret_where_typing_goes_on(entry, following, expected):
    assert insertion(entry, Word(4, 6, "sm"), following) == expected


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        pytest.param("close >> 1", 6, 8, (6, 8), id="as-it-is"),
        pytest.param("sma(close", 9, 9, (8, 9), id="end-of-text-marks-the-last-letter"),
        pytest.param("sma(close\n  ", 12, 12, (8, 9), id="blanks-at-the-end-are-passed-over"),
        pytest.param("a  b", 2, 2, (0, 1), id="between-words-marks-the-word-before"),
        pytest.param("", 0, 0, (0, 0), id="empty-text"),
        pytest.param("ab", 5, 9, (1, 2), id="beyond-the-end"),
    ],
)
def test_every_problem_has_something_to_underline(text, start, end, expected):
    assert shown_range(text, Problem(start, end, "wrong")) == expected


INNER, OUTER, LATE = Problem(4, 6, "inner"), Problem(2, 9, "outer"), Problem(20, 22, "late")


@pytest.mark.parametrize(
    ("position", "expected"),
    [(5, INNER), (6, INNER), (8, OUTER), (15, None), (22, LATE)],
    ids=["narrowest", "touching", "wide", "none", "end"],
)
def test_the_problem_at_a_place_is_the_narrowest_there(position, expected):
    assert problem_at((OUTER, INNER, LATE), position) is expected


@pytest.mark.parametrize(
    ("position", "backwards", "expected"),
    [
        (0, False, OUTER),
        (2, False, INNER),
        (4, False, LATE),
        (20, False, OUTER),
        (20, True, INNER),
        (2, True, LATE),
    ],
    ids=["first", "second", "third", "round-the-end", "back", "round-the-start"],
)
def test_next_problem_goes_through_all_and_round(position, backwards, expected):
    assert next_problem((LATE, INNER, OUTER), position, backwards=backwards) is expected


def test_without_problems_there_is_no_next():
    assert next_problem((), 3) is None


@pytest.mark.parametrize(
    ("message", "fix", "expected"),
    [
        pytest.param("Unknown.", None, Sentence("Unknown.", "", ""), id="no-fix"),
        pytest.param(
            "No 'smaa'. Did you mean 'sma'?",
            "sma",
            Sentence("No 'smaa'. Did you mean '", "sma", "'?"),
            id="named",
        ),
        pytest.param("Say and.", "and", Sentence("Say ", "and", "."), id="word"),
        pytest.param(
            "From 2 to 5,000, not 1.",
            "2",
            Sentence("From 2 to 5,000, not 1. ", "Change it to 2", ""),
            id="number",
        ),
        pytest.param("Two signs.", ">", Sentence("Two signs. ", "Change it to >", ""), id="not-named"),
        pytest.param("One too many.", "", Sentence("One too many. ", "Remove it", ""), id="removal"),
    ],
)
def test_a_fix_is_linked_where_the_sentence_names_it(message, fix, expected):
    assert sentence(Problem(0, 1, message, fix=fix)) == expected


def test_the_line_is_named_only_where_there_are_several():
    assert place("close", Problem(3, 4, "x")) == ""
    assert place("a\nb\nclose", Problem(4, 5, "x")) == "line 3"


@pytest.mark.parametrize(
    ("signature", "argument", "expected"),
    [
        pytest.param("sma(series, n)", 0, Signature("sma(", "series", ", n)"), id="first"),
        pytest.param("sma(series, n)", 1, Signature("sma(series, ", "n", ")"), id="last"),
        pytest.param("sma(series, n)", 2, Signature("sma(series, n)", "", ""), id="too-many"),
        pytest.param("max(a, b, …)", 5, Signature("max(a, b, ", "…", ")"), id="repeats"),
        pytest.param("close", 0, Signature("close", "", ""), id="no-brackets"),
        pytest.param("vwap()", 0, Signature("vwap(", "", ")"), id="no-arguments"),
    ],
)
def test_the_argument_that_is_typed_stands_out(signature, argument, expected):
    assert signature_parts(signature, Call("f", argument)) == expected
