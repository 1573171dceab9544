"""Chains from files: a Parquet or CSV file, or a folder of them, read once.

Of several snapshots of a ticker the last is taken, or the last that is not later than ``not_after``: a signal must not
be given quotes from its future. A file that does not say when its quotes were taken needs ``not_after`` as that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from engine.errors import DataError, JobError, ProviderError
from engine.options.chain import ChainReport, OptionChain, clean_chain
from engine.options.providers.base import (
    PROVIDERS,
    ChainProvider,
    Expirations,
    ProviderChoice,
    ProviderKind,
)
from engine.options.providers.layouts import SUFFIXES, Sheet, read_sheet


class FileProvider:
    """Chains of the tickers that a file or folder holds; safe to use from any thread once made."""

    name = cache_key = "files"
    is_local = True

    def __init__(
        self,
        path: Path,
        not_after: datetime | None = None,
        look_up: Callable[[], object] | None = None,
    ) -> None:
        """Read all chains; ``look_up`` is called between two of them, and what it raises ends the reading."""
        self.path = path
        self._chains: dict[str, OptionChain] = {}
        self.reports: dict[str, ChainReport] = {}
        self.skipped: dict[Path, str] = {}
        limit = None if not_after is None else _plain(not_after)
        for file, sheet in self._sheets():
            for chain, report in _chains(sheet, limit, file):
                if look_up is not None:
                    look_up()
                earlier = self._chains.get(chain.ticker)
                if earlier is None or earlier.as_of < chain.as_of:
                    self._chains[chain.ticker] = chain
                    self.reports[chain.ticker] = report

    @property
    def tickers(self) -> tuple[str, ...]:
        """All tickers with a chain, sorted."""
        return tuple(sorted(self._chains))

    @property
    def notes(self) -> tuple[str, ...]:
        """Which files of a folder are no chains, and why."""
        return tuple(f"{file} was skipped: {reason}" for file, reason in self.skipped.items())

    def expirations(self, ticker: str) -> Expirations:
        """Return what the files list for a ticker."""
        chain = self._of(ticker)
        return Expirations(ticker, chain.as_of, chain.spot, chain.expirations)

    def chain(self, ticker: str, expiration: date) -> OptionChain:
        """Return all contracts of one expiration."""
        return self._of(ticker).at(expiration)

    def close(self) -> None:
        """Nothing is open."""

    def _sheets(self) -> Iterator[tuple[Path, Sheet]]:
        """Yield what is readable; a file of a folder that is no chain is skipped with its reason, unless all are."""
        files = _files(self.path)
        for file in files:
            try:
                sheet = read_sheet(file)
            except DataError as error:
                if len(files) == 1 or len(self.skipped) == len(files) - 1:
                    raise
                self.skipped[file] = str(error)
                continue
            yield file, sheet

    def _of(self, ticker: str) -> OptionChain:
        try:
            return self._chains[ticker]
        except KeyError:
            sentence = f"{self.path.name} has no option chain of {ticker}."
            raise ProviderError(ticker, "no_data", sentence) from None


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
        if not found:
            sentence = f"{path} holds no file of option chains: put Parquet or CSV files there."
            raise DataError(str(path), sentence)
        return found
    if not path.exists():
        raise DataError(str(path), f"{path} does not exist: give a file or folder of option chains.")
    return [path]


def _chains(
    sheet: Sheet, limit: np.datetime64 | None, file: Path
) -> Iterator[tuple[OptionChain, ChainReport]]:
    """Yield the chain of each ticker, of the snapshot that may be used."""
    as_of = sheet.as_of
    if np.isnat(as_of).any():
        if limit is None:
            sentence = f"{file} does not say when its quotes were taken: give the moment with --as-of."
            raise DataError(str(file), sentence)
        as_of = np.where(np.isnat(as_of), limit, as_of)
    for ticker in np.unique(sheet.ticker.astype(str)):
        of_ticker = sheet.ticker == ticker
        if limit is not None:
            of_ticker &= as_of <= limit
        if not ticker or not of_ticker.any():
            continue
        moment = as_of[of_ticker].max()
        rows = np.flatnonzero(of_ticker & (as_of == moment))
        columns = {name: column[rows] for name, column in sheet.columns.items()}
        spots = sheet.spot[rows]
        spot = float(spots[np.isfinite(spots)][-1]) if np.isfinite(spots).any() else float("nan")
        yield clean_chain(str(ticker), _moment(moment), spot, columns)


def _plain(moment: datetime) -> np.datetime64:
    """Return a moment (UTC if it names no zone) as the files' arrays hold it."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return np.datetime64(aware.astimezone(UTC).replace(tzinfo=None), "us")


def _moment(plain: np.datetime64) -> datetime:
    found: datetime = plain.astype("datetime64[us]").astype(object)
    return found.replace(tzinfo=UTC)


def _open(choice: ProviderChoice) -> ChainProvider:
    if choice.chains is None:
        raise JobError((("chains", "The source 'files' needs --chains with a file or folder of chains."),))
    return FileProvider(choice.chains, choice.not_after)


PROVIDERS.add("files", ProviderKind("files", "files of chains, given with --chains", _open))
