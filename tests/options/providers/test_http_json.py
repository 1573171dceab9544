"""A vendor over HTTP: a proper answer is a chain, and every fault is one failure of the right kind."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import numpy as np
import pytest
from chain_server import (
    DAYS,
    contracts_of,
    cut,
    drip,
    edited,
    proper,
    redirect,
    refuse,
    reset,
    say,
    silent,
)
from option_market import AS_OF, SPOT, market_chain

from engine.errors import ProviderError
from engine.options.providers.web import WebLimits
from engine.options.secrets import Secret

NOW = datetime(2026, 2, 13, 16, 0, tzinfo=UTC)
SHORT = WebLimits(connect=0.3, read=0.3, overall=1.0)


def failure_of(provider, ticker="ABC") -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        provider.expirations(ticker)
    assert str(caught.value).strip().endswith(".")
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_proper_answer_is_the_chain_that_the_vendor_has(serve, ask):
    server = serve()
    provider = ask(server)
    listed = provider.expirations("BRK/B")
    assert (listed.days, listed.as_of, listed.spot) == (DAYS, AS_OF, SPOT)
    chain, wanted = provider.chain("BRK/B", DAYS[1]), market_chain().at(DAYS[1])
    assert (chain.ticker, chain.spot, chain.as_of) == ("BRK/B", SPOT, AS_OF)
    for name in ("strike", "is_call", "bid", "ask", "open_interest", "implied_volatility", "expiration"):
        np.testing.assert_array_equal(getattr(chain, name), getattr(wanted, name))
    assert [(each.ticker, each.expiration) for each in server.asked] == [("BRK/B", None), ("BRK/B", DAYS[1])]


def test_a_vendor_with_names_of_its_own_is_read_by_its_paths(serve, ask):
    listed = {
        "days": ["2026-03-20", "2026-03-20", "nonsense"],
        "price": "101.5",
        "time": "2026-02-13T15:50:00Z",
    }
    rows = [
        {"k": "100", "side": "C", "bid": {"price": 1.0}, "ask": {"price": "1.1"}, "exp": "2026-03-20"},
        {"k": 100, "side": "put", "bid": {"price": None}, "ask": {}, "exp": "20260320"},
        {"k": 105, "side": "straddle", "exp": "2026-03-20"},
        "rubbish",
    ]
    server = serve(
        script={"ABC": [say(json.dumps(listed).encode()), say(json.dumps({"rows": rows}).encode())]}
    )
    provider = ask(
        server,
        expirations="days",
        spot="price",
        as_of="time",
        ticker=None,
        contracts="rows",
        columns={"strike": "k", "right": "side", "bid": "bid.price", "ask": "ask.price", "expiration": "exp"},
    )
    found = provider.expirations("ABC")
    assert (found.days, found.spot, found.as_of) == ((date(2026, 3, 20),), 101.5, AS_OF)
    chain = provider.chain("ABC", date(2026, 3, 20))
    assert chain.strike.tolist() == [100, 100]
    assert chain.is_call.tolist() == [True, False]
    np.testing.assert_array_equal(chain.bid, [1.0, np.nan])
    np.testing.assert_array_equal(chain.ask, [1.1, np.nan])
    assert chain.spot == 101.5  # the answer with the chain had none


FAULTS = {
    "401": (refuse(401), "failed", 1, "check the key"),
    "403": (refuse(403), "failed", 1, "check the key"),
    "404": (refuse(404), "no_data", 1, "check the ticker"),
    "418": (refuse(418), "failed", 1, "418"),
    "429": (refuse(429), "failed", 2, "asked too often"),
    "500": (refuse(500), "failed", 2, "500"),
    "503": (refuse(503), "failed", 2, "503"),
    "HTML with 200": (say(b"<!DOCTYPE html><p>Sign in", Content_Type="text/html"), "failed", 1, "web page"),
    "HTML called JSON": (say(b"  <html>"), "failed", 1, "web page"),
    "empty": (say(b""), "failed", 2, "sent nothing"),
    "truncated JSON": (cut, "failed", 2, "in the middle"),
    "deep JSON": (say(b"[" * 100_000), "failed", 2, "in the middle"),
    "not Yahoo's names": (say(b'{"other": 1}'), "failed", 1, "has no 'optionChain.result"),
    "a number": (say(b"7"), "failed", 1, "has no 'optionChain.result"),
    "no result": (say(b'{"optionChain": {"result": []}}'), "no_data", 1, "lists nothing"),
    "null for a list": (edited(lambda result: result.update(expirationDates=None)), "failed", 1, "no list"),
    "nothing listed": (edited(lambda result: result.update(expirationDates=[])), "no_data", 1, "no options"),
    "no days": (edited(lambda result: result.update(expirationDates=[None, "x"])), "failed", 1, "no days"),
    "wrong symbol": (
        edited(lambda result: result.update(underlyingSymbol="XYZ")),
        "failed",
        1,
        "another ticker",
    ),
    "reset": (reset, "failed", 2, "broke off"),
    "redirect in circles": (None, "failed", 6, "in circles"),
    "redirect to nowhere": (redirect("http://[broken/"), "failed", 1, "no address"),
    "redirect to a file": (redirect("file:///etc/passwd"), "failed", 1, "no address"),
    "bad gzip": (say(b"not gzip at all", Content_Encoding="gzip"), "failed", 2, "broke off"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_a_failure_of_its_kind_and_tried_again_only_if_it_may_pass(serve, ask, fault):
    reply, kind, requests, words = FAULTS[fault]
    server = serve()
    server.always["ABC"] = reply or redirect(server.address.format(ticker="ABC"))
    error = failure_of(ask(server))
    assert error.kind == kind
    assert words in str(error)
    assert len(server.asked) == requests


@pytest.mark.parametrize("reply", [silent, drip(), drip(headers=True)], ids=["silent", "drip", "header drip"])
def test_a_server_that_takes_for_ever_is_given_up_at_the_deadline(serve, ask, reply):
    server = serve(always={"ABC": reply})
    error = failure_of(ask(server, limits=SHORT, patience={"attempts": 1}))
    assert (error.kind, error.may_pass) == ("timeout", True)
    assert len(ask(server).expirations("XYZ").days) == 4


def test_a_server_that_is_not_there_may_come_back(serve, ask):
    server = serve()
    provider = ask(server)
    server.__exit__()
    error = failure_of(provider)
    assert (error.kind, error.may_pass) == ("failed", True)
    assert "cannot be reached" in str(error)
    assert provider.gate.requests == 2


def test_an_answer_without_end_is_given_up(serve, ask):
    server = serve(always={"ABC": say(b" " * 10_000)})
    error = failure_of(ask(server, limits=WebLimits(overall=60, largest=5_000)))
    assert "more than 5,000 bytes" in str(error)


@pytest.mark.parametrize(
    ("header", "waited"),
    [
        ("3", 3.0),
        ("999999", 999_999.0),
        ("Fri, 13 Feb 2026 16:00:30 GMT", 30.0),
        ("Fri, 13 Feb 2026 15:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_what_the_server_asks_to_wait_is_read_from_seconds_and_dates(serve, ask, status, header, waited):
    server = serve(always={"ABC": refuse(status, Retry_After=header)})
    error = failure_of(ask(server, now=lambda: NOW, patience={"attempts": 1}))
    assert (error.may_pass, error.retry_after) == (True, waited)


def test_a_fault_that_passes_costs_a_retry_and_nothing_else(serve, ask):
    server = serve(script={"ABC": [refuse(503, Retry_After="0"), reset, cut, proper]})
    provider = ask(server, patience={"attempts": 4})
    assert provider.expirations("ABC").days == DAYS
    assert len(server.asked) == provider.gate.requests == 4


@pytest.mark.parametrize(
    ("how", "seen"),
    [
        ({}, ("Authorization", "Bearer k3y")),
        ({"secret_header": "X-Key", "secret_prefix": ""}, ("X-Key", "k3y")),
    ],
)
def test_the_key_goes_into_its_header(serve, ask, how, seen):
    server = serve()
    ask(server, secret=Secret("V", "k3y"), **how).expirations("ABC")
    assert server.asked[0].headers[seen[0]] == seen[1]
    assert "k3y" not in server.asked[0].line


def test_the_key_goes_into_the_address_where_the_vendor_wants_it_there(serve, ask):
    server = serve()
    ask(server, secret=Secret("V", "k&y"), secret_query="apikey").expirations("ABC")
    assert server.asked[0].line.endswith("?apikey=k%26y")
    assert "Authorization" not in server.asked[0].headers


@pytest.mark.parametrize("how", [{}, {"secret_query": "apikey"}])
def test_a_redirect_to_another_host_loses_the_key_and_one_to_the_same_keeps_it(serve, ask, how):
    first, other = serve(), serve()
    first.script["ABC"] = [redirect("/moved/ABC"), redirect(other.address.format(ticker="ABC"), status=307)]
    provider = ask(first, secret=Secret("V", "k3y"), **how)
    assert provider.expirations("ABC").days == DAYS
    has_key = ["k3y" in f"{each.line}{each.headers}" for each in (*first.asked, *other.asked)]
    assert has_key == [True, True, False]
    assert provider.gate.requests == 3


def test_a_certificate_that_nobody_vouches_for_is_refused(serve, ask, tmp_path):
    maker = pytest.importorskip("self_signed", reason="needs the package cryptography", exc_type=ImportError)
    server = serve(certificate=maker.write_certificate(tmp_path))
    error = failure_of(ask(server, secret=Secret("V", "k3y")))
    assert "certificate that cannot be trusted" in str(error)
    assert not error.may_pass
    assert server.asked == []


def test_requests_go_through_the_proxy_that_the_environment_names(serve, ask, monkeypatch):
    proxy = serve()
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    provider = ask(proxy, address="http://chains.invalid/options/{ticker}")
    assert provider.expirations("ABC").days == DAYS
    assert proxy.asked[0].line == "http://chains.invalid/options/ABC"


def test_after_close_nothing_is_asked(serve, ask):
    server = serve()
    provider = ask(server)
    provider.close()
    assert failure_of(provider).kind == "skipped"
    assert server.asked == []


# ------------------------------------------------------------------------------------------------ bad quotes


def spoil(**cells):
    return edited(lambda result: [row.update(cells) for row in contracts_of(result)])


def chain_from(serve, ask, reply):
    return ask(serve(always={"ABC": reply})).chain("ABC", DAYS[1])


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), "", "n/a", True, [], {}, 10**400])
def test_quotes_and_greeks_that_are_no_numbers_are_unknown(serve, ask, value):
    names = ("bid", "ask", "lastPrice", "volume", "openInterest", "impliedVolatility")
    chain = chain_from(serve, ask, spoil(**dict.fromkeys(names, value)))
    assert len(chain) == 50
    for name in ("bid", "ask", "last", "volume", "open_interest", "implied_volatility"):
        assert np.isnan(getattr(chain, name)).all()


def test_a_crossed_market_stays_for_the_rules_to_refuse(serve, ask):
    chain = chain_from(serve, ask, spoil(bid=2.0, ask=1.0))
    assert len(chain) == 50
    assert (chain.bid > chain.ask).all()


def test_a_contract_that_is_listed_twice_counts_once(serve, ask):
    double = edited(lambda result: result["options"][0].update(calls=result["options"][0]["calls"] * 3))
    assert len(chain_from(serve, ask, double)) == 50


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (spoil(expiration=0), "failed", "other contracts"),
        (spoil(strike=None), "failed", "other contracts"),
        (edited(lambda result: result.update(options=[])), "no_data", "lists nothing"),
        (
            edited(lambda result: result.update(options=[{"calls": [], "puts": []}])),
            "no_data",
            "no contracts",
        ),
    ],
    ids=["another day's", "no strikes", "no options", "empty lists"],
)
def test_an_expiration_that_is_listed_but_not_there_is_said_to_be_missing(serve, ask, reply, kind, words):
    with pytest.raises(ProviderError, match=words) as caught:
        chain_from(serve, ask, reply)
    assert caught.value.kind == kind
