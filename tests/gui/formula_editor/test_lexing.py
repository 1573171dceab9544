from __future__ import annotations

import pytest

from gui.formula_editor.lexing import (
    Call,
    NamedLine,
    Vocabulary,
    bracket_pair,
    call_at,
    is_prose,
    named_lines,
    spans,
    toggle_comments,
    word_at,
    word_before,
)

KNOWN = Vocabulary(frozenset({"sma", "rsi"}), frozenset({"close", "volume"}), frozenset({"trend"}))


def coloured(line: str) -> list[tuple[str, str]]:
    return [(line[span.start : span.start + span.length], span.kind) for span in spans(line, KNOWN)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "sma(close, 20)", [("sma", "function"), ("close", "field"), ("20", "number")], id="call"
        ),
        pytest.param(
            "RSI(14) AND not true",
            [
                ("RSI", "function"),
                ("14", "number"),
                ("AND", "keyword"),
                ("not", "keyword"),
                ("true", "number"),
            ],
            id="any-case",
        ),
        pytest.param("trend > smaa", [("trend", "name")], id="unknown-word-stays-plain"),
        pytest.param("close // sma", [("close", "field"), ("// sma", "comment")], id="slash-comment"),
        pytest.param("# close", [("# close", "comment")], id="hash-comment"),
        pytest.param("'#' > 1", [("'#'", "text"), ("1", "number")], id="hash-in-text"),
        pytest.param("1_000.5e-3", [("1_000.5e-3", "number")], id="number"),
        pytest.param("macd(1).hist", [("1", "number"), (".hist", "field")], id="output"),
        pytest.param("close > :level", [("close", "field"), (":level", "name")], id="parameter"),
        pytest.param(
            "trend := close", [("trend", "name"), ("close", "field")], id="definition-is-no-parameter"
        ),
    ],
)
def test_words_are_coloured_by_what_they_are(line, expected):
    assert coloured(line) == expected


def test_named_lines_are_found_at_line_starts_and_after_semicolons_but_not_in_comments():
    text = "trend := close > 1 # why := not\n# old := 2\n  dip := rsi(14) < 30; calm:=true\ntrend and dip"
    assert named_lines(text) == (
        NamedLine("trend", "close > 1"),
        NamedLine("dip", "rsi(14) < 30"),
        NamedLine("calm", "true"),
    )


@pytest.mark.parametrize(
    ("text", "position", "word"),
    [
        pytest.param("sma(close)", 0, "sma", id="before"),
        pytest.param("sma(close)", 2, "sma", id="inside"),
        pytest.param("sma(close)", 3, "sma", id="behind"),
        pytest.param("a + b", 2, "", id="between"),
        pytest.param("123", 2, "", id="number"),
        pytest.param("", 0, "", id="empty"),
        pytest.param("hl2", 3, "hl2", id="digit-inside-name"),
    ],
)
def test_the_word_at_a_place_is_the_name_that_touches_it(text, position, word):
    assert word_at(text, position).text == word


def test_completion_goes_by_the_part_of_the_word_before_the_caret():
    assert word_before("1 + close", 6) == (4, 6, "cl")


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param("sma(|", Call("sma", 0), id="first"),
        pytest.param("sma(close, |20)", Call("sma", 1), id="second"),
        pytest.param("sma(ema(close, 3), |", Call("sma", 1), id="after-inner-call"),
        pytest.param("sma(ema(close, |", Call("ema", 1), id="innermost"),
        pytest.param("sma((close + |", Call("sma", 0), id="through-grouping"),
        pytest.param("sma(close[|", Call("sma", 0), id="through-index"),
        pytest.param("sma(\n  close,\n  |", Call("sma", 1), id="over-lines"),
        pytest.param("sma(close, 3)|", None, id="closed"),
        pytest.param("and (|", None, id="keyword-is-no-call"),
        pytest.param("sma(1; |", None, id="next-statement"),
        pytest.param("sma(close # |", None, id="comment"),
        pytest.param("|", None, id="empty"),
    ],
)
def test_the_call_at_a_place_is_the_innermost_open_one(marked, expected):
    position = marked.index("|")
    assert call_at(marked.replace("|", ""), position) == expected


def test_the_call_is_found_at_the_end_of_a_long_text():
    text = "line := sma(close, 20)\n" * 400 + "rsi(close, "
    assert call_at(text, len(text)) == Call("rsi", 1)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param("close # so|me", True, id="comment"),
        pytest.param("# all|", True, id="comment-end"),
        pytest.param("# all\n|close", False, id="line-after"),
        pytest.param("tf('W|", True, id="open-text"),
        pytest.param("tf('W'|", False, id="behind-text"),
        pytest.param("tf(|'W'", False, id="before-text"),
        pytest.param("cl|ose # x", False, id="code-before-comment"),
    ],
)
def test_comments_and_quoted_text_are_prose(marked, expected):
    position = marked.index("|")
    assert is_prose(marked.replace("|", ""), position) is expected


@pytest.mark.parametrize(
    ("text", "position", "pair"),
    [
        pytest.param("(a[1])", 0, (0, 5), id="before-opening"),
        pytest.param("(a[1])", 6, (0, 5), id="behind-closing"),
        pytest.param("(a[1])", 5, (2, 4), id="behind-inner-closing"),
        pytest.param("(a", 0, None, id="unclosed"),
        pytest.param("(a]", 0, None, id="wrong-kind"),
        pytest.param("a # ()", 4, None, id="comment"),
        pytest.param("a + b", 2, None, id="no-bracket"),
    ],
)
def test_brackets_pair_with_their_partner(text, position, pair):
    assert bracket_pair(text, position) == pair


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        pytest.param("a\nb\nc", 2, 2, "a\n# b\nc", id="one-line"),
        pytest.param("a\nb\nc", 0, 3, "# a\n# b\nc", id="several"),
        pytest.param("a\nb\nc", 0, 2, "# a\nb\nc", id="selection-ends-at-line-start"),
        pytest.param("# a\n// b", 0, 8, "a\nb", id="back"),
        pytest.param("# a\nb", 0, 5, "# # a\n# b", id="mixed-comments-all"),
        pytest.param("  # a", 3, 3, "  a", id="indented"),
        pytest.param("a\n\nb", 0, 4, "# a\n\n# b", id="empty-lines-stay"),
        pytest.param("", 0, 0, "# ", id="empty-text"),
    ],
)
def test_comments_are_toggled_by_whole_lines(text, start, end, expected):
    change = toggle_comments(text, start, end)
    assert text[: change.start] + change.text + text[change.end :] == expected
