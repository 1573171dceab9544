"""Others must hold the contract too."""

from __future__ import annotations

from engine.options.quote import Quote
from engine.options.rule import Side, rule
from engine.options.rulebook import ContractRules


@rule("open_interest", order=30)
def open_interest(quote: Quote, side: Side, rules: ContractRules) -> str | None:  # noqa: ARG001 - the shape of a rule
    """Refuse fewer open contracts than ``min_open_interest``; an unknown number is too few."""
    if rules.min_open_interest and not quote.open_interest >= rules.min_open_interest:
        return f"open interest {quote.open_interest:.0f} below {rules.min_open_interest}"
    return None
