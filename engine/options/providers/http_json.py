"""Chains from any vendor who answers with JSON over HTTP: a small file says where to ask and where to look.

Here: ``HttpJsonProvider``. The file is described in ``answer_layout``, the request itself in ``web``.

1. Each request, each retry and each redirect passes the gate: the limit counts what the server sees.
2. The key goes into the request alone, and only to the host that the file names: a redirect elsewhere loses it, one
   from https to http is refused.
3. An answer is believed when it is JSON, about the ticker that was asked for, and has the lists at their paths.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from engine.errors import JobError, ProviderError
from engine.options.chain import OptionChain, clean_chain
from engine.options.providers.answer_layout import AnswerLayout, found_at, read_layout
from engine.options.providers.base import (
    PROVIDERS,
    ChainProvider,
    Expirations,
    ProviderChoice,
    ProviderKind,
)
from engine.options.providers.json_cells import contract_columns, day, moment, number
from engine.options.providers.web import USUAL_LIMITS, WebAnswer, WebClient, WebLimits
from engine.options.secrets import LogRedaction, Secret, find_secret
from engine.options.throttle import RequestGate

MOST_REDIRECTS = 5


class HttpJsonProvider:
    """Chains of one vendor; safe to use from any thread."""

    is_local = False
    notes: tuple[str, ...] = ()

    def __init__(
        self,
        layout: AnswerLayout,
        gate: RequestGate,
        secret: Secret | None = None,
        *,
        limits: WebLimits = USUAL_LIMITS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.layout = layout
        self.gate = gate
        self._paths = {str(column): path for column, path in layout.columns.items()}
        self._secret = secret
        self._now = now
        self._web = WebClient(limits, now)
        self._redaction = None if secret is None else LogRedaction(secret)
        self._closed = threading.Event()
        # Price and moment from the list of expirations, for chains whose answer has none.
        self._listed: dict[str, tuple[float, datetime | None]] = {}

    @property
    def name(self) -> str:
        """The vendor's name in the file, else its host."""
        return self.layout.name or urlsplit(self.layout.address).netloc

    @property
    def cache_key(self) -> str:
        """The name with a checksum of the file: what was read by other paths is not used again."""
        return f"{self.name}-{zlib.crc32(self.layout.model_dump_json().encode()):08x}"

    def expirations(self, ticker: str) -> Expirations:
        """Return what the vendor lists for a ticker."""
        answer = self._answer(ticker, self.layout.address_of(ticker))
        listed = self._list(ticker, answer, self.layout.expirations)
        days = {found for each in listed if (found := day(each)) is not None}
        if listed and not days:
            raise ProviderError(
                ticker, "failed", f"{self.name} lists expirations of {ticker} that are no days."
            )
        if not days:
            raise ProviderError(ticker, "no_data", f"{self.name} lists no options of {ticker}.")
        spot, as_of = self._listed[ticker] = self._spot_and_moment(answer)
        return Expirations(ticker, as_of or self._now(), spot, tuple(sorted(days)))

    def chain(self, ticker: str, expiration: date) -> OptionChain:
        """Return all contracts of one expiration."""
        answer = self._answer(ticker, self.layout.address_of(ticker, expiration))
        lists = [(self._list(ticker, answer, path), right) for path, right in self.layout.lists]
        if not any(contracts for contracts, _ in lists):
            raise ProviderError(
                ticker, "no_data", f"{self.name} has no contracts of {ticker} at {expiration}."
            )
        columns = contract_columns(lists, self._paths, expiration)
        spot, as_of = self._spot_and_moment(answer)
        listed_spot, listed_as_of = self._listed.get(ticker, (spot, as_of))
        moment_of_quotes = as_of or listed_as_of or self._now()
        chain, _ = clean_chain(ticker, moment_of_quotes, spot if spot > 0 else listed_spot, columns)
        chain = chain.at(expiration)
        if not len(chain):
            sentence = (
                f"{self.name} was asked for {ticker} at {expiration} and answered with other contracts."
            )
            raise ProviderError(ticker, "failed", sentence)
        return chain

    def close(self) -> None:
        """Let nothing more be asked, and give back connections."""
        self._closed.set()
        self._web.close()
        if self._redaction is not None:
            self._redaction.close()

    def _answer(self, ticker: str, address: str) -> Any:
        """Return the JSON at an address. Raises ProviderError."""
        answer = self._followed(ticker, address)
        asked, told = ticker.casefold(), _optional(answer, self.layout.ticker)
        if told is not None and str(told).strip().casefold() != asked:
            sentence = f"{self.name} was asked for {ticker} and answered for another ticker."
            raise ProviderError(ticker, "failed", sentence)
        return answer

    def _followed(self, ticker: str, address: str) -> Any:
        own = _origin(address)
        for _ in range(MOST_REDIRECTS + 1):
            found = self.gate.call(ticker, self._request(ticker, address, own), self._closed)
            if not isinstance(found, WebAnswer):
                return found
            if urlsplit(found.redirect).scheme not in {urlsplit(address).scheme, "https"}:
                raise ProviderError(
                    ticker, "failed", f"{self.name} redirects {ticker} to where none may listen safely."
                )
            address = found.redirect
        raise ProviderError(ticker, "failed", f"{self.name} redirects {ticker} in circles.")

    def _request(
        self, ticker: str, address: str, own: tuple[str, str | None, int | None]
    ) -> Callable[[], Any]:
        """Return the request for the gate: it gives a redirect, or the JSON of an answer."""

        def request() -> Any:
            target, headers = self._with_key(address) if _origin(address) == own else (address, {})
            answer = self._web.get(ticker, target, {"Accept": "application/json", **headers})
            return answer if answer.redirect else self._json(ticker, answer)

        return request

    def _with_key(self, address: str) -> tuple[str, dict[str, str]]:
        if self._secret is None:
            return address, {}
        if self.layout.secret_query is None:
            return address, {self.layout.secret_header: f"{self.layout.secret_prefix}{self._secret.reveal()}"}
        joint = "&" if "?" in address else "?"
        return (
            f"{address}{joint}{quote(self.layout.secret_query)}={quote(self._secret.reveal(), safe='')}",
            {},
        )

    def _json(self, ticker: str, answer: WebAnswer) -> Any:
        body = answer.body.strip()
        if not body:
            raise ProviderError(ticker, "failed", f"{self.name} sent nothing for {ticker}.", may_pass=True)
        if body.startswith(b"<") or "html" in answer.kind:
            raise ProviderError(ticker, "failed", f"{self.name} sent a web page for {ticker} and no JSON.")
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            sentence = f"{self.name} sent JSON for {ticker} that ends or breaks in the middle."
            raise ProviderError(ticker, "failed", sentence, may_pass=True) from None

    def _list(self, ticker: str, answer: Any, path: str) -> list[Any]:
        """Return the list at a path. Raises ProviderError: nothing listed, or not the layout that the file says."""
        try:
            found = found_at(answer, path)
        except IndexError:
            raise ProviderError(ticker, "no_data", f"{self.name} lists nothing for {ticker}.") from None
        except LookupError:
            sentence = (
                f"The answer of {self.name} for {ticker} has no '{path}': check the file of its layout."
            )
            raise ProviderError(ticker, "failed", sentence) from None
        if not isinstance(found, list):
            raise ProviderError(
                ticker, "failed", f"'{path}' in the answer of {self.name} for {ticker} is no list."
            )
        return found

    def _spot_and_moment(self, answer: Any) -> tuple[float, datetime | None]:
        return number(_optional(answer, self.layout.spot)), moment(_optional(answer, self.layout.as_of))


def _optional(answer: Any, path: str | None) -> Any:
    try:
        return None if path is None else found_at(answer, path)
    except LookupError:
        return None


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _open(choice: ProviderChoice) -> ChainProvider:
    if choice.config is None:
        raise JobError((("provider_config", "The source 'http' needs --provider-config FILE.yaml."),))
    layout = read_layout(choice.config)
    secret = None if layout.secret is None else find_secret(layout.secret)
    return HttpJsonProvider(layout, choice.gate, secret)


PROVIDERS.add("http", ProviderKind("http", "JSON over HTTP, laid out as --provider-config says", _open))
