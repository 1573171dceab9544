"""What a provider sends becomes a chain: wrong rows are left out and counted, bad quotes stay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from option_market import AS_OF, SPOT, market_columns

from engine.options.chain import clean_chain, years_between


def chain_of(**changes):
    return clean_chain("TEST", AS_OF, SPOT, {**market_columns(), **changes})


def test_a_chain_is_sorted_whatever_the_order_of_the_rows():
    columns = market_columns()
    shuffled = np.random.default_rng(5).permutation(len(columns["strike"]))
    chain, report = clean_chain("TEST", AS_OF, SPOT, {name: each[shuffled] for name, each in columns.items()})
    assert report.kept == report.rows == len(chain) == len(columns["strike"])
    for name in ("symbol", "strike", "bid", "expiration"):
        assert getattr(chain, name).tolist() == columns[name].tolist()


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("strike", np.nan, "no strike"),
        ("strike", 0.0, "no strike"),
        ("strike", -5.0, "no strike"),
        ("expiration", np.datetime64("NaT"), "no expiration"),
        ("expiration", np.datetime64("2026-02-12"), "expired"),
        ("right", "warrant", "neither call nor put"),
        ("ticker", "OTHER", "another ticker's"),
    ],
)
def test_a_row_that_is_wrong_in_itself_is_left_out_and_counted(column, value, reason):
    columns = market_columns()
    columns["ticker"] = np.array(["TEST"] * len(columns["strike"]), dtype=object)
    columns[column] = columns[column].copy()
    columns[column][3] = value
    chain, report = clean_chain("TEST", AS_OF, SPOT, columns)
    assert report.left_out == {reason: 1}
    assert "T3" not in chain.symbol
    assert len(chain) == report.rows - 1 == report.kept


def test_of_a_contract_listed_twice_the_first_stays():
    strike = market_columns()["strike"]
    strike[2] = strike[0]
    chain, report = chain_of(strike=strike)
    assert report.left_out == {"listed twice": 1}
    assert chain.symbol[0] == "T0"


def test_a_row_with_two_faults_is_counted_once():
    strike, expiration = market_columns()["strike"], market_columns()["expiration"]
    strike[0], expiration[0] = np.nan, np.datetime64("NaT")
    _, report = chain_of(strike=strike, expiration=expiration)
    assert sum(report.left_out.values()) == 1


def test_a_crossed_quote_stays_and_is_counted():
    bid = market_columns()["bid"]
    bid[4] += 100
    chain, report = chain_of(bid=bid)
    assert report.crossed == 1
    assert len(chain) == report.rows


def test_numbers_that_mean_unknown_are_unknown():
    volatility, bid, volume = (market_columns()[name] for name in ("implied_volatility", "bid", "volume"))
    volatility[0], bid[1], volume[2] = 1e-5, -1.0, np.inf
    chain, _ = chain_of(implied_volatility=volatility, bid=bid, volume=volume)
    assert np.isnan([chain.implied_volatility[0], chain.bid[1], chain.volume[2]]).all()


def test_columns_that_a_source_lacks_are_unknown_throughout():
    columns = market_columns()
    del columns["open_interest"], columns["symbol"]
    chain, _ = clean_chain("TEST", AS_OF, SPOT, columns)
    assert np.isnan(chain.open_interest).all()
    assert set(chain.symbol) == {""}


def test_expirations_are_days_in_order_with_their_distance():
    chain, _ = chain_of()
    days = [chain.days_to(day) for day in chain.expirations]
    assert days == [7, 35, 42, 90]
    assert set(chain.at(chain.expirations[1]).expiration.astype(object)) == {chain.expirations[1]}


def test_days_are_counted_on_the_exchange_not_in_utc():
    late = datetime(2026, 2, 14, 2, 0, tzinfo=UTC)  # still the evening of the 13th in New York
    columns = market_columns()
    chain, report = clean_chain("TEST", late, SPOT, columns)
    assert chain.days_to(chain.expirations[0]) == 7
    assert not report.left_out


def test_time_ends_at_the_close_of_the_exchange_in_winter_and_in_summer():
    for day, utc_hour in ((date(2026, 1, 16), 21), (date(2026, 7, 17), 20)):
        close = datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)
        assert years_between(close, day) == 0
        assert years_between(close - timedelta(days=365), day) == pytest.approx(1, abs=1e-9)
        assert years_between(close + timedelta(hours=1), day) == 0


def test_a_contract_that_expires_today_is_still_in_the_chain():
    expiration = market_columns()["expiration"]
    expiration[:50] = np.datetime64(AS_OF.date(), "D")
    chain, report = chain_of(expiration=expiration)
    assert not report.left_out
    assert (chain.years()[:50] > 0).all()


def test_the_spread_is_in_percent_of_the_middle():
    chain, _ = chain_of()
    row = int(np.argmax(chain.bid))
    assert chain.spread_percent[row] == pytest.approx(2.0)
    bid, ask = market_columns()["bid"], market_columns()["ask"]
    bid[0] = ask[0] = 0.0
    assert np.isnan(chain_of(bid=bid, ask=ask)[0].spread_percent[0])


def test_an_empty_chain_has_no_expirations():
    nothing = {name: each[:0] for name, each in market_columns().items()}
    chain, report = clean_chain("TEST", AS_OF, SPOT, nothing)
    assert (len(chain), chain.expirations, report.rows) == (0, (), 0)
