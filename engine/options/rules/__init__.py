"""The contract rules, one file each; each registers itself while this package is imported."""

from __future__ import annotations

from engine.options.quote import Quote
from engine.options.rule import CONTRACT_RULES, ContractRule, Side
from engine.options.rulebook import ContractRules
from engine.registry import discover

__all__ = ["CONTRACT_RULES", "broken_rule"]

discover(__name__)

_IN_ORDER: tuple[ContractRule, ...] = tuple(sorted(CONTRACT_RULES, key=lambda each: each.order))


def broken_rule(quote: Quote, side: Side, rules: ContractRules) -> str | None:
    """Return the first reason why a quote may not be bought or sold, or None."""
    for each in _IN_ORDER:
        reason = each.broken(quote, side, rules)
        if reason is not None:
            return reason
    return None
