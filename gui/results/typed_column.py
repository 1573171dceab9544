"""A column as it is typed: ``momentum := roc(close, 20)``, or the formula alone, which is then its own name.

Here: taking the text apart, and what a check says about it. No Qt. Not here: the check, which the panel is given.
"""

from __future__ import annotations

from dataclasses import dataclass

ASSIGN = ":="


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """A name, a formula, and where the formula begins in the text."""

    name: str
    formula: str
    start: int = 0

    @property
    def text(self) -> str:
        """The column as one would type it."""
        return self.formula if self.name == self.formula else f"{self.name} {ASSIGN} {self.formula}"


@dataclass(frozen=True, slots=True)
class ColumnCheck:
    """What is known about a typed column: a problem and its place in the text, or what it will be."""

    problem: str = ""
    start: int = 0
    end: int = 0
    note: str = ""


def read_column(text: str) -> TypedColumn | None:
    """Take a text apart; None while it is empty. A name without a formula has an empty formula."""
    name, assign, formula = text.partition(ASSIGN)
    if not assign:
        name, formula = text.strip(), text
    if not name.strip() and not formula.strip():
        return None
    start = len(text) - len(formula) + len(formula) - len(formula.lstrip())
    return TypedColumn(" ".join(name.split()), formula.strip(), start)
