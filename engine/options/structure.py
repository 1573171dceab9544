"""What was chosen: legs of one expiration, what they cost, and what they pay at expiry.

Here: ``Leg``, ``Structure`` and the arithmetic of their payoff, which is piecewise linear in the price at expiry. How
legs are chosen is in ``selection``. All money is per share; a contract is for 100.

An entry is a *debit* when money is paid to open the structure and a *credit* when money is received.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.options.quote import Quote

SHARES_PER_CONTRACT = 100
Pricing: TypeAlias = Literal["natural", "mid"]


def side_word(side: int) -> str:
    """Return what is done with a leg of that side."""
    return "buy" if side > 0 else "sell"


@dataclass(frozen=True, slots=True)
class Leg:
    """One contract bought (side 1) or sold (side -1)."""

    side: Literal[1, -1]
    quote: Quote

    @property
    def natural(self) -> float:
        """What it costs at once: the ask when bought, minus the bid when sold."""
        return self.quote.ask if self.side > 0 else -self.quote.bid

    @property
    def mid(self) -> float:
        """What it costs at the middle of the quote; negative when sold."""
        return self.side * self.quote.mid

    def __str__(self) -> str:
        return f"{side_word(self.side)} {self.quote}"


@dataclass(frozen=True, slots=True)
class Structure:
    """Legs of one expiration and, for a covered call, the shares held; ``spot`` is the underlying's price."""

    strategy: str
    legs: tuple[Leg, ...]
    spot: float
    shares: int = 0
    pricing: Pricing = "natural"

    @property
    def expiration(self) -> date:
        """The day on which all legs expire."""
        return self.legs[0].quote.expiration

    @property
    def days(self) -> int:
        """Calendar days to expiry."""
        return self.legs[0].quote.days

    @property
    def cost(self) -> float:
        """What opening it takes: positive is paid, negative is received."""
        legs = math.fsum(leg.natural if self.pricing == "natural" else leg.mid for leg in self.legs)
        return legs + self.shares * self.spot

    @property
    def mid_cost(self) -> float:
        """The same at the middle of every quote."""
        return math.fsum(leg.mid for leg in self.legs) + self.shares * self.spot

    @property
    def entry(self) -> Literal["debit", "credit"]:
        """Whether money is paid or received to open it."""
        return "debit" if self.cost > 0 else "credit"

    @property
    def max_profit(self) -> float:
        """The most it can earn at expiry; infinity where there is no limit."""
        return math.inf if self._slope_above() > 0 else float(np.max(self._profits_at_corners()))

    @property
    def max_loss(self) -> float:
        """The most it can lose at expiry, as a positive number; infinity where there is no limit."""
        return math.inf if self._slope_above() < 0 else float(max(0.0, -np.min(self._profits_at_corners())))

    @property
    def break_evens(self) -> tuple[float, ...]:
        """The prices at expiry at which it neither earns nor loses, in order."""
        corners, profits = self._corners(), self._profits_at_corners()
        found = []
        for left in range(len(corners) - 1):
            low, high = profits[left], profits[left + 1]
            if low == 0 and corners[left] > 0:
                found.append(corners[left])
            elif low * high < 0:
                found.append(corners[left] + (corners[left + 1] - corners[left]) * low / (low - high))
        slope, last = self._slope_above(), profits[-1]
        if last == 0:
            found.append(corners[-1])
        elif slope * last < 0:
            found.append(corners[-1] - last / slope)
        return tuple(float(each) for each in found)

    def total(self, greek: Literal["delta", "gamma", "theta", "vega"]) -> float:
        """Return the sum of a Greek over the legs and the shares, per share."""
        legs = math.fsum(leg.side * getattr(leg.quote, greek) for leg in self.legs)
        return legs + (self.shares if greek == "delta" else 0)

    def payoff(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what it is worth at expiry at each price of the underlying, before its cost."""
        worth = self.shares * prices
        for leg in self.legs:
            sign = 1.0 if leg.quote.right == "call" else -1.0
            worth = worth + leg.side * np.maximum(sign * (prices - leg.quote.strike), 0.0)
        return worth

    def profit(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what it earns at expiry at each price of the underlying, its cost taken off."""
        return self.payoff(prices) - self.cost

    def _corners(self) -> NDArray[np.float64]:
        return np.array(sorted({0.0, *(leg.quote.strike for leg in self.legs)}))

    def _profits_at_corners(self) -> NDArray[np.float64]:
        return self.profit(self._corners())

    def _slope_above(self) -> int:
        """Profit per unit of price above the highest strike."""
        return self.shares + sum(leg.side for leg in self.legs if leg.quote.right == "call")
