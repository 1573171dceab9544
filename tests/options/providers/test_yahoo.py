"""Yahoo through yfinance's own parsing, its network replaced by loopback: chains, and failures in our kinds."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

import numpy as np
import pytest
import yfinance
from chain_server import DAYS, edited, say
from curl_cffi.requests import exceptions as curl
from option_market import AS_OF, SPOT, market_chain
from yfinance.exceptions import YFPricesMissingError, YFRateLimitError

from engine.errors import ProviderError, ProviderSetupError
from engine.options.providers.yahoo import YahooProvider
from engine.options.throttle import Patience, RateLimit, RequestGate

NOW = datetime(2026, 2, 13, 16, 0, tzinfo=UTC)


class Answer:
    """The part of a response that yfinance's options read."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def json(self):
        return json.loads(self.body)


class LoopbackData:
    """Stands in yfinance's place for requests: the same paths, asked of a server of the test's own."""

    def __init__(self, server) -> None:
        self.server = server
        self.opener = build_opener(ProxyHandler({}))

    def get(self, url: str) -> Answer:
        parts = urlsplit(url)
        local = f"http://127.0.0.1:{self.server.port}{parts.path}?{parts.query}"
        with self.opener.open(local, timeout=60) as answer:
            return Answer(answer.read())


@pytest.fixture
def loopback():
    """Return a function that makes yfinance's Ticker of a server."""

    def of(server):
        def make(ticker: str) -> yfinance.Ticker:
            made = yfinance.Ticker.__new__(yfinance.Ticker)
            made.ticker, made._expirations, made._underlying = ticker, {}, {}
            made._data = LoopbackData(server)
            return made

        return make

    return of


def yahoo(ticker_of, **patience) -> YahooProvider:
    patience = Patience(**{"attempts": 2, "first_wait": 0.001, "failures": 1000, **patience})
    return YahooProvider(RequestGate(RateLimit(1000), patience, seed=1), ticker_of, now=lambda: NOW)


def test_yfinances_chain_is_the_chain_that_the_server_has(serve, loopback):
    server = serve()
    provider = yahoo(loopback(server))
    listed = provider.expirations("ABC")
    assert (listed.days, listed.as_of) == (DAYS, NOW)
    chain, wanted = provider.chain("ABC", DAYS[1]), market_chain().at(DAYS[1])
    assert (chain.spot, chain.as_of) == (SPOT, AS_OF)
    for name in ("strike", "is_call", "bid", "ask", "open_interest", "implied_volatility", "expiration"):
        np.testing.assert_array_equal(getattr(chain, name), getattr(wanted, name))


def test_each_chain_is_one_request_and_each_request_passes_the_gate(serve, loopback):
    server = serve()
    provider = yahoo(loopback(server))
    for day in DAYS[:3]:
        provider.chain("ABC", day)
    assert len(server.asked) == provider.gate.requests == 4


def test_nothing_listed_is_an_answer_and_no_failure(serve, loopback):
    server = serve(always={"ABC": say(b'{"optionChain": {"result": [], "error": null}}')})
    with pytest.raises(ProviderError, match="lists no options") as caught:
        yahoo(loopback(server)).expirations("ABC")
    assert caught.value.kind == "no_data"
    assert len(server.asked) == 1


def test_null_quotes_are_unknown(serve, loopback):
    def spoil(result):
        for row in result["options"][0]["calls"]:
            row.update(bid=None, openInterest=None)

    server = serve(always={"ABC": edited(spoil)})
    chain = yahoo(loopback(server)).chain("ABC", DAYS[1])
    assert np.isnan(chain.bid[chain.is_call]).all()
    assert np.isnan(chain.open_interest[chain.is_call]).all()
    assert np.isfinite(chain.bid[~chain.is_call]).all()


class FailingTicker:
    """A ticker whose every property fails as it is told."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.calls = 0

    @property
    def options(self):
        self.calls += 1
        raise self.error

    def option_chain(self, date):
        raise self.error


def http_error(status: int) -> Exception:
    return curl.HTTPError(f"HTTP Error {status}", response=SimpleNamespace(status_code=status))


@pytest.mark.parametrize(
    ("error", "kind", "may_pass"),
    [
        (YFRateLimitError(), "failed", True),
        (http_error(429), "failed", True),
        (http_error(503), "failed", True),
        (http_error(401), "failed", False),
        (http_error(404), "no_data", False),
        (YFPricesMissingError("ABC", ""), "no_data", False),
        (
            ValueError("Expiration `2026-03-20` cannot be found. Available expirations are: []"),
            "no_data",
            False,
        ),
        (curl.Timeout("curl: (28)"), "timeout", True),
        (TimeoutError(), "timeout", True),
        (curl.ConnectionError("curl: (7)"), "failed", True),
        (ConnectionResetError(), "failed", True),
        (json.JSONDecodeError("x", "<html>", 0), "failed", True),
        (KeyError("expirationDates"), "failed", False),
        (TypeError("'NoneType'"), "failed", False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_a_failure_of_yfinance_is_a_failure_of_our_kinds(error, kind, may_pass):
    ticker = FailingTicker(error)
    with pytest.raises(ProviderError) as caught:
        yahoo(lambda name: ticker).expirations("ABC")
    assert (caught.value.kind, caught.value.may_pass) == (kind, may_pass)
    assert "ABC" in str(caught.value)
    assert ticker.calls == (2 if may_pass else 1)


def test_an_answer_of_another_form_is_a_failure_and_no_crash():
    ticker = SimpleNamespace(
        options=("2026-03-20", "nonsense"),
        option_chain=lambda date: SimpleNamespace(calls=[1], puts=None, underlying=None),
    )
    with pytest.raises(ProviderError, match="another form"):
        yahoo(lambda name: ticker).chain("ABC", DAYS[1])


def test_an_answer_without_frames_has_no_contracts():
    empty = SimpleNamespace(calls=None, puts=None, underlying=None)
    ticker = SimpleNamespace(options=("2026-03-20",), option_chain=lambda date: empty)
    with pytest.raises(ProviderError, match="no contracts") as caught:
        yahoo(lambda name: ticker).chain("ABC", DAYS[1])
    assert caught.value.kind == "no_data"


def test_without_yfinance_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "yfinance", None)
    with pytest.raises(ProviderSetupError, match=r"pip install 'candlewick\[yahoo\]'"):
        YahooProvider(RequestGate(RateLimit(1)))


def test_after_close_nothing_is_asked():
    ticker = FailingTicker(ValueError())
    provider = yahoo(lambda name: ticker)
    provider.close()
    with pytest.raises(ProviderError, match="was not asked for"):
        provider.expirations("ABC")
    assert ticker.calls == 0
