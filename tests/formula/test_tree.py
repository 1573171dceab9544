"""Trees compare by what they say."""

import pytest

from engine.formula.tree import (
    Arithmetic,
    Call,
    Comparison,
    Formula,
    Line,
    Logic,
    Name,
    Not,
    Number,
    Offset,
    Span,
    children,
    logic,
    node_count,
    walk,
)

A, B, C = Name("a"), Name("b"), Name("c")


def test_where_a_node_stood_does_not_make_it_another_node():
    assert Name("a", Span(3, 4)) == Name("a", Span(9, 10))
    assert hash(Name("a", Span(3, 4))) == hash(Name("a", Span(9, 10)))


def test_logic_of_one_kind_is_one_node():
    assert logic("and", (logic("and", (A, B)), C)) == Logic("and", (A, B, C))
    assert logic("and", (A, logic("and", (B, C)))) == Logic("and", (A, B, C))
    assert logic("or", (logic("and", (A, B)), C)) == Logic("or", (Logic("and", (A, B)), C))


@pytest.mark.parametrize(
    ("node", "below"),
    [
        (Number(1.0), ()),
        (Call("f", (A, B)), (A, B)),
        (Offset(A, Number(1.0)), (A, Number(1.0))),
        (Not(A), (A,)),
        (Arithmetic("+", A, B), (A, B)),
        (Comparison(("<", "<"), (A, B, C)), (A, B, C)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_children_are_the_nodes_directly_below(node, below):
    assert children(node) == below


def test_walk_goes_from_left_to_right_without_recursion():
    deep = A
    for _ in range(5000):
        deep = Not(deep)
    assert sum(1 for _ in walk(deep)) == 5001
    assert list(walk(Arithmetic("+", A, Not(B)))) == [Arithmetic("+", A, Not(B)), A, Not(B), B]


def test_named_lines_count_as_nodes():
    assert node_count(Formula((Line("x", A),), Comparison((">",), (B, C)))) == 5
