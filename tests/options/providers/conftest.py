"""Servers on loopback, each test its own, and a provider that asks them without much patience."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from chain_server import ChainServer

from engine.options.providers.answer_layout import AnswerLayout
from engine.options.providers.http_json import HttpJsonProvider
from engine.options.providers.web import WebLimits
from engine.options.throttle import Patience, RateLimit, RequestGate


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Keep whatever proxy the machine has out of requests to loopback."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def opened():
    """What a test opens is closed after it, the last first."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def serve(opened):
    """Return a function that starts a server."""
    return lambda **how: opened.enter_context(ChainServer(**how))


@pytest.fixture
def ask(opened):
    """Return a function that makes a provider of a server's chains."""

    def make(server, *, secret=None, per_second=1000.0, limits=None, now=None, patience=None, **layout):
        patience = Patience(**{"attempts": 2, "first_wait": 0.001, "failures": 1000, **(patience or {})})
        provider = HttpJsonProvider(
            AnswerLayout(**{"address": server.address, **layout}),
            RequestGate(RateLimit(per_second), patience, seed=1),
            secret,
            limits=limits or WebLimits(connect=30, read=30, overall=60),
            **({} if now is None else {"now": now}),
        )
        opened.callback(provider.close)
        return provider

    return make
