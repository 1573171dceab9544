"""Chains from files of each layout: the right snapshot, nothing from a signal's future, texts that stay texts."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.errors import DataError, ProviderError
from engine.options.providers.files import FileProvider

YAHOO = (
    "contractSymbol,lastTradeDate,strike,lastPrice,bid,ask,volume,openInterest,impliedVolatility,optionType,"
    "expirationDate,underlyingPrice,ticker,snap\n"
    "{t}260320C00100000,2026-02-11 15:00:00+00:00,100,3.1,3.0,3.2,10,50,0.3,call,2026-03-20,{spot},{t},{snap}\n"
    "{t}260320P00100000,2026-02-11 17:{minute}:00+00:00,100,2.9,2.8,3.0,,50,0.00001,put,2026-03-20,{spot},{t},{snap}\n"
)
PLAIN = (
    "ticker,as_of,spot,expiration,right,strike,bid,ask\n"
    "NA,2026-02-13T16:00:00+01:00,50,2026-03-20,C,50,1,1.1\n"
    "005930,2026-02-13T15:00:00,70,20260320,put,70,2,2.2\n"
    "005930,2026-02-13T15:00:00,70,never,put,75,x,2.2\n"
    "005930,2026-02-13T15:00:00,70,2026-03-20,warrant,80,1,2\n"
)


@pytest.fixture
def two_snapshots(tmp_path):
    header, *first = YAHOO.format(t="ABC", spot=99, snap=1, minute="00").splitlines()
    _, *second = YAHOO.format(t="ABC", spot=101, snap=2, minute="30").splitlines()
    path = tmp_path / "chains.csv"
    path.write_text("\n".join([header, *second, *first]), encoding="utf-8")
    return path


def test_of_two_snapshots_the_last_is_taken(two_snapshots):
    listed = FileProvider(two_snapshots).expirations("ABC")
    assert (listed.spot, listed.as_of) == (101, datetime(2026, 2, 11, 17, 30, tzinfo=UTC))


def test_a_snapshot_later_than_the_signal_is_not_used(two_snapshots):
    provider = FileProvider(two_snapshots, not_after=datetime(2026, 2, 11, 17, 10, tzinfo=UTC))
    assert provider.expirations("ABC").spot == 99
    early = FileProvider(two_snapshots, not_after=datetime(2026, 2, 10, tzinfo=UTC))
    assert early.tickers == ()


def test_yahoos_columns_mean_what_they_say(two_snapshots):
    provider = FileProvider(two_snapshots)
    (day,) = provider.expirations("ABC").days
    chain = provider.chain("ABC", day)
    assert chain.symbol.tolist() == ["ABC260320C00100000", "ABC260320P00100000"]
    assert chain.is_call.tolist() == [True, False]
    assert chain.volume.tolist() == pytest.approx([10, np.nan], nan_ok=True)
    assert np.isnan(chain.implied_volatility[1]), "1e-5 is Yahoo's word for unknown"


def test_the_ticker_is_read_from_the_contract_where_no_column_names_it(tmp_path):
    lines = YAHOO.format(t="BRK.B", spot=99, snap=1, minute="00").splitlines()
    path = tmp_path / "chains.csv"
    path.write_text("\n".join(line.rsplit(",", 2)[0] for line in lines), encoding="utf-8")
    assert FileProvider(path).tickers == ("BRK.B",)


def test_the_plain_layout_keeps_texts_and_zones(tmp_path):
    path = tmp_path / "chains.csv"
    path.write_text(PLAIN, encoding="utf-8")
    provider = FileProvider(path)
    assert provider.tickers == ("005930", "NA")
    assert provider.expirations("NA").as_of == provider.expirations("005930").as_of
    assert provider.reports["005930"].left_out == {"neither call nor put": 1, "no expiration": 1}
    (day,) = provider.expirations("005930").days
    assert provider.chain("005930", day).symbol.tolist() == ["005930260320P00070000"]


def test_a_universe_of_lean_has_no_quotes_and_the_close_as_its_moment(tmp_path):
    columns = {
        "expiry": ["20140719"],
        "strike": [630.0],
        "right": ["C"],
        "close": [18.0],
        "volume": [2119],
        "open_interest": [5336.0],
        "implied_volatility": [0.3],
        "ticker": ["AAPL"],
        "date": ["20140602"],
        "underlying_close": [628.0],
    }
    path = tmp_path / "universe.parquet"
    pq.write_table(pa.table(columns), path)
    provider = FileProvider(path)
    listed = provider.expirations("AAPL")
    assert listed.as_of == datetime(2014, 6, 2, 20, 0, tzinfo=UTC)
    chain = provider.chain("AAPL", listed.days[0])
    assert chain.symbol.tolist() == ["AAPL140719C00630000"]
    assert np.isnan(chain.bid).all()
    assert chain.last.tolist() == [18.0]


def test_quotes_without_a_moment_need_one(tmp_path):
    path = tmp_path / "chains.csv"
    path.write_text(PLAIN.replace("2026-02-13T15:00:00", ""), encoding="utf-8")
    with pytest.raises(DataError, match="--as-of"):
        FileProvider(path)
    given = datetime(2026, 2, 14, tzinfo=UTC)
    assert FileProvider(path, not_after=given).expirations("005930").as_of == given


def test_a_folder_is_read_whole_and_what_is_no_chain_is_skipped_with_its_reason(tmp_path, two_snapshots):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "plain.csv").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "prices.csv").write_text("symbol,close\nABC,3\n", encoding="utf-8")
    provider = FileProvider(tmp_path)
    assert provider.tickers == ("005930", "ABC", "NA")
    (reason,) = provider.skipped.values()
    assert "no layout of option chains" in reason


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("chains.csv", b"symbol,close\nABC,3\n", "no layout of option chains"),
        ("chains.csv", b"", "cannot be read"),
        ("chains.parquet", b"PAR1 no more", "cannot be read"),
    ],
)
def test_a_file_that_is_no_chain_is_told_in_a_sentence(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=words):
        FileProvider(tmp_path / name)


def test_a_missing_or_empty_place_is_told(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        FileProvider(tmp_path / "none")
    with pytest.raises(DataError, match="holds no file"):
        FileProvider(tmp_path)


def test_a_ticker_without_a_chain_has_no_data(two_snapshots):
    with pytest.raises(ProviderError, match="no option chain of XYZ") as caught:
        FileProvider(two_snapshots).expirations("XYZ")
    assert caught.value.kind == "no_data"
