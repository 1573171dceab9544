"""One contract as a rule sees it: its quote, and what it implies at the caller's rates.

Here: ``Quote`` and how the quotes of one expiration are made of a chain. The volatility is our own, from the middle of
bid and ask at the caller's rates, so that Greeks and prices agree with each other; only where the middle carries none
(a crossed or missing quote, a price under its intrinsic value) the vendor's is taken. A vendor's volatility is computed
with the vendor's rates: Yahoo's with a rate of 0 and no dividend.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import numpy as np

from engine.options.chain import OptionChain
from engine.options.pricing import Terms, greeks, implied_volatility

Right: TypeAlias = Literal["call", "put"]


@dataclass(frozen=True, slots=True)
class Quote:
    """A contract with its quote; prices and Greeks per share, NaN where unknown; theta is per calendar day."""

    symbol: str
    right: Right
    expiration: date
    days: int
    strike: float
    bid: float
    ask: float
    last: float
    volume: float
    open_interest: float
    implied_volatility: float
    delta: float
    gamma: float
    theta: float
    vega: float

    @property
    def mid(self) -> float:
        """The middle of bid and ask."""
        return (self.bid + self.ask) / 2

    @property
    def spread_percent(self) -> float:
        """The spread in percent of the middle; NaN without a positive middle."""
        return 100 * (self.ask - self.bid) / self.mid if self.mid > 0 else float("nan")

    def __str__(self) -> str:
        return f"{self.expiration} {self.strike:g} {self.right}"


def quotes_at(chain: OptionChain, expiration: date, rate: float, dividend: float) -> tuple[Quote, ...]:
    """Return the quotes of one expiration, by strike, the call before the put."""
    part = chain.at(expiration)
    terms = Terms(chain.spot, part.strike, part.years(), part.is_call, rate, dividend)
    middle = np.where(part.bid <= part.ask, part.mid, np.nan)
    volatility = implied_volatility(terms, middle)
    volatility = np.where(np.isnan(volatility), part.implied_volatility, volatility)
    sensitivity = greeks(terms, volatility)
    days = chain.days_to(expiration)
    columns = (
        part.strike,
        part.bid,
        part.ask,
        part.last,
        part.volume,
        part.open_interest,
        volatility,
        sensitivity.delta,
        sensitivity.gamma,
        sensitivity.theta,
        sensitivity.vega,
    )
    return tuple(
        Quote(symbol, "call" if is_call else "put", expiration, days, *numbers)
        for symbol, is_call, *numbers in zip(
            part.symbol, part.is_call, *(column.tolist() for column in columns), strict=True
        )
    )
