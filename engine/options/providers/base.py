"""What a source of option chains offers: two requests, and failures that name their kind.

Here: the protocol, what the first request answers, and the registry. Each source is one file, which registers itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from engine.options.chain import OptionChain
from engine.options.throttle import RequestGate
from engine.registry import Registry


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
        """The name that sentences show; it holds no secret."""

    @property
    def cache_key(self) -> str:
        """What tells its chains from any other source's, and from those that another set-up of it would read."""

    @property
    def is_local(self) -> bool:
        """Whether requests cost nothing: no rate limit, no cache, no retry."""

    @property
    def notes(self) -> Sequence[str]:
        """What the user should know after a run, as sentences."""

    def expirations(self, ticker: str) -> Expirations:
        """Return what is listed for a ticker."""

    def chain(self, ticker: str, expiration: date) -> OptionChain:
        """Return all contracts of one expiration, cleaned."""

    def close(self) -> None:
        """Give back connections; may be called twice."""


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """What a user said about the source; a source that needs what is missing says so with a JobError."""

    gate: RequestGate
    chains: Path | None = None
    not_after: datetime | None = None
    config: Path | None = None


@dataclass(frozen=True, slots=True)
class ProviderKind:
    """One kind of source: its name, one line of help, and how it is opened."""

    name: str
    help: str
    open: Callable[[ProviderChoice], ChainProvider]


PROVIDERS: Registry[ProviderKind] = Registry("source of option chains")
