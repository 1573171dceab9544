"""Text to tree: precedence, positions, and a sentence for every mistake."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.formula.parser import LONGEST_TEXT, MOST_NODES, parse
from engine.formula.printer import print_formula
from engine.formula.tree import Arithmetic, Comparison, Logic, Name, Not, Number, walk


def final(text):
    parsed = parse(text)
    assert parsed.problems == ()
    return parsed.formula.final


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("a / b * c % d", "((a / b) * c) % d"),
        ("a ^ b ^ c", "a ^ (b ^ c)"),
        ("-a ^ b", "-(a ^ b)"),
        ("a ^ -b ^ c", "a ^ (-(b ^ c))"),
        ("-a * b", "(-a) * b"),
        ("a + b > c * d", "(a + b) > (c * d)"),
        ("not a > b", "not (a > b)"),
        ("not a and b or c", "((not a) and b) or c"),
        ("a or b and c", "a or (b and c)"),
        ("! a && b || c", "not a and b or c"),
        ("a = b", "a == b"),
        ("a <> b", "a != b"),
        ("A.X[1]", "(a.x)[1]"),
        ("+a", "a"),
        ("1_000.5e-3", "1.0005"),
        ("- 5", "-5"),
        ("android", "ANDROID"),
    ],
    ids=repr,
)
def test_operators_bind_as_the_specification_says(text, same):
    assert final(text) == final(same)


def test_a_chain_is_one_comparison():
    assert final("1 < a <= 2") == Comparison(("<", "<="), (Number(1.0), Name("a"), Number(2.0)))


def test_a_negative_literal_is_a_number():
    assert final("-5") == Number(-5.0)
    assert final("2 ^ -1") == Arithmetic("^", Number(2.0), Number(-1.0))
    assert final("(-2) ^ 2") != final("-2 ^ 2")


def test_words_that_begin_like_keywords_are_names():
    assert final("nothing") == Name("nothing")
    assert final("not hing") == Not(Name("hing"))
    assert final("order and oreo") == Logic("and", (Name("order"), Name("oreo")))


def test_every_node_knows_where_it_stood():
    text = "fast := ema(close, 12)\n( fast )[2] > -Open + macd(1).HIST"
    parsed = parse(text)
    words = {text[node.span.start : node.span.end] for node in walk(parsed.formula.final)}
    wanted = {text[23:], "( fast )[2]", "( fast )", "2", "-Open + macd(1).HIST", "-Open", "Open"}
    assert words == wanted | {"macd(1).HIST", "macd(1)", "1"}


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("", (0, 0), "empty"),
        ("# nothing\n", (0, 10), "empty"),
        ("close >", (6, 7), "something is missing"),
        ("close > > 5", (6, 9), "no comparison"),
        ("close => 5", (6, 8), "write '>='"),
        ("close open", (6, 10), "operator is missing"),
        ("close > 5, open > 3", (9, 10), "only separates the arguments"),
        ("sma(, 5)", (4, 5), "argument is missing"),
        ("sma(close, )", (11, 12), "value is missing"),
        ("() > 5", (1, 2), "value is missing"),
        ("x := 5 > 3", (0, 10), "comes the condition itself"),
        ("close > 5\nopen > 3", (0, 9), "Only the last statement"),
        ("close > (x := 5)", (11, 13), "names a whole line"),
        ("macd(close). > 5", (13, 14), "name of an output"),
        ("and close", (0, 3), "cannot stand here"),
        ("lambda x: x", (8, 9), "':' has no meaning"),
        ("f'{close}' > 5", (1, 10), "operator is missing"),
        ("close if open else high", (6, 8), "operator is missing"),
    ],
    ids=repr,
)
def test_a_mistake_is_reported_where_it_is(text, where, words):
    problem = parse(text).problems[0]
    assert words in problem.message
    assert (problem.start, problem.end) == where


def test_a_mistake_in_one_line_does_not_hide_those_in_the_next():
    assert [problem.start for problem in parse("a := close >\n;b := ) ; c >").problems] == [11, 19, 25]


def test_too_long_a_text_is_refused_in_a_sentence():
    problem = parse("close > " + "1" * LONGEST_TEXT).problems[0]
    assert "10,000" in problem.message


def test_too_many_terms_are_refused_in_a_sentence():
    text = " and ".join(["close > 1"] * MOST_NODES)
    assert str(MOST_NODES) in parse(text).problems[0].message
    assert parse(" + ".join(["c"] * 240) + " > 1").problems == ()


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet=string.printable + "≥“é\x00", max_size=60))
def test_random_characters_never_break_the_parser(text):
    parsed = parse(text)
    assert (parsed.formula is None) == bool(parsed.problems)
    assert all(0 <= problem.start <= problem.end <= len(text) for problem in parsed.problems)


WORDS = st.sampled_from(
    [
        "close",
        "open",
        "sma",
        "rsi",
        "(",
        ")",
        "[",
        "]",
        ",",
        ";",
        ".",
        ":=",
        "and",
        "or",
        "not",
        "!",
        "&&",
        "||",
        "<",
        "<=",
        "==",
        "<>",
        "+",
        "-",
        "*",
        "/",
        "%",
        "^",
        "1",
        "20",
        "0.5",
        "'ema'",
        ":n\n",
        "true",
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_what_parses_prints_and_parses_to_the_same_tree(text):
    parsed = parse(text)
    if parsed.formula is not None:
        assert parse(print_formula(parsed.formula)).formula == parsed.formula
