"""Text to tree, by the tables of ``grammar.lark``, statement by statement.

Each statement is parsed on its own, so that a mistake in one does not hide those in the next. The parser is built
once per process, when the first text arrives; workers never build one.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from lark import Transformer

from engine.errors import Problem
from engine.formula.layout import Statement, split_statements
from engine.formula.syntax import Syntax, Token
from engine.formula.tree import (
    Arithmetic,
    Call,
    Comparison,
    Formula,
    Line,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Offset,
    Output,
    Parameter,
    Span,
    Text,
    Truth,
    logic,
    node_count,
)

LONGEST_TEXT = 10_000
MOST_NODES = 500

_EQUALS = {"=": "==", "<>": "!="}
_VALUES = frozenset({"NUMBER", "TEXT", "PARAMETER", "NAME", "RPAR", "RSQB"})
_BEGINNINGS = frozenset({"NUMBER", "TEXT", "PARAMETER", "NAME", "LPAR", "NOT"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came out of a text: the formula, or None when a problem says why not, and the warnings."""

    formula: Formula | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def parse(text: str) -> Parsed:
    """Parse a text; what is wrong with it is in the result, nothing is raised."""
    if len(text) > LONGEST_TEXT:
        sentence = (
            f"The formula has {len(text):,} characters; more than {LONGEST_TEXT:,} are not read. Shorten it."
        )
        return Parsed(None, (Problem(LONGEST_TEXT, len(text), sentence),), ())
    syntax = _syntax()
    statements, found = split_statements(list(syntax.tokens(text)))
    parsed: list[tuple[Statement, Any]] = []
    for statement in statements:
        result = None if statement.is_broken else _parse_statement(syntax, statement, found)
        parsed.append((statement, result))
    formula = _assemble(text, parsed, found)
    if formula is not None and (count := node_count(formula)) > MOST_NODES:
        sentence = (
            f"The formula has {count:,} terms; more than {MOST_NODES} are not read. Split it into two scans."
        )
        found.append(Problem(0, len(text), sentence))
    problems = tuple(sorted((p for p in found if p.severity == "error"), key=_place))
    warnings = tuple(sorted((p for p in found if p.severity == "warning"), key=_place))
    return Parsed(None if problems else formula, problems, warnings)


def _place(problem: Problem) -> tuple[int, int]:
    return problem.start, problem.end


def _assemble(text: str, parsed: list[tuple[Statement, Any]], found: list[Problem]) -> Formula | None:
    """Put named lines and final expression together; only the last statement may go without a name."""
    if not parsed:
        if not found:
            found.append(
                Problem(0, len(text), "The formula is empty: type a condition, such as close > sma(200).")
            )
        return None
    lines = []
    for _, result in parsed[:-1]:
        if isinstance(result, Line):
            lines.append(result)
        elif result is not None:
            sentence = (
                "Only the last statement stands without a name: join this one to it with 'and', or name it "
                "with 'name := …'."
            )
            found.append(Problem(result.span.start, result.span.end, sentence))
    statement, last = parsed[-1]
    if isinstance(last, Line):
        end = statement.tokens[-1].end_pos
        sentence = (
            f"After the named lines comes the condition itself: add a last line, such as {last.name} > 0."
        )
        found.append(Problem(last.name_span.start, end, sentence))
        return None
    return Formula(tuple(lines), last) if last is not None else None


def _parse_statement(syntax: Syntax, statement: Statement, found: list[Problem]) -> Line | Node | None:
    """Parse one statement; a token that does not fit ends it with a problem."""
    tokens = statement.tokens
    result: Line | Node | None
    result, misfit = syntax.parse(tokens)
    if misfit == len(tokens):
        last = tokens[-1]
        sentence = f"After '{last}' something is missing: a value or a call."
        found.append(Problem(last.start_pos, last.end_pos, sentence))
    elif misfit is not None:
        found.append(_misplaced(tokens[misfit], tokens[misfit - 1] if misfit else None))
    return result


def _misplaced(token: Token, before: Token | None) -> Problem:  # noqa: PLR0911  one return per mistake
    start, end = token.start_pos, token.end_pos
    follows_value = before is not None and before.type in _VALUES
    if token.type == "COMMA":
        sentence = (
            "A comma only separates the arguments of a function; conditions are joined with 'and' or 'or'."
        )
        return Problem(start, end, sentence if follows_value else "Before this comma an argument is missing.")
    if token.type == "ASSIGN":
        return Problem(
            start, end, "':=' names a whole line: write 'name := expression' on a line of its own."
        )
    if token.type == "COMPARE" and before is not None and before.type == "COMPARE":
        fix = f"{token}{before}" if str(before) == "=" and str(token) in {"<", ">"} else None
        sentence = f"'{before}{token}' is no comparison" + (
            f": write '{fix}'." if fix else ": use one of < <= > >= == !=."
        )
        return Problem(before.start_pos, end, sentence, fix=fix)
    if follows_value and token.type in _BEGINNINGS:
        sentence = f"Between '{before}' and '{token}' an operator is missing, such as 'and', '>' or ','."
        return Problem(start, end, sentence)
    if token.type in {"RPAR", "RSQB"} and before is not None and not follows_value:
        return Problem(start, end, f"Before this '{token}' a value is missing.")
    if before is not None and before.type == "DOT":
        return Problem(start, end, "After the point comes the name of an output, as in macd(12, 26, 9).hist.")
    after = "" if before is None else f" after '{before}'"
    return Problem(start, end, f"'{token}' cannot stand here{after}: a value is missing before it.")


@functools.cache
def _syntax() -> Syntax:
    return Syntax(_Builder())


def _of(token: Token) -> Span:
    return Span(token.start_pos, token.end_pos)


def _between(first: Any, last: Any) -> Span:
    start = _of(first) if isinstance(first, Token) else first.span
    end = _of(last) if isinstance(last, Token) else last.span
    return Span(start.start, end.end)


def _left_to_right(make: Callable[[str, Node, Node, Span], Node], parts: list[Any]) -> Node:
    node: Node = parts[0]
    for operator, right in zip(parts[1::2], parts[2::2], strict=True):
        node = make(str(operator), node, right, _between(node, right))
    return node


class _Builder(Transformer[Token, Any]):
    """One method per rule of the grammar; gets the rule's parts, returns a node."""

    def named_line(self, parts: list[Any]) -> Line:
        name, _, expression = parts
        return Line(str(name).lower(), expression, _between(name, expression), _of(name))

    def expression(self, parts: list[Any]) -> Node:
        node: Node = parts[0]
        return node

    def disjunction(self, parts: list[Any]) -> Node:
        return logic("or", tuple(parts[::2]), _between(parts[0], parts[-1]))

    def conjunction(self, parts: list[Any]) -> Node:
        return logic("and", tuple(parts[::2]), _between(parts[0], parts[-1]))

    def negated(self, parts: list[Any]) -> Node:
        return Not(parts[1], _between(*parts))

    def comparison(self, parts: list[Any]) -> Node:
        operators = tuple(_EQUALS.get(str(operator), str(operator)) for operator in parts[1::2])
        return Comparison(operators, tuple(parts[::2]), _between(parts[0], parts[-1]))

    def sum(self, parts: list[Any]) -> Node:
        return _left_to_right(Arithmetic, parts)

    def product(self, parts: list[Any]) -> Node:
        return _left_to_right(Arithmetic, parts)

    def power(self, parts: list[Any]) -> Node:
        return _left_to_right(Arithmetic, parts)

    def negative(self, parts: list[Any]) -> Node:
        operand: Node = parts[1]
        span = _between(*parts)
        if isinstance(operand, Number):
            return Number(-operand.value if operand.value else 0.0, span)
        return Negative(operand, span)

    def positive(self, parts: list[Any]) -> Node:
        node: Node = replace(parts[1], span=_between(*parts))
        return node

    def offset(self, parts: list[Any]) -> Node:
        source, _, bars, closing = parts
        return Offset(source, bars, _between(source, closing), bars.span)

    def output(self, parts: list[Any]) -> Node:
        source, _, name = parts
        return Output(source, str(name).lower(), _between(source, name), _of(name))

    def number(self, parts: list[Any]) -> Node:
        value = float(str(parts[0]).replace("_", ""))
        # 1e999 stays a number of the tree; the checker says that it is too large.
        return Number(value if math.isfinite(value) else math.inf, _of(parts[0]))

    def text(self, parts: list[Any]) -> Node:
        return Text(str(parts[0])[1:-1], _of(parts[0]))

    def parameter(self, parts: list[Any]) -> Node:
        return Parameter(str(parts[0])[1:].lower(), _of(parts[0]))

    def name(self, parts: list[Any]) -> Node:
        word = str(parts[0]).lower()
        span = _of(parts[0])
        return Truth(word == "true", span) if word in {"true", "false"} else Name(word, span)

    def call(self, parts: list[Any]) -> Node:
        name, *_ = parts
        arguments = tuple(part for part in parts[1:] if not isinstance(part, Token))
        return Call(str(name).lower(), arguments, _between(name, parts[-1]), _of(name))

    def group(self, parts: list[Any]) -> Node:
        node: Node = replace(parts[1], span=_between(parts[0], parts[2]))
        return node
