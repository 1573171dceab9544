"""The functions that look beyond the symbol's own bars: ``tf``, ``sym``, ``csrank`` and ``detector``.

Their last argument is an expression that is computed elsewhere: over longer bars, over another symbol's bars, or for
every symbol of the job. Named lines inside it are computed there, too. Here: their names for editors and what the
checker asks of a call. Not here: how they are computed (``planner``, ``scene``; ranks are the scan's work).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.formula.frames import BARS, TIMEFRAMES
from engine.formula.term import Findings, Term, broken
from engine.formula.tree import Call, Name, Node, Text, children

if TYPE_CHECKING:
    from engine.formula.checker import Checker

MOST_RANKS = 3

_CODES = {
    spelling: code
    for code, spellings in {
        "D": ("d", "1d", "day", "daily"),
        "W": ("w", "1w", "week", "weekly"),
        "M": ("m", "1mo", "mo", "month", "monthly"),
        "Q": ("q", "1q", "quarter", "quarterly"),
        "Y": ("y", "1y", "year", "yearly"),
    }.items()
    for spelling in spellings
}
_INTRADAY = re.compile(r"(\d*)\s*(m|min|mins|minutes?|h|hours?|hourly)")
_LENGTHS = {frame.minutes: code for code, frame in TIMEFRAMES.items() if frame.is_intraday}


@dataclass(frozen=True, slots=True)
class AcrossFunction:
    """One of them, as completion shows it."""

    name: str
    signature: str
    summary: str


FUNCTIONS = (
    AcrossFunction(
        "csrank",
        "csrank(series)",
        "The percentile (0 to 100) of the series among all symbols of the job on that date",
    ),
    AcrossFunction(
        "detector",
        'detector("name", "EVENT")',
        "Whether a detector reports an event on the bar: any of its events, or the one that is named",
    ),
    AcrossFunction(
        "sym", 'sym("SYMBOL", expression)', "An expression over another symbol's bars, date by date"
    ),
    AcrossFunction(
        "tf",
        'tf("W", expression)',
        "An expression over longer bars, from 5m to 4h and D, W, M, Q, Y: always the last completed one",
    ),
)
NAMES = frozenset(function.name for function in FUNCTIONS)
_SIGNATURES = {function.name: function.signature for function in FUNCTIONS}


@dataclass(frozen=True, slots=True)
class Reach:
    """Which of them an expression uses, named lines included, and how deep ranks stand inside ranks."""

    uses: frozenset[str] = frozenset()
    ranks: int = 0


class Reaches:
    """The reach of expressions and of the named lines in ``lines``, each line's worked out once."""

    def __init__(self, lines: Mapping[str, Term]) -> None:
        self._lines = lines
        self._known: dict[str, Reach] = {}

    def of(self, node: Node) -> Reach:
        """Return an expression's reach."""
        if isinstance(node, Name):
            return self.of_line(node.name)
        inner = [self.of(child) for child in children(node)]
        uses = frozenset[str]().union(*(each.uses for each in inner))
        ranks = max((each.ranks for each in inner), default=0)
        if isinstance(node, Call) and node.function in NAMES:
            uses |= {node.function}
            ranks += node.function == "csrank"
        return Reach(uses, ranks)

    def of_line(self, name: str) -> Reach:
        """Return a named line's reach; nothing for a field."""
        if name not in self._lines:
            return Reach()
        if name not in self._known:
            self._known[name] = self.of(self._lines[name].node)
        return self._known[name]


def check_across(checker: Checker, node: Call) -> Term:
    """Check a call of one of them."""
    if node.function == "csrank":
        return _rank(checker, node)
    if node.function == "detector":
        return _detector(checker, node)
    if len(node.arguments) != 2:
        fix = f"{node.function} takes two arguments: {_SIGNATURES[node.function]}."
        checker.findings.error(node.span, fix)
        return broken(node.span)
    place, expression = _in_order(node.arguments)
    name = _timeframe(checker, place) if node.function == "tf" else _symbol(checker, place)
    term = checker.term(expression)
    if name is None or term.kind == "broken" or not _is_series(node.function, term, checker.findings):
        return broken(node.span)
    if (sentence := _nesting(node.function, checker.reaches.of(term.node))) is not None:
        checker.findings.error(node.span, sentence)
        return broken(node.span)
    history = term.history * BARS[name] if node.function == "tf" else term.history
    checked = Call(node.function, (Text(name, place.span), term.node), node.span, node.name_span)
    return replace(
        term,
        node=checked,
        span=node.span,
        history=history,
        scale=term.scale if node.function == "tf" else "own",
    )


def _in_order(arguments: Sequence[Node]) -> tuple[Node, Node]:
    first, second = arguments
    return (second, first) if isinstance(second, Text) and not isinstance(first, Text) else (first, second)


def _timeframe(checker: Checker, place: Node) -> str | None:
    text = _text(checker, place, '"W"')
    if text is None:
        return None
    folded = text.strip().lower()
    if folded in _CODES:
        return _CODES[folded]
    known = 'tf takes "5m", "15m", "30m", "1h", "2h", "4h", "D", "W", "M", "Q" or "Y".'
    sentence = f"There is no timeframe '{text}': {known}"
    if (found := _INTRADAY.fullmatch(folded)) is not None:
        minutes = int(found[1] or 1) * (60 if found[2].startswith("h") else 1)
        if minutes in _LENGTHS:
            return _LENGTHS[minutes]
        if minutes == 1:
            sentence = f"No bars are shorter than a minute's, so none can be joined to one: {known}"
    checker.findings.error(place.span, sentence)
    return None


def _symbol(checker: Checker, place: Node) -> str | None:
    text = _text(checker, place, f'"{checker.findings.words(place.span).upper()}"')
    if text is not None and not text.strip():
        checker.findings.error(place.span, 'Name the other symbol, such as sym("SPY", close).')
        return None
    return text.strip() if text is not None else None


def _text(checker: Checker, place: Node, example: str) -> str | None:
    """Return the text constant at that place, a parameter's included."""
    if isinstance(place, Name) and place.name not in checker.lines:
        checker.findings.error(place.span, f"This belongs in quotes: write {example}.", example)
        return None
    term = checker.term(place)
    if term.kind == "broken":
        return None
    if not isinstance(term.value, str):
        checker.findings.error(place.span, f"This must be a text in quotes, such as {example}.")
        return None
    return term.value


def _rank(checker: Checker, node: Call) -> Term:
    findings = checker.findings
    if len(node.arguments) != 1:
        findings.error(node.span, "csrank takes one series: csrank(roc(close, 126)).")
        return broken(node.span)
    term = checker.term(node.arguments[0])
    if term.kind == "broken" or not _is_series("csrank", term, findings):
        return broken(node.span)
    if term.kind != "number":
        fix = f"iif({findings.words(term.span)}, 1, 0)"
        findings.error(term.span, f"csrank ranks numbers, and this is a condition: count it as {fix}.", fix)
        return broken(node.span)
    if checker.reaches.of(term.node).ranks >= MOST_RANKS:
        findings.error(node.span, f"Ranks of ranks go {MOST_RANKS} deep at most: take one csrank away.")
        return broken(node.span)
    checked = Call("csrank", (term.node,), node.span, node.name_span)
    return Term(checked, node.span, "number", None, term.history)


def _detector(checker: Checker, node: Call) -> Term:
    """Check the texts; which detectors there are only a scan knows."""
    findings = checker.findings
    if len(node.arguments) not in {1, 2}:
        findings.error(
            node.span, 'detector takes a name, and an event if you like: detector("gap", "GAP_UP").'
        )
        return broken(node.span)
    names = [_text(checker, place, f'"{findings.words(place.span).lower()}"') for place in node.arguments]
    if None in names:
        return broken(node.span)
    texts = [(name or "").strip() for name in names]
    if not all(texts):
        findings.error(node.span, 'Name the detector, or its event, such as detector("gap", "GAP_UP").')
        return broken(node.span)
    cased = [texts[0].lower(), *(text.upper() for text in texts[1:])]
    spelled = tuple(Text(text, place.span) for text, place in zip(cased, node.arguments, strict=True))
    return Term(Call("detector", spelled, node.span, node.name_span), node.span, "truth")


def _is_series(function: str, term: Term, findings: Findings) -> bool:
    if term.kind == "text" or term.is_constant:
        findings.error(term.span, f"{function} needs a series, such as close: this is the same on every bar.")
        return False
    return True


def _nesting(function: str, inside: Reach) -> str | None:
    if "csrank" in inside.uses:
        return f"csrank cannot stand inside {function}: put {function} inside csrank."
    if function == "tf" and "tf" in inside.uses:
        return "tf cannot stand inside tf: write each over the bars of the scan."
    return None
