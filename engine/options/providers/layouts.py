"""The layouts of chain files that vendors ship, each turned into the columns of a chain.

Here: ``read_sheet`` (a Parquet or CSV file, its layout found by its columns) and the layouts. How a cell is read is in
``cells``; what a chain leaves out is decided by ``chain``.

| layout | told by its columns | moment of the quotes |
| --- | --- | --- |
| Yahoo, as yfinance saves it | ``contractSymbol``, ``expirationDate`` | the last trade of the snapshot, unless given |
| LEAN universes | ``expiry``, ``right``, ``underlying_close`` | that day's close |
| plain | ``ticker``, ``as_of``, ``spot``, ``expiration``, ``right``, ``strike`` | as it says |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from engine.errors import DataError
from engine.options.chain import NUMBERS
from engine.options.providers.cells import (
    close_of,
    days,
    moments,
    numbers,
    occ_symbols,
    read_text,
    rights,
    root_of,
    texts,
)

Columns: TypeAlias = dict[str, NDArray[Any]]
TEXT_SUFFIXES = (".csv", ".gz")
SUFFIXES = (".parquet", *TEXT_SUFFIXES)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The rows of a file.

    Whose they are, when they were quoted (``datetime64[us]``, UTC; NaT where the file does not say), the underlying's
    price then, and the columns of a chain.
    """

    ticker: NDArray[np.object_]
    as_of: NDArray[np.datetime64]
    spot: NDArray[np.float64]
    columns: Columns


@dataclass(frozen=True, slots=True)
class Layout:
    """One vendor's columns: which of them tell it, and how they are read."""

    name: str
    needs: frozenset[str]
    read: Callable[[pa.Table], Sheet]


def read_sheet(path: Path) -> Sheet:
    """Read a file of chains; its layout is found by its columns. Raises DataError."""
    try:
        table = pq.read_table(path) if path.suffix.lower() == ".parquet" else read_text(path)
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise DataError(str(path), f"{path} cannot be read as option chains: {reason}") from error
    names = {name.casefold(): name for name in table.column_names}
    for layout in LAYOUTS:
        if layout.needs <= set(names):
            return layout.read(table.rename_columns([name.casefold() for name in table.column_names]))
    known = "; ".join(f"{layout.name} ({', '.join(sorted(layout.needs))})" for layout in LAYOUTS)
    sentence = (
        f"{path} has no layout of option chains that is known. Known, by the columns that they need: {known}."
    )
    raise DataError(str(path), sentence)


# ------------------------------------------------------------------------------------------------ layouts


def _yahoo(table: pa.Table) -> Sheet:
    symbol = texts(table, "contractsymbol")
    ticker = (
        texts(table, "ticker")
        if "ticker" in table.column_names
        else np.array([root_of(text) for text in symbol], dtype=object)
    )
    traded = moments(table, "lasttradedate")
    snapshot = (
        texts(table, "snap") if "snap" in table.column_names else np.full(len(symbol), "", dtype=object)
    )
    as_of = np.full(len(symbol), np.datetime64("NaT"), dtype="datetime64[us]")
    for key in set(zip(ticker, snapshot, strict=True)):
        rows = (ticker == key[0]) & (snapshot == key[1])
        known = traded[rows & ~np.isnat(traded)]
        if len(known):
            as_of[rows] = known.max()
    columns = chain_columns(
        table,
        {"last": "lastprice", "open_interest": "openinterest", "implied_volatility": "impliedvolatility"},
    )
    columns |= {
        "symbol": symbol,
        "expiration": days(table, "expirationdate"),
        "right": rights(table, "optiontype"),
    }
    return Sheet(ticker, as_of, numbers(table, "underlyingprice"), columns)


def _lean(table: pa.Table) -> Sheet:
    ticker = texts(table, "ticker")
    day = days(table, "date")
    as_of = np.array([close_of(each) for each in day.astype(object)], dtype="datetime64[us]")
    # End-of-day universes hold the last trade, no quotes: bid and ask stay unknown.
    columns = chain_columns(table, {"last": "close"})
    expiration = days(table, "expiry")
    right = rights(table, "right")
    columns |= {
        "symbol": occ_symbols(ticker, expiration, right, columns["strike"]),
        "expiration": expiration,
        "right": right,
    }
    return Sheet(ticker, as_of, numbers(table, "underlying_close"), columns)


def _plain(table: pa.Table) -> Sheet:
    ticker, expiration, right = texts(table, "ticker"), days(table, "expiration"), rights(table, "right")
    columns = chain_columns(table, {})
    columns |= {"expiration": expiration, "right": right}
    columns["symbol"] = (
        texts(table, "symbol")
        if "symbol" in table.column_names
        else occ_symbols(ticker, expiration, right, columns["strike"])
    )
    return Sheet(ticker, moments(table, "as_of"), numbers(table, "spot"), columns)


LAYOUTS = (
    Layout(
        "Yahoo",
        frozenset({"contractsymbol", "expirationdate", "strike", "optiontype", "underlyingprice"}),
        _yahoo,
    ),
    Layout("LEAN", frozenset({"expiry", "strike", "right", "ticker", "date", "underlying_close"}), _lean),
    Layout("plain", frozenset({"ticker", "as_of", "spot", "expiration", "right", "strike"}), _plain),
)


def chain_columns(table: pa.Table, renamed: Mapping[str, str]) -> Columns:
    """Return the number columns of a chain that the table has, under the chain's names."""
    return {
        name: numbers(table, renamed.get(name, name))
        for name in NUMBERS
        if renamed.get(name, name) in table.column_names
    }
