"""Bars and symbols for tests, of this program and of plug-ins: made up, and the same on every call.

Here: what a test needs and no scan does. The demo universe is ``engine.data.sources.synthetic``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np

from engine.data.synthetic_market import names
from engine.formula.formula import Formula
from engine.formula.service import compile_scan
from engine.market.bars import Bars

if TYPE_CHECKING:
    import pandas as pd

_FIRST_DAY = date(2020, 1, 1)


def generate_test_candles(count: int, start_date: date | datetime | str | None = None) -> pd.DataFrame:
    """Return ``count`` daily bars on consecutive weekdays, the first on or after ``start_date`` (2020-01-01).

    Columns timestamp, open, high, low, close, volume; every bar is valid. The values depend on nothing but
    the number of the bar, so that a longer series begins with the shorter one.
    """
    import pandas as pd  # noqa: PLC0415 - see engine.data.series

    if count < 0:
        message = f"count is {count}, a number of bars is 0 or more"
        raise ValueError(message)
    bars = generate_test_bars("TEST", count, start_date)
    fields = {name: bars.field(name) for name in ("open", "high", "low", "close", "volume")}
    return pd.DataFrame({"timestamp": bars.timestamp, **fields})


def generate_test_bars(symbol: str, count: int, start_date: date | datetime | str | None = None) -> Bars:
    """Return the same bars as arrays, under that symbol."""
    first = np.datetime64(start_date if start_date is not None else _FIRST_DAY, "D")
    days = np.busday_offset(first, np.arange(count), roll="forward").astype("datetime64[us]")
    # One row of draws per bar: bar n gets the same ones whatever the count is.
    draws = np.random.default_rng(42).standard_normal((count, 5))
    close = np.round(100.0 * np.exp(np.cumsum(0.0003 + 0.015 * draws[:, 0])), 2)
    before = np.append(100.0, close)[:count]
    open_ = np.round(before * np.exp(0.004 * draws[:, 1]), 2)
    high = np.round(np.maximum(open_, close) * np.exp(0.006 * np.abs(draws[:, 2])), 2)
    low = np.round(np.minimum(open_, close) * np.exp(-0.006 * np.abs(draws[:, 3])), 2)
    volume = np.round(1_000_000.0 * np.exp(0.4 * draws[:, 4]), -2)
    return Bars(symbol, days, open_, high, low, close, volume)


def create_test_formula(expression: str) -> Formula:
    """Return a formula of that text, checked; raises FormulaError."""
    compile_scan(expression)
    return Formula(expression, "test")


def generate_test_symbols(count: int) -> list[str]:
    """Return ``count`` different made-up symbols, sorted."""
    return list(names(count))


def bars_from_rows(symbol: str, days: Sequence[object], rows: Sequence[Sequence[float]]) -> Bars:
    """Return bars from one day (a text, a date or days since 1970) and one row per bar: the five fields."""
    table = np.array(rows, dtype=np.float64).reshape(-1, 5)
    return Bars(symbol, np.array(days, dtype="datetime64[D]").astype("datetime64[us]"), *table.T.copy())
