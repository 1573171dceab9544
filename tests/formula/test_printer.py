"""The one text of a tree."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.formula.parser import parse
from engine.formula.printer import print_formula, print_node, print_number
from engine.formula.tree import (
    Arithmetic,
    Call,
    Comparison,
    Formula,
    Line,
    Name,
    Negative,
    Not,
    Number,
    Offset,
    Output,
    Parameter,
    Text,
    Truth,
    logic,
)

LEAVES = st.one_of(
    st.floats(-1e6, 1e6).map(lambda value: Number(value + 0.0)),
    st.integers(0, 50).map(lambda value: Number(float(value))),
    st.sampled_from([Name("close"), Name("x"), Parameter("n"), Truth(value=True), Text("ema"), Text('a"b')]),
)


def negative(node):
    return Number(0.0 - node.value) if isinstance(node, Number) else Negative(node)


def above(nodes):
    pairs = st.tuples(nodes, nodes)
    return st.one_of(
        st.builds(lambda op, pair: Arithmetic(op, *pair), st.sampled_from("+-*/%^"), pairs),
        st.builds(logic, st.sampled_from(["and", "or"]), pairs),
        st.builds(lambda op, pair: Comparison((op,), pair), st.sampled_from(["<", ">=", "==", "!="]), pairs),
        st.builds(Comparison, st.just(("<", "<=")), st.tuples(nodes, nodes, nodes)),
        st.builds(Not, nodes),
        st.builds(negative, nodes),
        st.builds(Call, st.just("sma"), pairs),
        st.builds(lambda node: Output(node, "hist"), nodes),
        st.builds(lambda pair: Offset(*pair), pairs),
    )


@settings(max_examples=300, deadline=None)
@given(st.recursive(LEAVES, above, max_leaves=12), st.recursive(LEAVES, above, max_leaves=4))
def test_a_printed_tree_parses_to_itself(final, named):
    formula = Formula((Line("x", named),), final)
    assert parse(print_formula(formula)).formula == formula


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("((a))+((b*c))", "a + b * c"),
        ("(a+b)*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("a-b-c", "a - b - c"),
        ("(a^b)^c", "(a ^ b) ^ c"),
        ("2^-1", "2 ^ -1"),
        ("(a>b)[1]", "(a > b)[1]"),
        ("NOT(a AND b)", "not (a and b)"),
        ("a==b", "a == b"),
    ],
    ids=repr,
)
def test_no_bracket_more_than_needed(text, printed):
    assert print_node(parse(text).formula.final) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [(20.0, "20"), (1.5, "1.5"), (-3.0, "-3"), (1e-05, "1e-05"), (1e22, "1e+22")],
    ids=str,
)
def test_numbers_print_as_short_as_they_can(value, printed):
    assert print_number(value) == printed
