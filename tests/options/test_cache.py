"""One request for all who ask, files that survive a run, and nothing wrong is ever read back."""

from __future__ import annotations

import os
import threading
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from option_market import market_chain

from engine.errors import ProviderError
from engine.options.cache import CachedProvider, ChainCache
from engine.options.chain import ARRAYS
from engine.options.providers.base import Expirations

DAY = date(2026, 3, 20)
NOW = datetime(2026, 2, 13, 16, 0, tzinfo=UTC)


class CountingProvider:
    """A provider that counts its requests and can be told to fail."""

    name = cache_key = "counting"
    notes = ("a note",)
    is_local = False

    def __init__(self) -> None:
        self.requests: list[tuple[str, ...]] = []
        self.fails = False
        self.gate = threading.Event()
        self.gate.set()

    def expirations(self, ticker: str) -> Expirations:
        self.requests.append(("expirations", ticker))
        chain = market_chain()
        return Expirations(ticker, chain.as_of, chain.spot, chain.expirations)

    def chain(self, ticker: str, expiration: date):
        self.requests.append(("chain", ticker))
        self.gate.wait(60)
        if self.fails:
            raise ProviderError(ticker, "failed", "It failed.")
        return market_chain().at(expiration)

    def close(self) -> None:
        self.requests.append(("close",))


def same(left, right) -> bool:
    equal = [
        np.array_equal(
            getattr(left, name), getattr(right, name), equal_nan=getattr(left, name).dtype.kind == "f"
        )
        for name in ARRAYS
    ]
    return all(equal) and (left.ticker, left.as_of, left.spot) == (right.ticker, right.as_of, right.spot)


def cache_at(folder, hours: float = 0.0) -> ChainCache:
    return ChainCache(folder, now=lambda: NOW + timedelta(hours=hours))


def test_eight_threads_that_ask_for_one_chain_make_one_request():
    source = CountingProvider()
    source.gate.clear()
    provider, found = CachedProvider(source, ChainCache()), []
    threads = [threading.Thread(target=lambda: found.append(provider.chain("ABC", DAY))) for _ in range(8)]
    for thread in threads:
        thread.start()
    source.gate.set()
    for thread in threads:
        thread.join(60)
    assert source.requests == [("chain", "ABC")]
    assert len(found) == 8
    assert all(each is found[0] for each in found)


def test_expirations_are_asked_for_once_a_run():
    source = CountingProvider()
    provider = CachedProvider(source, ChainCache())
    assert provider.expirations("ABC") is provider.expirations("ABC")
    assert len(source.requests) == 1


@pytest.mark.parametrize("ticker", ["ABC", "BRK.B", "../../etc", "NUL", "a/b", "..", "汉"])
def test_a_chain_comes_out_of_its_file_as_it_went_in(tmp_path, ticker):
    source, folder = CountingProvider(), tmp_path / "cache"
    first = CachedProvider(source, cache_at(folder)).chain(ticker, DAY)
    second = CachedProvider(source, cache_at(folder, hours=0.1)).chain(ticker, DAY)
    assert len(source.requests) == 1
    assert same(first, second)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert folder.resolve() in files[0].resolve().parents


def test_an_old_chain_is_fetched_anew(tmp_path):
    source = CountingProvider()
    CachedProvider(source, cache_at(tmp_path)).chain("ABC", DAY)
    CachedProvider(source, cache_at(tmp_path, hours=1)).chain("ABC", DAY)
    assert len(source.requests) == 2


def test_when_the_source_fails_an_old_chain_is_better_than_none_and_said_to_be_old(tmp_path):
    source = CountingProvider()
    CachedProvider(source, cache_at(tmp_path)).chain("ABC", DAY)
    source.fails = True
    later = CachedProvider(source, cache_at(tmp_path, hours=1))
    assert len(later.chain("ABC", DAY))
    assert later.stale == {"ABC"}


def test_another_day_has_chains_of_its_own(tmp_path):
    source = CountingProvider()
    CachedProvider(source, cache_at(tmp_path)).chain("ABC", DAY)
    CachedProvider(source, cache_at(tmp_path, hours=24)).chain("ABC", DAY)
    assert len(list(tmp_path.rglob("*.parquet"))) == 2


def test_a_failure_is_not_kept():
    source = CountingProvider()
    source.fails = True
    provider = CachedProvider(source, ChainCache())
    with pytest.raises(ProviderError):
        provider.chain("ABC", DAY)
    source.fails = False
    assert len(provider.chain("ABC", DAY))


def test_a_broken_file_is_never_read_as_a_chain(tmp_path):
    source = CountingProvider()
    first = CachedProvider(source, cache_at(tmp_path)).chain("ABC", DAY)
    (path,) = tmp_path.rglob("*.parquet")
    good, random = path.read_bytes(), np.random.default_rng(3)
    for _ in range(40):
        broken = bytearray(good)
        broken[random.integers(len(broken))] ^= 1 << int(random.integers(8))
        path.write_bytes(bytes(broken))
        assert same(CachedProvider(source, cache_at(tmp_path)).chain("ABC", DAY), first)
    for length in (0, 10, len(good) // 2):
        path.write_bytes(good[:length])
        assert same(CachedProvider(source, cache_at(tmp_path)).chain("ABC", DAY), first)


def test_a_folder_that_cannot_be_written_costs_a_request_only(tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    provider = CachedProvider(CountingProvider(), cache_at(tmp_path / "file"))
    assert len(provider.chain("ABC", DAY))


def test_files_that_nobody_will_ask_for_are_removed_and_nothing_else(tmp_path):
    CachedProvider(CountingProvider(), cache_at(tmp_path)).chain("ABC", DAY)
    [old] = tmp_path.rglob("*.parquet")
    os.utime(old, (0, 0))
    other = tmp_path / "notes.txt"
    other.write_text("mine", encoding="utf-8")
    CachedProvider(CountingProvider(), cache_at(tmp_path)).chain("XYZ", DAY)
    # Files are as old as this machine's clock says, not the tests'.
    ChainCache(tmp_path).forget_old()
    assert [path.parent.name for path in tmp_path.rglob("*.parquet")] == ["t=XYZ"]
    assert other.exists()
    ChainCache().forget_old()


def test_a_note_names_the_tickers_with_old_chains(tmp_path):
    source = CountingProvider()
    CachedProvider(source, cache_at(tmp_path)).chain("ABC", DAY)
    source.fails = True
    later = CachedProvider(source, cache_at(tmp_path, hours=1))
    assert later.notes == ("a note",)
    later.chain("ABC", DAY)
    assert later.notes[0] == "a note"
    assert "stand for ABC" in later.notes[1]
