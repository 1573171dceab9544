"""A contract that is sold must bring something."""

from __future__ import annotations

from engine.options.quote import Quote
from engine.options.rule import Side, rule
from engine.options.rulebook import ContractRules


@rule("lowest_bid", order=20)
def lowest_bid(quote: Quote, side: Side, rules: ContractRules) -> str | None:
    """Refuse to sell for less than ``min_bid``."""
    if side < 0 and not quote.bid >= rules.min_bid:
        return f"bid {quote.bid:g} below {rules.min_bid:g}"
    return None
