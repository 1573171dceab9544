"""Chains that were fetched once are not fetched again: kept in memory for a run, in Parquet files between runs.

Here: ``ChainCache`` and ``CachedProvider``, which any live provider can be put behind.

1. The key of a chain is provider, ticker, expiration and the day of asking (as-of).
2. Threads that ask for one key at once make one request: the first fetches, the others wait for it.
3. A file is Parquet with a checksum on every page and on what is said about them, replaced in one step; one that cannot
   be read is fetched anew.
4. A kept chain older than ``max_age`` is fetched anew too; if the source then fails, the old one is used and said to
   be stale.

A failure is not kept: the next who asks makes a request again.
"""

from __future__ import annotations

import contextlib
import json
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine.atomic import atomic_path
from engine.errors import CandlewickError, ProviderError
from engine.options.chain import ARRAYS, OptionChain
from engine.options.providers.base import ChainProvider, Expirations

T = TypeVar("T")
FORMAT = "1"
USUAL_AGE = timedelta(minutes=15)
KEPT_FOR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Kept:
    """A chain from the cache: how long ago it was fetched, and whether it is older than it should be."""

    chain: OptionChain
    fetched: datetime
    is_stale: bool = False


class ChainCache:
    """Files of chains in a folder; without a folder, memory alone."""

    def __init__(
        self,
        folder: Path | None = None,
        max_age: timedelta = USUAL_AGE,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.folder = folder
        self.max_age = max_age
        self.now = now
        self.hits = 0
        self.fetches = 0
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, ...], Future[Any]] = {}

    def chain(self, provider: str, ticker: str, expiration: date, fetch: Callable[[], OptionChain]) -> Kept:
        """Return a chain that is kept and young enough, else what ``fetch`` returns. Raises what ``fetch`` raises."""
        today = self.now().date()
        key = (provider, ticker, expiration.isoformat(), today.isoformat())
        return self.once(key, lambda: self._kept_or_fetched(key, fetch))

    def once(self, key: tuple[str, ...], work: Callable[[], T]) -> T:
        """Do ``work`` once for all threads that ask for ``key`` meanwhile, and give all of them its result."""
        with self._lock:
            future = self._under_way.get(key)
            is_first = future is None
            if future is None:
                future = self._under_way[key] = Future()
            else:
                self.hits += 1
        if is_first:
            try:
                future.set_result(work())
            except BaseException as error:
                with self._lock:
                    del self._under_way[key]  # a failure is not kept
                future.set_exception(error)
                raise
        result: T = future.result()
        return result

    def forget_old(self) -> None:
        """Remove files of chains that nobody will ask for any more: the day of asking is part of their key."""
        if self.folder is None:
            return
        limit = (self.now() - KEPT_FOR).timestamp()
        for path in self.folder.glob("*/*/*.parquet"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < limit:
                    path.unlink()

    def _kept_or_fetched(self, key: tuple[str, ...], fetch: Callable[[], OptionChain]) -> Kept:
        path = self._path(key)
        kept = None if path is None else _read(path)
        if kept is not None and self.now() - kept.fetched <= self.max_age:
            with self._lock:
                self.hits += 1
            return kept
        try:
            with self._lock:
                self.fetches += 1
            chain = fetch()
        except ProviderError:
            if kept is None:
                raise
            return Kept(kept.chain, kept.fetched, is_stale=True)
        fresh = Kept(chain, self.now())
        if path is not None:
            _write(path, fresh)
        return fresh

    def _path(self, key: tuple[str, ...]) -> Path | None:
        if self.folder is None:
            return None
        provider, ticker, expiration, as_of = (quote(part, safe="") for part in key)
        # A leading dot or a reserved name cannot come out of this: the ticker stands behind a letter.
        return self.folder / provider / f"t={ticker}" / f"{expiration}_{as_of}.parquet"


class CachedProvider:
    """A provider whose chains go through a cache; expirations are asked for once a run."""

    is_local: bool = False

    def __init__(self, provider: ChainProvider, cache: ChainCache) -> None:
        self._provider = provider
        self._cache = cache
        self.cache_key = provider.cache_key
        self.stale: set[str] = set()

    @property
    def name(self) -> str:
        """The name of the provider behind the cache."""
        return self._provider.name

    @property
    def notes(self) -> tuple[str, ...]:
        """The provider's notes, and which tickers had to do with old chains."""
        names = ", ".join(sorted(self.stale))
        old = (f"The source failed: older chains that were kept stand for {names}.",) if names else ()
        return (*self._provider.notes, *old)

    def expirations(self, ticker: str) -> Expirations:
        """Return what is listed for a ticker."""
        return self._cache.once((self.cache_key, ticker), lambda: self._provider.expirations(ticker))

    def chain(self, ticker: str, expiration: date) -> OptionChain:
        """Return all contracts of one expiration, kept or fetched."""
        kept = self._cache.chain(
            self.cache_key, ticker, expiration, lambda: self._provider.chain(ticker, expiration)
        )
        if kept.is_stale:
            self.stale.add(ticker)
        return kept.chain

    def close(self) -> None:
        """Close the provider."""
        self._provider.close()


def _write(path: Path, kept: Kept) -> None:
    """Keep a chain; a cache that cannot be written costs a request, never the result."""
    chain = kept.chain
    about = {
        "format": FORMAT,
        "ticker": chain.ticker,
        "as_of": chain.as_of.isoformat(),
        "spot": repr(chain.spot),
        "fetched": kept.fetched.isoformat(),
    }
    columns = {name: getattr(chain, name) for name in ARRAYS}
    columns["symbol"] = pa.array(columns["symbol"], pa.string())
    columns["expiration"] = pa.array(columns["expiration"].astype("datetime64[D]"), pa.date32())
    text = json.dumps(about)
    # Pages have checksums of their own, a file's metadata have none.
    metadata = {"candlewick.chain": text, "candlewick.check": str(zlib.crc32(text.encode()))}
    table = pa.table(columns).replace_schema_metadata(metadata)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(path, durable=False) as temporary:
            pq.write_table(table, temporary, write_page_checksum=True)
    except (OSError, CandlewickError):
        return


def _read(path: Path) -> Kept | None:
    """Return what a file holds; None for a missing, torn or foreign one."""
    try:
        table = pq.read_table(path, page_checksum_verification=True)
        metadata = table.schema.metadata or {}
        text = metadata[b"candlewick.chain"]
        about = json.loads(text)
        if about["format"] != FORMAT or int(metadata[b"candlewick.check"]) != zlib.crc32(text):
            return None
        columns = {name: table.column(name).to_numpy() for name in ARRAYS}
        columns["symbol"] = np.asarray(columns["symbol"], dtype=object)
        columns["expiration"] = columns["expiration"].astype("datetime64[D]")
        as_of = datetime.fromisoformat(about["as_of"])
        chain = OptionChain(about["ticker"], as_of, float(about["spot"]), **columns)
        return Kept(chain, datetime.fromisoformat(about["fetched"]))
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError):
        return None
