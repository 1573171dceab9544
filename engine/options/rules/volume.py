"""The contract must trade."""

from __future__ import annotations

from engine.options.quote import Quote
from engine.options.rule import Side, rule
from engine.options.rulebook import ContractRules


@rule("volume", order=40)
def volume(quote: Quote, side: Side, rules: ContractRules) -> str | None:  # noqa: ARG001 - the shape of a rule
    """Refuse fewer contracts traded that day than ``min_volume``; an unknown number is too few."""
    if rules.min_volume and not quote.volume >= rules.min_volume:
        return f"volume {quote.volume:.0f} below {rules.min_volume}"
    return None
