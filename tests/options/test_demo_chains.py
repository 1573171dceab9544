"""The demo's option chains: labelled, repeatable, and sound by the rules that real chains are held to."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow.parquet as pq
import pytest

from engine.options.demo_chains import DAYS_TO_EXPIRY, RATE, Underlying, write_demo_chains
from engine.options.pricing import Terms, implied_volatility
from engine.options.providers.files import FileProvider

DAY = date(2026, 11, 20)
UNDERLYINGS = (Underlying("AAA", 48.3, 0.3), Underlying("BBB", 1310.0, 0.2), Underlying("CCC", 2.25, 0.6))


@pytest.fixture
def path(tmp_path):
    target = tmp_path / "chains.parquet"
    write_demo_chains(target, UNDERLYINGS, DAY, seed=1, label="SYNTHETIC: a test")
    return target


def test_every_underlying_has_a_chain_and_no_row_of_it_is_refused(path):
    provider = FileProvider(path)
    assert provider.tickers == ("AAA", "BBB", "CCC")
    for ticker in provider.tickers:
        assert [(day - DAY).days for day in provider.expirations(ticker).days] == list(DAYS_TO_EXPIRY)
        assert sum(provider.reports[ticker].left_out.values()) == 0


def test_quotes_do_not_cross_and_keep_the_parity_of_puts_and_calls(path):
    rows = pq.read_table(path).to_pandas()
    assert (rows.bid < rows.ask).all() and (rows.bid >= 0).all()
    middle = rows.assign(middle=(rows.bid + rows.ask) / 2, half=(rows.ask - rows.bid) / 2)
    pairs = middle.pivot_table(
        index=["ticker", "expiration", "strike", "spot"], columns="right"
    ).reset_index()
    years = (pairs["expiration"].map(lambda day: (day - DAY).days)) / 365.0
    forward = pairs["spot"] - pairs["strike"] * np.exp(-RATE * years)
    gap = (pairs["middle"]["call"] - pairs["middle"]["put"] - forward).abs()
    assert (gap <= pairs["half"]["call"] + pairs["half"]["put"] + 0.011).all()


def test_the_middle_price_has_nearly_the_volatility_that_the_file_names(path):
    rows = pq.read_table(path).to_pandas()
    rows = rows[(rows.bid > 0.5) & (rows.ticker == "BBB")]
    years = np.array([(day - DAY).days for day in rows.expiration]) / 365.0
    terms = Terms(rows.spot.values, rows.strike.values, years, (rows.right == "call").values, rate=RATE)
    found = implied_volatility(terms, ((rows.bid + rows.ask) / 2).values)
    at_the_money = np.abs(rows.strike.values / rows.spot.values - 1) < 0.03
    assert at_the_money.sum() > 10
    np.testing.assert_allclose(found[at_the_money], rows.implied_volatility.values[at_the_money], rtol=0.02)


def test_the_same_seed_gives_the_same_bytes_and_the_label_travels_along(path, tmp_path):
    again, other = tmp_path / "again.parquet", tmp_path / "other.parquet"
    write_demo_chains(again, UNDERLYINGS, DAY, seed=1, label="SYNTHETIC: a test")
    write_demo_chains(other, UNDERLYINGS, DAY, seed=2, label="SYNTHETIC: a test")
    assert path.read_bytes() == again.read_bytes() != other.read_bytes()
    assert pq.read_metadata(path).metadata[b"candlewick.origin"] == b"SYNTHETIC: a test"


def test_progress_counts_the_underlyings_and_what_it_raises_leaves_no_file(tmp_path):
    heard = []

    def look_up(done: int, total: int) -> None:
        heard.append((done, total))
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        write_demo_chains(
            tmp_path / "x.parquet", UNDERLYINGS, DAY, seed=1, label="SYNTHETIC", progress=look_up
        )
    assert heard == [(1, 3), (2, 3)]
    assert list(tmp_path.iterdir()) == []


def test_without_an_underlying_there_is_no_file(tmp_path):
    assert write_demo_chains(tmp_path / "none.parquet", (), DAY, seed=1, label="SYNTHETIC") == 0
    assert not (tmp_path / "none.parquet").exists()
