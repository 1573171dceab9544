"""A contract must have a bid and an ask that make sense."""

from __future__ import annotations

from engine.options.quote import Quote
from engine.options.rule import Side, rule
from engine.options.rulebook import ContractRules


@rule("quoted", order=10)
def quoted(quote: Quote, side: Side, rules: ContractRules) -> str | None:  # noqa: ARG001 - the shape of a rule
    """Refuse a missing or crossed quote."""
    if not quote.ask > 0 or not quote.bid >= 0:
        return "no bid or no ask"
    if quote.bid > quote.ask:
        return f"crossed market: bid {quote.bid:g} above ask {quote.ask:g}"
    return None
