"""What the checker knows about one expression, and the list that it writes problems to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from engine.errors import Problem
from engine.formula.ranges import Range
from engine.formula.tree import Node, Number, Span

Kind = Literal["number", "truth", "text", "broken"]
PanelScale = Literal["price", "volume", "own"]


@dataclass(frozen=True, slots=True)
class Term:
    """A checked expression.

    ``node`` is its normalised tree, ``span`` where it stood in the text. ``value`` is set for constants only.
    ``history`` counts the bars up to the first one on which it can be known. ``broken`` terms have been reported and
    pass every later check.
    """

    node: Node
    span: Span
    kind: Kind
    value: float | str | None = None
    history: int = 1
    scale: PanelScale = "own"

    @property
    def is_constant(self) -> bool:
        """Whether the value is known before any bar is read."""
        return self.value is not None

    @property
    def number(self) -> float | None:
        """The value of a number constant, else None."""
        return self.value if isinstance(self.value, float) and self.kind == "number" else None


@dataclass(slots=True)
class Findings:
    """Problems and warnings in the order in which they are found, about one text.

    ``ranges`` keeps what values the named lines can take, once that was asked.
    """

    text: str
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    ranges: dict[str, Range] = field(default_factory=dict)

    def error(self, span: Span, message: str, fix: str | None = None) -> None:
        """Note what makes the formula unusable."""
        self.problems.append(Problem(span.start, span.end, message, "error", fix))

    def warn(self, span: Span, message: str, fix: str | None = None) -> None:
        """Note what is doubtful."""
        self.warnings.append(Problem(span.start, span.end, message, "warning", fix))

    def words(self, span: Span) -> str:
        """Return the text at a place, as the user wrote it."""
        return self.text[span.start : span.end]


def broken(span: Span) -> Term:
    """Return the term that stands for an expression with a reported problem."""
    return Term(Number(0.0, span), span, "broken")
