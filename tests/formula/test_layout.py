"""What a new line means, and what no parser needs to see."""

import pytest

from engine.formula.layout import DEEPEST
from engine.formula.parser import parse
from engine.formula.printer import print_formula


def canonical(text):
    parsed = parse(text)
    assert parsed.problems == ()
    return print_formula(parsed.formula)


@pytest.mark.parametrize(
    "text",
    [
        "close > open\nand high > low",
        "close > open and\nhigh > low",
        "close > open  // why\n\n  AND high > low # and so on",
        "(close > open\nand\n high > low)",
        "close > open && high > low;",
        "\n\nclose > open and high > low\n;\n",
        "close >\r\nopen\r\nand high > low",
        "close\n> open and high\n>\nlow",
    ],
    ids=range(8),
)
def test_a_new_line_beside_an_operator_or_in_brackets_means_nothing(text):
    assert canonical(text) == "close > open and high > low"


def test_a_new_line_inside_a_call_or_an_offset_means_nothing():
    assert canonical("sma(\nclose,\n20\n)[\n1\n] > 3") == "sma(close, 20)[1] > 3"


@pytest.mark.parametrize("separator", ["\n", ";", ";\n", "\n\n", " # comment\n"], ids=repr)
def test_named_lines_are_separated_by_new_lines_or_semicolons(separator):
    assert canonical(f"a := close{separator}a > open") == "a := close\na > open"


@pytest.mark.parametrize("sign", ["+", "-"])
def test_a_line_that_begins_with_a_sign_is_a_statement_and_is_warned_about(sign):
    parsed = parse(f"a := close\n{sign} 5 > a")
    assert [warning.start for warning in parsed.warnings] == [11]
    assert "starts a new statement" in parsed.warnings[0].message
    assert parsed.formula is not None


@pytest.mark.parametrize(
    ("text", "where", "fix"),
    [
        ("close ≥ open", (6, 7), ">="),
        ("close > 5 – 3", (10, 11), "-"),
        ("сlose > 5", (0, 1), "c"),
        ("close >\u00a05", (7, 8), " "),
        ("close\u200b > 5", (5, 6), ""),
        ("close > 5 & open > 3", (10, 11), "and"),
        ("close > 5 | open > 3", (10, 11), "or"),
        ("close > 5?", (9, 10), ""),
        ("bbands(20, 2, 2, “ema”) > 5", (17, 18), '"'),
    ],
    ids=repr,
)
def test_a_foreign_character_is_reported_with_what_to_write_instead(text, where, fix):
    problem = parse(text).problems[0]
    assert (problem.start, problem.end, problem.fix) == (*where, fix)


def test_every_foreign_character_is_reported():
    assert [problem.start for problem in parse("close ≥ 5 and open ≤ 3").problems] == [6, 19]


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("(close > 5", (0, 1), "never closed: add ')'"),
        ("close > 5)", (9, 10), "closes nothing"),
        ("(close[1) > 5", (6, 7), "never closed: add ']'"),
        ("close[1) > 5", (7, 8), "is closed by ']'"),
        ("sma(close, 5; close > 3", (3, 4), "never closed"),
        ("close > 5 and 'abc", (14, 15), "not closed"),
        ("close > 12abc", (8, 13), "neither a number nor a name"),
        ("close > 1__0", (8, 12), "neither a number nor a name"),
    ],
    ids=repr,
)
def test_brackets_and_quotes_without_a_partner_are_reported_where_they_stand(text, where, words):
    problem = parse(text).problems[0]
    assert (problem.start, problem.end) == where
    assert words in problem.message


@pytest.mark.parametrize("opening", ["(", "not ", "-", "abs("], ids=repr)
def test_nesting_is_refused_before_it_is_parsed(opening):
    parsed = parse(opening * (DEEPEST + 1) + "close")
    assert parsed.formula is None
    assert "levels deep" in parsed.problems[0].message


def test_64_levels_are_read():
    assert parse("(" * DEEPEST + "close" + ")" * DEEPEST + " > 5").problems == ()
