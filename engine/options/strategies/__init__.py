"""The strategies, one file each; each registers itself while this package is imported."""

from __future__ import annotations

from engine.options.strategy import STRATEGIES, Strategy
from engine.registry import discover

__all__ = ["STRATEGIES", "strategy_named"]

# What other programs and the users' own tables call them.
ALIASES = {
    "call": "long_call",
    "put": "long_put",
    "bullish": "long_call",
    "bearish": "long_put",
    "bull_call": "bull_call_spread",
    "bear_put": "bear_put_spread",
    "bull_put": "bull_put_spread",
    "bear_call": "bear_call_spread",
    "csp": "cash_secured_put",
    "condor": "iron_condor",
    "long_straddle": "straddle",
    "long_strangle": "strangle",
}


def strategy_named(name: str) -> Strategy:
    """Return a strategy by its name as people write it: any case, spaces or dashes, or a common other name.

    Raises UnknownNameError with the closest known name.
    """
    plain = "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
    return STRATEGIES.get(ALIASES.get(plain, plain))


discover(__name__)
