"""The series of a formula: what becomes a column of the results and a line on the chart.

In order: the user's columns, the named lines, the indicators that the formula calls. None appears twice: an
indicator that a line or a column already is gets no second series. Not here: values (``evaluator``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.formula import across
from engine.formula.functions import index
from engine.formula.functions.definition import Function
from engine.formula.plan import Step
from engine.formula.planner import Planner
from engine.formula.printer import print_node
from engine.formula.term import PanelScale, Term
from engine.formula.tree import Call, Formula, Name, Node, Output, children
from engine.indicators.catalogue import Style

SeriesKind = Literal["column", "line", "indicator"]

_ORDERED = frozenset({"<", "<=", ">", ">=", "==", "!="})
_CROSSES = frozenset({"cross_above", "cross_below", "crosses"})


@dataclass(frozen=True, slots=True)
class Display:
    """How a chart should draw a series; ``levels`` are the constants that the formula compares it with."""

    panel: PanelScale
    style: Style
    levels: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """One series: its name, its canonical text, and what it is."""

    name: str
    expression: str
    kind: SeriesKind
    role: Literal["number", "truth"]
    display: Display


@dataclass(frozen=True, slots=True)
class Candidate:
    """A checked expression that may become a series, its term in the plan, and the named lines that it may use.

    ``owner`` is its formula's name where there are several.
    """

    name: str
    kind: SeriesKind
    checked: Term
    number: int
    lines: Mapping[str, Term] = field(default_factory=dict)
    owner: str = ""


def indicator_calls(formula: Formula) -> Iterator[Node]:
    """Yield the outermost indicator calls with number results, lines first, each as often as it is written."""
    for root in (*(line.expression for line in formula.lines), formula.final):
        yield from _outermost(root)


def _outermost(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        function = _function_of(node)
        if function is not None and function.is_indicator:
            yield node
        elif isinstance(node, Call) and node.function in across.NAMES:
            yield node  # what stands inside is computed elsewhere
        else:
            waiting.extend(reversed(children(node)))


def series_of(
    candidates: Sequence[Candidate], planner: Planner
) -> tuple[tuple[SeriesInfo, ...], tuple[int, ...]]:
    """Return the series in order, and the term of each.

    Where two formulas write one text and mean two things by it, because their named lines differ, the second gets the
    formula's name in front.
    """
    levels = compared_levels(planner.terms)
    infos: list[SeriesInfo] = []
    numbers: list[int] = []
    known: dict[str, int] = {}
    for candidate in candidates:
        if candidate.kind != "column" and known.get(candidate.name) == candidate.number:
            continue
        if candidate.kind == "indicator" and candidate.number in numbers:
            continue
        taken = candidate.name in known
        name = f"{candidate.owner or 'formula'}.{candidate.name}" if taken else candidate.name
        known[name] = candidate.number
        checked = candidate.checked
        display = Display(
            checked.scale if checked.kind == "number" else "own",
            _style(checked, candidate.lines),
            levels.get(candidate.number, ()),
        )
        role: Literal["number", "truth"] = "truth" if checked.kind == "truth" else "number"
        infos.append(SeriesInfo(name, print_node(checked.node), candidate.kind, role, display))
        numbers.append(candidate.number)
    return tuple(infos), tuple(numbers)


def compared_levels(terms: Sequence[Step]) -> dict[int, tuple[float, ...]]:
    """Return for each term the constants that it is compared with or crosses, ascending."""
    found: dict[int, set[float]] = {}
    for term in terms:
        crosses = term.operation == "call" and term.constants[0] in _CROSSES
        if not crosses and term.operation not in _ORDERED:
            continue
        left, right = term.inputs
        for one, other in ((left, right), (right, left)):
            level = _constant(terms, other)
            if level is not None and _constant(terms, one) is None:
                found.setdefault(_without_offset(terms, one), set()).add(level)
    return {number: tuple(sorted(levels)) for number, levels in found.items()}


def _constant(terms: Sequence[Step], number: int) -> float | None:
    term = terms[number]
    if term.operation == "number":
        return float(term.constants[0])
    if term.operation == "negative" and (inner := _constant(terms, term.inputs[0])) is not None:
        return -inner
    return None


def _without_offset(terms: Sequence[Step], number: int) -> int:
    while terms[number].operation == "ago":
        number = terms[number].inputs[0]
    return number


def _style(checked: Term, lines: Mapping[str, Term]) -> Style:
    if checked.kind == "truth":
        return "dots"
    node = checked.node
    while isinstance(node, Name) and node.name in lines:
        node = lines[node.name].node
    function = _function_of(node)
    if function is None:
        return "line"
    if isinstance(node, Output):
        return function.outputs[function.output_named(node.name) or 0].style
    return function.style


def _function_of(node: Node) -> Function | None:
    call = node.source if isinstance(node, Output) else node
    return index.find(call.function) if isinstance(call, Call) else None
