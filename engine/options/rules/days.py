"""The contract must expire in the wanted window."""

from __future__ import annotations

from engine.options.quote import Quote
from engine.options.rule import Side, rule
from engine.options.rulebook import ContractRules


@rule("days", order=60)
def days(quote: Quote, side: Side, rules: ContractRules) -> str | None:  # noqa: ARG001 - the shape of a rule
    """Refuse fewer days to expiry than ``min_days`` or more than ``max_days``."""
    if not rules.min_days <= quote.days <= rules.max_days:
        return f"{quote.days} days to expiry, wanted {rules.min_days} to {rules.max_days}"
    return None
