"""What a source of option chains offers: two requests, and failures that name their kind.

Here: the protocol and what the first request answers. Each source is one file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from engine.options.chain import OptionChain


@dataclass(frozen=True, slots=True)
class Expirations:
    """What is listed for a ticker, and the moment of its quotes (UTC) with the underlying's price then.

    A live source that learns the price with the chain only gives NaN here.
    """

    ticker: str
    as_of: datetime
    spot: float
    days: tuple[date, ...]


class ChainProvider(Protocol):
    """A source of chains; each call is one request, may be made from any thread and may raise ProviderError."""

    @property
    def name(self) -> str:
        """The name that keys of caches and columns of results show; it holds no secret."""

    @property
    def is_local(self) -> bool:
        """Whether requests cost nothing: no rate limit, no cache, no retry."""

    def expirations(self, ticker: str) -> Expirations:
        """Return what is listed for a ticker."""

    def chain(self, ticker: str, expiration: date) -> OptionChain:
        """Return all contracts of one expiration, cleaned."""

    def close(self) -> None:
        """Give back connections; may be called twice."""
