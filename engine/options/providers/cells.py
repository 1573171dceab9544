"""Cells of a vendor's table as texts, numbers, days and moments; what cannot be read is unknown, never a guess.

Every text stays text until a layout says that it is a number or a date: tickers such as ``005930`` or ``NA`` survive a
CSV file.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from engine.options.chain import CLOSE, EXCHANGE

_NUMBER = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$"
_OCC_SYMBOL = re.compile(r"^(.+?)\d{6}[CP]\d{8}$")


def read_text(path: Path) -> pa.Table:
    """Read a CSV file with every column as text, empty cells as null."""
    with csv.open_csv(path) as reader:
        names = reader.schema.names
    options = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
    )
    return csv.read_csv(path, convert_options=options)


def texts(table: pa.Table, name: str) -> NDArray[np.object_]:
    """Return a column as texts; what is missing is empty."""
    column = pc.fill_null(table.column(name).cast(pa.string()), "")
    return np.asarray(column.to_numpy(), dtype=object)


def numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    """Return a column as numbers; what is no number is unknown."""
    column = table.column(name)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        plain = pc.utf8_trim_whitespace(column)
        is_number = pc.fill_null(pc.match_substring_regex(plain, _NUMBER), fill_value=False)
        column = pc.if_else(is_number, plain, pa.scalar(None, plain.type))
    found: NDArray[np.float64] = column.cast(pa.float64()).to_numpy()
    return found


def days(table: pa.Table, name: str) -> NDArray[np.datetime64]:
    """Return a column as days, from dates, ISO texts or ``20260320``; what is no day is NaT."""
    column = table.column(name)
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        found: NDArray[np.datetime64] = column.cast(pa.date32()).to_numpy().astype("datetime64[D]")
        return found
    return np.array([_day(text) for text in texts(table, name)], dtype="datetime64[D]")


def moments(table: pa.Table, name: str) -> NDArray[np.datetime64]:
    """Return a column as moments in UTC; what is no moment is NaT, what names no zone is UTC."""
    column = table.column(name)
    if pa.types.is_timestamp(column.type):
        found: NDArray[np.datetime64] = column.cast(pa.timestamp("us", column.type.tz)).to_numpy()
        return found.astype("datetime64[us]")
    return np.array([_moment(text) for text in texts(table, name)], dtype="datetime64[us]")


def rights(table: pa.Table, name: str) -> NDArray[np.object_]:
    """Return a column as call, put, or empty for anything else; C and P are understood."""
    known = {"c": "call", "call": "call", "calls": "call", "p": "put", "put": "put", "puts": "put"}
    return np.array([known.get(text.strip().casefold(), "") for text in texts(table, name)], dtype=object)


def root_of(symbol: str) -> str:
    """Return the ticker in a contract's OCC symbol, such as AAPL in AAPL260320C00185000; empty in another text."""
    found = _OCC_SYMBOL.match(symbol)
    return found[1].strip() if found else ""


def occ_symbols(
    ticker: NDArray[np.object_],
    expiration: NDArray[np.datetime64],
    right: NDArray[np.object_],
    strike: NDArray[np.float64],
) -> NDArray[np.object_]:
    """Return the OCC symbol of each contract, for vendors that give none; empty where a part is unknown."""
    rows = zip(ticker, expiration.astype(object), right, strike, strict=True)
    return np.array([_occ_symbol(*row) for row in rows], dtype=object)


def close_of(day: date | None) -> np.datetime64:
    """Return the exchange's close of a day, in UTC."""
    if day is None:
        return np.datetime64("NaT")
    close = datetime.combine(day, CLOSE, tzinfo=EXCHANGE).astimezone(UTC)
    return np.datetime64(close.replace(tzinfo=None), "us")


def _occ_symbol(ticker: str, expiration: Any, right: str, strike: float) -> str:
    if expiration is None or not right or not strike > 0:
        return ""
    return f"{ticker}{expiration:%y%m%d}{right[0].upper()}{round(strike * 1000):08d}"


def _day(text: str) -> np.datetime64:
    plain = text.strip()[:10].replace("-", "").replace("/", "")
    if len(plain) != 8 or not plain.isdecimal():
        return np.datetime64("NaT")
    try:
        return np.datetime64(f"{plain[:4]}-{plain[4:6]}-{plain[6:]}", "D")
    except ValueError:
        return np.datetime64("NaT")


def _moment(text: str) -> np.datetime64:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return np.datetime64("NaT")
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")
