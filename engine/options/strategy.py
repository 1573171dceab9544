"""What a strategy is: the legs it wants, as data. Each strategy is one file in ``strategies``.

Here: ``Strategy``, ``LegPlan`` and the registry. How a plan meets real quotes is in ``selection``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.options.quote import Right
from engine.registry import Registry


@dataclass(frozen=True, slots=True)
class NearDelta:
    """The strike whose delta is nearest to a wanted one: ``target_delta`` or ``short_delta`` of the rules."""

    wanted: Literal["target_delta", "short_delta"]


@dataclass(frozen=True, slots=True)
class AtTheMoney:
    """The strike nearest to the underlying's price."""


@dataclass(frozen=True, slots=True)
class SameStrike:
    """The strike of an earlier leg."""

    of: int


@dataclass(frozen=True, slots=True)
class AwayFrom:
    """A strike above (1) or below (-1) that of an earlier leg, by the rules' width."""

    of: int
    direction: Literal[1, -1]


Pick: TypeAlias = NearDelta | AtTheMoney | SameStrike | AwayFrom


@dataclass(frozen=True, slots=True)
class LegPlan:
    """One leg: bought (1) or sold (-1), call or put, and how its strike is found."""

    side: Literal[1, -1]
    right: Right
    pick: Pick


@dataclass(frozen=True, slots=True)
class Strategy:
    """A structure by name.

    ``entry`` says whether opening it takes a debit or brings a credit; a choice of quotes that would do the other is
    refused. ``bias`` is what its owner hopes for. ``shares`` are held beside the legs, per share of a contract.
    """

    name: str
    title: str
    bias: Literal["bullish", "bearish", "neutral", "volatile"]
    entry: Literal["debit", "credit"]
    legs: tuple[LegPlan, ...]
    shares: int = 0
    description: str = ""

    @property
    def is_spread(self) -> bool:
        """Whether a bought leg limits what a sold one can lose."""
        return len({leg.side for leg in self.legs}) == 2


STRATEGIES: Registry[Strategy] = Registry("option strategy")


def register(strategy: Strategy) -> Strategy:
    """Add a strategy; called once by each file of ``strategies``."""
    return STRATEGIES.add(strategy.name, strategy)
