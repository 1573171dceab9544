"""One HTTP request at a time, from any thread, with limits on everything; every failure becomes a ProviderError.

Here: ``WebClient``. What is asked, and how often, is the business of ``http_json`` and ``throttle``.

1. ``get`` hands the request to an event loop in a thread of the client's own: only there can a deadline end a name
   look-up, a handshake or a server that sends one byte a second.
2. The answer's body is taken up to ``largest`` bytes. A redirect is not followed but returned: it is a request more,
   which the limit must count, and perhaps another host, which must not see the key.
3. Certificates are always checked; proxies come from the environment (``HTTPS_PROXY``, ``NO_PROXY``).

Sentences name the host alone: an address, a header or the library's own text could hold a key.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from engine.errors import ProviderError, ProviderSetupError

if TYPE_CHECKING:
    import httpx

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAY_PASS = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class WebLimits:
    """Seconds to connect, between two pieces of an answer and for a request as a whole; the most bytes of an answer."""

    connect: float = 5.0
    read: float = 15.0
    overall: float = 30.0
    largest: int = 50_000_000


USUAL_LIMITS = WebLimits()


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """What came back: the body, or the address that the server sends the client to."""

    body: bytes
    kind: str = ""
    redirect: str = ""


class WebClient:
    """Makes requests; ``close`` gives back its connections and its thread. Raises ProviderSetupError without httpx."""

    def __init__(
        self, limits: WebLimits = USUAL_LIMITS, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        try:
            import httpx  # noqa: PLC0415  an extra that only chains over the network need
        except ImportError:
            sentence = "Chains over HTTP need the package httpx: pip install 'candlewick[options]'."
            raise ProviderSetupError("http", sentence) from None
        self.limits = limits
        self._now = now
        self._httpx = httpx
        timeout = httpx.Timeout(limits.read, connect=limits.connect, pool=limits.overall)
        self._client = httpx.AsyncClient(timeout=timeout, follow_redirects=False)
        self._loop = asyncio.new_event_loop()
        self._lock = threading.Lock()
        self._is_closed = False
        self._thread = threading.Thread(target=self._loop.run_forever, name="chains-web", daemon=True)
        self._thread.start()

    def get(self, ticker: str, address: str, headers: Mapping[str, str]) -> WebAnswer:
        """Return the answer to a GET. Raises ProviderError."""
        with self._lock:
            if self._is_closed:
                raise ProviderError(ticker, "skipped", f"{ticker} was not asked for: the run is over.")
            asked = asyncio.run_coroutine_threadsafe(self._get(ticker, address, dict(headers)), self._loop)
        host = urlsplit(address).hostname or "the server"
        try:
            return asked.result()
        except ProviderError:
            raise
        except concurrent.futures.CancelledError:
            raise ProviderError(ticker, "skipped", f"{ticker} was given up: the run is over.") from None
        except Exception as error:  # noqa: BLE001 - the fence: the library's own texts may hold the address and headers
            raise self._failure(ticker, host, error) from None

    async def _get(self, ticker: str, address: str, headers: dict[str, str]) -> WebAnswer:
        async with (
            asyncio.timeout(self.limits.overall),
            self._client.stream("GET", address, headers=headers) as answer,
        ):
            status = answer.status_code
            if status in REDIRECTS and "location" in answer.headers:
                return WebAnswer(b"", redirect=_target(ticker, address, answer.headers["location"]))
            if status != 200:
                raise self._refusal(ticker, answer)
            body = bytearray()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > self.limits.largest:
                    sentence = f"{answer.url.host} sent more than {self.limits.largest:,} bytes for {ticker}."
                    raise ProviderError(ticker, "failed", sentence)
            return WebAnswer(bytes(body), answer.headers.get("content-type", ""))

    def close(self) -> None:
        """End what is under way and give back connections; may be called twice."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _end(self) -> None:
        under_way = asyncio.all_tasks() - {asyncio.current_task()}
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._client.aclose()

    def _refusal(self, ticker: str, answer: httpx.Response) -> ProviderError:
        """Return the failure that a status other than 200 is."""
        status, host = answer.status_code, answer.url.host
        if status in (401, 403):
            sentence = f"{host} refused {ticker} ({status}): check the key and what it may ask for."
            return ProviderError(ticker, "failed", sentence)
        if status in (404, 410):
            sentence = f"{host} has nothing for {ticker} ({status}): check the ticker and the address."
            return ProviderError(ticker, "no_data", sentence)
        wait = retry_after(answer.headers.get("retry-after"), self._now())
        if status == 429:
            sentence = f"{host} was asked too often, at last for {ticker} (429): lower --requests-per-second."
        else:
            sentence = f"{host} could not answer for {ticker} ({status})."
        return ProviderError(ticker, "failed", sentence, status in MAY_PASS, wait)

    def _failure(self, ticker: str, host: str, error: Exception) -> ProviderError:
        """Return the failure that an exception of the connection is; its text is not used."""
        known = self._httpx
        if isinstance(error, TimeoutError | known.TimeoutException):
            is_dead = isinstance(error, known.ConnectTimeout)
            told = f"{host} cannot be reached" if is_dead else f"{host} did not answer in time"
            return ProviderError(ticker, "timeout", f"{told}: {ticker} was given up.", may_pass=True)
        if "CERTIFICATE" in str(error).upper():
            sentence = f"{host} has a certificate that cannot be trusted: {ticker} was not asked for."
            return ProviderError(ticker, "failed", sentence)
        if isinstance(error, known.ConnectError | known.ProxyError):
            sentence = f"{host} cannot be reached: {ticker} was not asked for."
            return ProviderError(ticker, "failed", sentence, may_pass=True)
        if isinstance(error, known.NetworkError | known.RemoteProtocolError | known.DecodingError):
            sentence = f"{host} broke off its answer for {ticker} ({type(error).__name__})."
            return ProviderError(ticker, "failed", sentence, may_pass=True)
        return ProviderError(ticker, "failed", f"{ticker} could not be asked for ({type(error).__name__}).")


def _target(ticker: str, address: str, location: str) -> str:
    """Return the address that a redirect means. Raises ProviderError for one that is none."""
    try:
        target = urljoin(address, location)
        parts = urlsplit(target)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        host = urlsplit(address).hostname
        raise ProviderError(ticker, "failed", f"{host} redirects {ticker} to what is no address.")
    return target


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for, from seconds or a date; None for nonsense."""
    text = (value or "").strip()
    if text.isdecimal() and text.isascii():
        return float(text[:12])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
