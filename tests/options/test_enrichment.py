"""As many rows out as in, each with one status; one ticker's failure changes no other row."""

from __future__ import annotations

import threading
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from option_market import market_chain

from engine.errors import DataError, ProviderError
from engine.options.enrichment import enrich
from engine.options.executor import ThrottledExecutor
from engine.options.forward import ForwardReturns
from engine.options.outcome import CONTRACT_COLUMNS, MEASURED
from engine.options.providers.base import Expirations
from engine.options.rulebook import make_rules
from engine.options.selection import ContractStatus

RULES = make_rules({})
STATUSES = {status.value for status in ContractStatus}


class ScriptedProvider:
    """A provider whose tickers misbehave by their names, and that notes its requests."""

    name = cache_key = "scripted"
    is_local = False

    def __init__(self) -> None:
        self.requests: list[tuple[str, date | None]] = []
        self.release = threading.Event()

    def expirations(self, ticker: str) -> Expirations:
        self.requests.append((ticker, None))
        fault = ticker.rstrip("0123456789")
        if fault in {"no_data", "failed", "timeout", "skipped"}:
            raise ProviderError(ticker, fault, f"{ticker} is {fault}.")
        if fault == "bug":
            raise ZeroDivisionError(ticker)
        if fault == "hang":
            self.release.wait(120)
        chain = market_chain()
        days = () if fault == "nothing" else chain.expirations
        return Expirations(ticker, chain.as_of, chain.spot, days)

    def chain(self, ticker: str, expiration: date):
        self.requests.append((ticker, expiration))
        fault = ticker.rstrip("0123456789")
        if fault == "late_failure":
            raise ProviderError(ticker, "failed", f"{ticker} failed late.")
        changes = {}
        if fault == "no_interest":
            changes = {"open_interest": np.zeros(200)}
        elif fault == "no_bid":
            changes = {"bid": np.zeros(200)}
        elif fault == "thin" or (fault == "thin_at_first" and expiration == market_chain().expirations[2]):
            changes = {"open_interest": np.full(200, 3.0)}
        return market_chain(**changes).at(expiration)

    def close(self) -> None:
        self.release.set()


@pytest.fixture
def provider():
    source = ScriptedProvider()
    yield source
    source.close()


def rows_of(tickers, **columns) -> pa.Table:
    return pa.table({"Ticker": pa.array(tickers, pa.string()), **columns})


def statuses(enrichment) -> list[str]:
    return enrichment.table.column("Contract_Status").to_pylist()


@pytest.mark.parametrize(
    ("ticker", "status", "words"),
    [
        ("GOOD", "Success", "Long call"),
        ("no_data", "No_Chain_Data", "is no_data"),
        ("failed", "Provider_Error", "is failed"),
        ("timeout", "Timeout", "is timeout"),
        ("skipped", "Skipped", "is skipped"),
        ("bug", "Provider_Error", "ZeroDivisionError"),
        ("nothing", "No_Viable_Expirations", "nothing is listed"),
        ("late_failure", "Provider_Error", "failed late"),
        ("no_interest", "Fast_Reject", "open interest is 0"),
        ("no_bid", "Fast_Reject", "bid"),
        ("thin", "Low_Liquidity", "open interest 3 below 25"),
        ("thin_at_first", "Success", "2026-03-20"),
    ],
)
def test_each_way_to_end_has_its_status_and_its_reason(provider, ticker, status, words):
    found = enrich(rows_of([ticker, "GOOD"]), provider, RULES)
    assert statuses(found) == [status, "Success"]
    assert words in found.table.column("Contract_Reason")[0].as_py()


def test_a_ticker_that_hangs_times_out_alone(provider):
    found = enrich(rows_of(["A", "hang", "B", "hang"]), provider, RULES, timeout=1.0)
    assert statuses(found) == ["Success", "Timeout", "Success", "Timeout"]
    assert not found.is_complete
    assert "given up" in found.table.column("Parallel_Error")[1].as_py()


def test_a_cancelled_run_keeps_every_row(provider):
    cancel = threading.Event()
    cancel.set()
    found = enrich(rows_of(["A", "B"]), provider, RULES, cancel=cancel)
    assert statuses(found) == ["Skipped", "Skipped"]


names = st.sampled_from(
    (
        "A",
        "B",
        "C",
        "no_data",
        "failed",
        "timeout",
        "skipped",
        "bug",
        "nothing",
        "late_failure",
        "no_bid",
        "thin",
        "",
    )
)

wishes = st.sampled_from((None, "long_put", "bull put", "nonsense"))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            names,
            st.sampled_from((None, "long_put", "bull put", "nonsense")),
            st.sampled_from((None, 10.0, 99.0)),
        ),
        max_size=30,
    )
)
def test_rows_in_are_rows_out_one_status_each_and_no_row_is_touched(rows):
    tickers, strategies, days = ([row[column] for row in rows] for column in range(3))
    signals = rows_of(
        tickers,
        strategy=pa.array(strategies, pa.string()),
        min_dte=pa.array(days, pa.float64()),
        note=pa.array(range(len(rows)), pa.int64()),
    )
    one, eight = (
        enrich(signals, ScriptedProvider(), RULES, executor=ThrottledExecutor(workers=workers))
        for workers in (1, 8)
    )
    assert one.table.select(signals.column_names).equals(signals)
    assert set(statuses(one)) <= STATUSES
    assert None not in statuses(one)
    assert sum(one.counts.values()) == len(rows)
    assert one.table.drop_columns(list(MEASURED)).equals(eight.table.drop_columns(list(MEASURED)))


def test_rows_of_one_ticker_share_their_requests(provider):
    signals = rows_of(["A"] * 50, strategy=pa.array(["long_call", "straddle"] * 25))
    enrich(signals, provider, RULES)
    assert len(provider.requests) == len(set(provider.requests)) == 2


def test_what_rows_of_one_ticker_share_is_not_shared_with_other_rules(provider):
    rules = pa.array(["long_call", "straddle", "long_call", "nonsense"])
    table = enrich(rows_of(["A", "A", "B", "A"], strategy=rules), provider, RULES).table
    assert table.column("Strategy_Name").to_pylist() == ["long_call", "straddle", "long_call", None]
    symbols = table.column("Contract_Symbols").to_pylist()
    assert symbols[1].count(";") == 1 and ";" not in symbols[0]
    assert "nonsense" in table.column("Contract_Reason")[3].as_py()


def test_what_progress_raises_ends_the_reading_of_many_rows(provider):
    def stop(done: int, total: int) -> None:
        assert (done, total) == (0, 3)
        raise KeyError("not wanted any more")

    with pytest.raises(KeyError):
        enrich(rows_of(["A", "B", "C"]), provider, RULES, progress=stop)
    assert provider.requests == []


def test_further_chains_are_fetched_only_while_no_structure_was_found(provider):
    enrich(rows_of(["GOOD"]), provider, RULES)
    assert len(provider.requests) == 2
    enrich(rows_of(["thin_at_first"]), provider, RULES)
    assert len(provider.requests) == 5


def test_with_a_sample_only_a_row_that_needs_more_is_deferred_not_failed(provider):
    found = enrich(rows_of(["GOOD", "thin_at_first"]), provider, RULES, depth="sample")
    assert statuses(found) == ["Success", "Deferred"]
    assert "not fetched, as asked" in found.table.column("Contract_Reason")[1].as_py()
    assert len(provider.requests) == 4
    assert found.is_complete


def test_columns_of_an_earlier_run_are_replaced(provider):
    first = enrich(rows_of(["GOOD"]), provider, RULES).table
    again = enrich(first, provider, RULES).table
    assert again.column_names == first.column_names == ["Ticker", *CONTRACT_COLUMNS.names]


def test_what_was_measured_was_measured(provider):
    table = enrich(rows_of(["A", "B", "A"]), provider, RULES, executor=ThrottledExecutor(workers=1)).table
    assert table.column("Parallel_Batch_Size").to_pylist() == [2, 1, 2]
    assert table.column("Parallel_Worker_ID").to_pylist() == [1, 1, 1]
    seconds = table.column("Parallel_Processing_Time").to_pylist()
    assert seconds[0] == seconds[2] > 0
    assert table.column("Parallel_Error").null_count == 3


def test_progress_counts_rows_up_to_all_of_them(provider):
    told = []
    enrich(
        rows_of(["A", "B", "A", ""]), provider, RULES, progress=lambda done, total: told.append((done, total))
    )
    assert told[-1] == (4, 4)
    assert told == sorted(told)


def test_past_returns_are_held_against_the_structure(provider):
    returns = np.array([-0.2, 0.0, 0.01, 0.3, np.nan])
    forward = ForwardReturns({5: np.full(3, 9.0), 30: returns})
    table = enrich(rows_of(["A"]), provider, RULES, forward=forward).table
    assert table.column("Past_Win_Rate").to_pylist() == [0.25]
    assert "4 past returns over 30 bars" in table.column("Past_Note")[0].as_py()
    assert "read with care" in table.column("Past_Note")[0].as_py()


def test_rejected_candidates_are_kept_by_row(provider):
    found = enrich(rows_of(["thin"]), provider, RULES)
    assert len(found.rejected[0]) == found.table.column("Rejected_Candidates")[0].as_py() > 10
    assert found.rejected[0][0].reason


def test_a_table_without_tickers_is_refused_in_a_sentence(provider):
    with pytest.raises(DataError, match="no column Ticker or symbol; their columns are close"):
        enrich(pa.table({"close": [1.0]}), provider, RULES)


def test_no_rows_give_no_rows_with_all_columns(provider):
    found = enrich(rows_of([]), provider, RULES)
    assert found.table.num_rows == 0
    assert found.table.column_names == ["Ticker", *CONTRACT_COLUMNS.names]
