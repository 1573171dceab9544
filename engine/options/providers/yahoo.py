"""Chains from Yahoo Finance, through the package yfinance (extra ``yahoo``), with its failures in our kinds.

Here: ``YahooProvider``. Yahoo's quotes are delayed, its implied volatility is computed with a rate of 0, and its terms
allow personal use. yfinance fetches a cookie once per process besides what is asked for here.

The list of expirations is one request and each chain another: a ticker's object is kept, since a new one would ask for
the list again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Protocol, TypeVar

import numpy as np

from engine.errors import ProviderError, ProviderSetupError
from engine.options.chain import OptionChain, clean_chain
from engine.options.providers.base import (
    PROVIDERS,
    ChainProvider,
    Expirations,
    ProviderChoice,
    ProviderKind,
)
from engine.options.providers.json_cells import day, moment, number
from engine.options.throttle import RequestGate

T = TypeVar("T")

_NUMBERS = {
    "strike": "strike",
    "bid": "bid",
    "ask": "ask",
    "last": "lastPrice",
    "volume": "volume",
    "open_interest": "openInterest",
    "implied_volatility": "impliedVolatility",
}


class YahooTicker(Protocol):
    """What is used of ``yfinance.Ticker``."""

    @property
    def options(self) -> tuple[str, ...]:
        """The days of expiration as ISO texts."""

    def option_chain(self, date: str) -> Any:
        """Return frames of calls and puts, and a dictionary about the underlying; None for what is not there."""


class YahooProvider:
    """Yahoo's chains; safe to use from any thread."""

    name = cache_key = "yahoo"
    is_local = False
    notes: tuple[str, ...] = ()

    def __init__(
        self,
        gate: RequestGate,
        ticker_of: Callable[[str], YahooTicker] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.gate = gate
        self._ticker_of = ticker_of or _yfinance_ticker()
        self._now = now
        self._closed = threading.Event()
        self._tickers: dict[str, YahooTicker] = {}

    def expirations(self, ticker: str) -> Expirations:
        """Return what Yahoo lists for a ticker; the price comes with the chain."""
        asked = self._ticker_of(ticker)
        texts = self._call(ticker, lambda: asked.options)
        self._tickers[ticker] = asked
        days = {found for text in texts if (found := day(text)) is not None}
        if not days:
            raise ProviderError(ticker, "no_data", f"Yahoo lists no options of {ticker}: check the ticker.")
        return Expirations(ticker, self._now(), float("nan"), tuple(sorted(days)))

    def chain(self, ticker: str, expiration: date) -> OptionChain:
        """Return all contracts of one expiration."""
        if ticker not in self._tickers:
            self.expirations(ticker)
        asked = self._tickers[ticker]
        answer = self._call(ticker, lambda: asked.option_chain(expiration.isoformat()))
        try:
            frames = [(answer.calls, "call"), (answer.puts, "put")]
            columns = _columns([(frame, right) for frame, right in frames if frame is not None], expiration)
            quote = answer.underlying or {}
            spot, as_of = number(quote.get("regularMarketPrice")), moment(quote.get("regularMarketTime"))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            sentence = f"Yahoo's answer for {ticker} has another form than expected ({type(error).__name__})."
            raise ProviderError(ticker, "failed", sentence) from None
        chain, _ = clean_chain(ticker, as_of or self._now(), spot, columns)
        if not len(chain):
            raise ProviderError(ticker, "no_data", f"Yahoo has no contracts of {ticker} at {expiration}.")
        return chain

    def close(self) -> None:
        """Let nothing more be asked."""
        self._closed.set()

    def _call(self, ticker: str, request: Callable[[], T]) -> T:
        def attempt() -> T:
            try:
                return request()
            except Exception as error:  # noqa: BLE001 - the fence: yfinance lets its libraries' failures through
                raise _failure(ticker, error) from None

        return self.gate.call(ticker, attempt, self._closed)


def _columns(frames: list[tuple[Any, str]], expiration: date) -> dict[str, Any]:
    """Return the columns of a chain of yfinance's frames."""

    def cells(name: str) -> list[Any]:
        return [cell for frame, _ in frames for cell in frame[name].tolist()]

    columns: dict[str, Any] = {
        name: np.array([number(cell) for cell in cells(theirs)], dtype=np.float64)
        for name, theirs in _NUMBERS.items()
    }
    columns["symbol"] = np.array([str(cell) for cell in cells("contractSymbol")], dtype=object)
    columns["right"] = np.array([right for frame, right in frames for _ in range(len(frame))], dtype=object)
    columns["expiration"] = np.full(len(columns["strike"]), np.datetime64(expiration, "D"))
    return columns


def _failure(ticker: str, error: Exception) -> ProviderError:
    """Return a failure of yfinance, or of the library below it, as one of ours; told by its class and status."""
    names = {kind.__name__ for kind in type(error).__mro__}
    status = getattr(getattr(error, "response", None), "status_code", None)
    kind, may_pass = "failed", False
    if "YFRateLimitError" in names or status == 429:
        may_pass = True
        told = f"Yahoo was asked too often, at last for {ticker}: lower --requests-per-second or wait."
    elif status == 404 or "YFTickerMissingError" in names:
        kind, told = "no_data", f"Yahoo has nothing for {ticker}: check the ticker."
    elif isinstance(error, ValueError) and str(error).startswith("Expiration "):
        kind, told = "no_data", f"Yahoo does not list that expiration of {ticker} any more."
    elif any(name.endswith(("Timeout", "TimeoutError")) for name in names):
        kind, may_pass, told = "timeout", True, f"Yahoo did not answer in time for {ticker}."
    elif status is not None:
        may_pass, told = status >= 500, f"Yahoo could not answer for {ticker} ({status})."
    elif isinstance(error, OSError) or "JSONDecodeError" in names:
        may_pass = True
        told = f"Yahoo could not be reached, or sent no data, for {ticker} ({type(error).__name__})."
    else:
        told = f"yfinance failed for {ticker} ({type(error).__name__}): a newer version may help."
    return ProviderError(ticker, kind, told, may_pass)


def _yfinance_ticker() -> Callable[[str], YahooTicker]:
    try:
        import yfinance  # noqa: PLC0415  an extra that takes a second
    except ImportError:
        sentence = "Chains from Yahoo need the package yfinance: pip install 'candlewick[yahoo]'."
        raise ProviderSetupError("yahoo", sentence) from None
    made: Callable[[str], YahooTicker] = yfinance.Ticker
    return made


def _open(choice: ProviderChoice) -> ChainProvider:
    return YahooProvider(choice.gate)


PROVIDERS.add("yahoo", ProviderKind("yahoo", "Yahoo Finance, delayed (extra 'yahoo')", _open))
