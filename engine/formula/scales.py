"""On which scale a chart should draw an expression: the price's, the volume's, or one of its own."""

from __future__ import annotations

from collections.abc import Sequence

from engine.formula.term import PanelScale, Term


def common_scale(terms: Sequence[Term]) -> PanelScale:
    """Return the scale that all numbers among ``terms`` share."""
    scales = {term.scale for term in terms if term.kind == "number"}
    return scales.pop() if len(scales) == 1 else "own"


def arithmetic_scale(operator: str, left: Term, right: Term) -> PanelScale:
    """Return the scale of ``left operator right``: a level moved or stretched is still a level.

    The difference and the ratio of two prices are on a scale of their own; a price plus something else, such as a
    multiple of the range, is a price.
    """
    if operator in {"*", "/"} and right.is_constant:
        return left.scale
    if operator == "*" and left.is_constant:
        return right.scale
    if operator not in {"+", "-"}:
        return "own"
    if left.scale == right.scale:
        return left.scale if operator == "+" else "own"
    if left.scale == "own":
        return right.scale if operator == "+" else "own"
    return left.scale if right.scale == "own" else "own"
