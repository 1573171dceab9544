"""The syntax tree: small immutable nodes that compare and hash by what they say, not by where they stand.

Here: the nodes and how to walk them. Not here: text (``printer``), meaning (``checker``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias


class Span(NamedTuple):
    """Character offsets into the text that was parsed, ``end`` exclusive."""

    start: int
    end: int


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Number:
    """A number constant; negative when a minus sign stands before a literal."""

    value: float
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A text constant, without its quotes."""

    value: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Truth:
    """``true`` or ``false``."""

    value: bool
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A field of the bars or a named line, in lower case."""

    name: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """``:name``, a value that the job supplies."""

    name: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """``function(arguments)``; the name is in lower case."""

    function: str
    arguments: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    name_span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Output:
    """``source.name``: one of several results."""

    source: Node
    name: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    name_span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Offset:
    """``source[bars]``: the value some bars ago."""

    source: Node
    bars: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    bars_span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """``-operand``, where the operand is not a literal number."""

    operand: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left operator right`` with one of ``+ - * / % ^``."""

    operator: str
    left: Node
    right: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``a < b``, or a chain ``a < b <= c``; one operator fewer than operands."""

    operators: tuple[str, ...]
    operands: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """``not operand``."""

    operand: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """``a and b and c``: two or more operands, none of them a Logic with the same operator."""

    operator: str
    operands: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Node: TypeAlias = (
    Number
    | Text
    | Truth
    | Name
    | Parameter
    | Call
    | Output
    | Offset
    | Negative
    | Arithmetic
    | Comparison
    | Not
    | Logic
)


@dataclass(frozen=True, slots=True)
class Line:
    """``name := expression``."""

    name: str
    expression: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    name_span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Formula:
    """Named lines, then the expression that counts."""

    lines: tuple[Line, ...]
    final: Node


def logic(operator: str, operands: tuple[Node, ...], span: Span = NOWHERE) -> Logic:
    """Join operands by ``and`` or ``or``; operands that are joined by the same word are taken apart first."""
    flat: list[Node] = []
    for operand in operands:
        if isinstance(operand, Logic) and operand.operator == operator:
            flat += operand.operands
        else:
            flat.append(operand)
    return Logic(operator, tuple(flat), span)


def children(node: Node) -> tuple[Node, ...]:  # noqa: PLR0911  one return per kind of node
    """Return the nodes directly under ``node``, from left to right."""
    match node:
        case Call(arguments=arguments):
            return arguments
        case Output(source=source):
            return (source,)
        case Offset(source=source, bars=bars):
            return (source, bars)
        case Negative(operand=operand) | Not(operand=operand):
            return (operand,)
        case Arithmetic(left=left, right=right):
            return (left, right)
        case Comparison(operands=operands) | Logic(operands=operands):
            return operands
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield ``node`` and everything under it, without recursion."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def node_count(formula: Formula) -> int:
    """Return how many nodes the formula has, a named line counting as one more."""
    roots = [formula.final, *(line.expression for line in formula.lines)]
    return len(formula.lines) + sum(1 for root in roots for _ in walk(root))
