"""Getting in and out must not cost too much."""

from __future__ import annotations

from engine.options.quote import Quote
from engine.options.rule import Side, rule
from engine.options.rulebook import ContractRules


@rule("spread", order=50)
def spread(quote: Quote, side: Side, rules: ContractRules) -> str | None:  # noqa: ARG001 - the shape of a rule
    """Refuse a spread over ``max_spread_percent`` of the middle."""
    if not quote.spread_percent <= rules.max_spread_percent:
        return f"spread {quote.spread_percent:.1f} % over {rules.max_spread_percent:g} %"
    return None
