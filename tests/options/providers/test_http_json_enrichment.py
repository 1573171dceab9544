"""A table against a vendor that misbehaves: one status for each row, no row touched by another's fault, no haste."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from functools import cache

import pyarrow as pa
import pytest
from chain_server import (
    DAYS,
    ChainServer,
    contracts_of,
    cut,
    edited,
    proper,
    refuse,
    reset,
    say,
    silent,
    todays_answer,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.options.enrichment import enrich
from engine.options.executor import ThrottledExecutor
from engine.options.outcome import MEASURED
from engine.options.providers.answer_layout import AnswerLayout
from engine.options.providers.http_json import HttpJsonProvider
from engine.options.providers.web import WebLimits
from engine.options.rulebook import make_rules
from engine.options.selection import ContractStatus
from engine.options.throttle import Patience, RateLimit, RequestGate

NOW = datetime(2026, 2, 13, 16, 0, tzinfo=UTC)
RULES = make_rules({})
STATUSES = {status.value for status in ContractStatus}


def spoil(**cells):
    return edited(lambda result: [row.update(cells) for row in contracts_of(result)])


def double(result) -> None:
    lists = result["options"][0]
    lists.update(calls=lists["calls"] * 2, puts=lists["puts"] * 2)


# What a ticker's requests meet, by the ticker's name: each reply in turn, the last of them from then on.
FAULTS = {
    "GOOD": [proper],
    "FINE": [proper],
    "REFUSED": [refuse(401)],
    "UNKNOWN": [refuse(404)],
    "BUSY": [refuse(429, Retry_After="0"), refuse(503), proper],
    "DOWN": [refuse(503)],
    "PAGE": [say(b"<html>", Content_Type="text/html")],
    "EMPTY": [say(b"")],
    "CUT": [cut],
    "CUTLATE": [proper, cut],
    "RESET": [reset],
    "OTHER": [edited(lambda result: result.update(underlyingSymbol="GOOD"))],
    "CROSSED": [spoil(bid=9.0, ask=1.0)],
    "NAN": [spoil(bid=float("nan"), ask=None, impliedVolatility=None)],
    "TWICE": [edited(double)],
    "NODAYS": [edited(lambda result: result.update(expirationDates=[]))],
    "MISSING": [proper, edited(lambda result: result.update(options=[]))],
    "ELSEWHEN": [spoil(expiration=int(NOW.timestamp()))],
}


def served() -> ChainServer:
    script = {ticker: replies[:-1] for ticker, replies in FAULTS.items()}
    return ChainServer(script=script, always={ticker: replies[-1] for ticker, replies in FAULTS.items()})


def provider_of(server: ChainServer, per_second: float = 1000.0, **patience) -> HttpJsonProvider:
    patience = {"attempts": 3, "first_wait": 0.001, "failures": 1000, **patience}
    gate = RequestGate(RateLimit(per_second), Patience(**patience), seed=1)
    layout = AnswerLayout(name="vendor", address=server.address)
    return HttpJsonProvider(layout, gate, limits=WebLimits(connect=30, read=30, overall=60))


def rows_of(tickers, workers: int = 8) -> list[dict[str, object]]:
    """Return the rows of a table of tickers, against a server of their own, without what was measured."""
    with served() as server:
        provider = provider_of(server)
        try:
            signals = pa.table({"Ticker": pa.array(tickers, pa.string()), "Note": list(range(len(tickers)))})
            found = enrich(signals, provider, RULES, executor=ThrottledExecutor(workers=workers), now=NOW)
        finally:
            provider.close()
    return found.table.drop_columns(list(MEASURED)).to_pylist()


@cache
def row_alone(ticker: str) -> dict[str, object]:
    return rows_of([ticker])[0]


@pytest.fixture(autouse=True, scope="module")
def no_proxy():
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            patch.delenv(name, raising=False)
            patch.delenv(name.lower(), raising=False)
        yield


@pytest.mark.parametrize(
    ("ticker", "status"),
    [
        ("GOOD", "Success"),
        ("REFUSED", "Provider_Error"),
        ("UNKNOWN", "No_Chain_Data"),
        ("BUSY", "Success"),
        ("DOWN", "Provider_Error"),
        ("CUTLATE", "Provider_Error"),
        ("OTHER", "Provider_Error"),
        ("CROSSED", "Low_Liquidity"),
        ("NAN", "Fast_Reject"),
        ("TWICE", "Success"),
        ("MISSING", "No_Chain_Data"),
        ("ELSEWHEN", "Provider_Error"),
    ],
)
def test_each_fault_has_its_status(ticker, status):
    row = row_alone(ticker)
    assert row["Contract_Status"] == status
    assert row["Contract_Reason"]
    assert (row["Contract_Symbols"] is None) == (status != "Success")


@settings(max_examples=12)
@given(st.lists(st.sampled_from(sorted(FAULTS)), min_size=1, max_size=30), st.sampled_from((1, 3, 8)))
def test_whatever_goes_wrong_every_row_is_there_as_if_it_were_alone(tickers, workers):
    rows = rows_of(tickers, workers)
    assert [row["Ticker"] for row in rows] == tickers
    assert [row["Note"] for row in rows] == list(range(len(tickers)))
    assert {row["Contract_Status"] for row in rows} <= STATUSES
    assert [{**row, "Note": 0} for row in rows] == [row_alone(ticker) for ticker in tickers]


def test_one_worker_and_eight_give_the_same_table():
    tickers = [*FAULTS, *(f"T{number}" for number in range(20)), *FAULTS]
    assert rows_of(tickers, workers=1) == rows_of(tickers, workers=8)


def test_the_age_of_quotes_is_counted_to_one_moment():
    assert {row["Chain_Age_Minutes"] for row in rows_of([f"T{number}" for number in range(9)])} == {10.0}


def most_in_a_second(moments: list[float]) -> int:
    moments = sorted(moments)
    return max(sum(first <= each < first + 1 for each in moments) for first in moments)


def test_the_server_sees_no_more_than_the_limit_and_what_eight_threads_have_under_way():
    """14 tickers with four requests each, every third of them tried again, at 40 a second.

    A thread may be late between its turn and its request, so up to one request of each comes with those of the next
    second: that is the burst.
    """
    limit, burst, tickers = 40, 8, [f"T{number}" for number in range(14)]
    with ChainServer(script={ticker: [proper, refuse(503)] for ticker in tickers[::3]}) as server:
        provider = provider_of(server, per_second=limit)

        def four_requests(ticker: str, stop: threading.Event) -> int:
            return len(provider.expirations(ticker).days) + sum(
                len(provider.chain(ticker, day)) for day in DAYS[:3]
            )

        answers = ThrottledExecutor(provider.gate, workers=8).map_parallel(four_requests, tickers)
        provider.close()
    assert [answer.value for answer in answers] == [154] * 14
    assert len(server.asked) == provider.gate.requests == 14 * 4 + 5
    assert most_in_a_second([each.moment for each in server.asked]) <= limit + burst


@pytest.mark.parametrize("is_there", [False, True], ids=["refuses connections", "says nothing"])
def test_500_tickers_on_a_dead_server_are_soon_done(serve, ask, is_there):
    tickers = [f"T{number}" for number in range(500)]
    server = serve(always=dict.fromkeys(tickers, silent))
    patience = {"attempts": 2, "failures": 5}
    provider = ask(server, limits=WebLimits(connect=0.3, read=0.3, overall=1), patience=patience)
    if not is_there:
        server.__exit__()
    found = enrich(pa.table({"Ticker": tickers}), provider, RULES, executor=ThrottledExecutor(workers=8))
    assert sum(found.counts.values()) == 500
    assert found.counts["Skipped"] >= 500 - 13
    assert provider.gate.requests <= 2 * (5 + 8)
    assert not found.is_complete


def test_a_run_that_is_cancelled_asks_no_more(serve, ask):
    server, cancel = serve(always={"T0": silent}), threading.Event()
    provider = ask(server)
    table = pa.table({"Ticker": ["A", "T0", "B", "C"]})

    def progress(done: int, of: int) -> None:
        if done == 1:
            cancel.set()

    executor = ThrottledExecutor(workers=1)
    found = enrich(table, provider, RULES, executor=executor, progress=progress, cancel=cancel)
    provider.close()
    assert found.counts == {"Success": 1, "Skipped": 3}
    assert {each.ticker for each in server.asked} <= {"A", "T0"}


def test_todays_market_is_read_as_the_tests_market(serve, ask):
    server = serve(always={"ABC": todays_answer(timedelta(minutes=5))})
    found = enrich(pa.table({"Ticker": ["ABC"]}), ask(server), RULES)
    assert found.counts == {"Success": 1}
