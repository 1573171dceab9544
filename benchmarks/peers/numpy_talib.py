"""NumPy and TA-Lib by hand, symbol by symbol out of the Hive Parquet, in one process: what could be no simpler."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from benchmarks.standard_work import symbol_files
from benchmarks.system import HERE, Match, Places, Prepared, System

Row = tuple[str, object, float, float, float, float]


def scan(files: dict[str, Path]) -> list[Row]:
    """Return symbol, time, close and indicator values of every match."""
    import pyarrow.parquet as pq

    found: list[Row] = []
    for symbol, path in files.items():
        table = pq.read_table(
            path, columns=["timestamp", "close", "volume"], use_threads=False, partitioning=None
        )
        found += matches_of(symbol, *(table.column(name).to_numpy() for name in table.column_names))
    return found


def matches_of(symbol: str, when, close, volume) -> list[Row]:
    import numpy as np
    import talib

    average, strength, usual = talib.SMA(close, 200), talib.RSI(close, 14), talib.SMA(volume, 20)
    crossed = np.zeros(len(close), bool)
    crossed[1:] = (strength[1:] > 30) & (strength[:-1] <= 30)
    rows = np.flatnonzero((close > average) & crossed & (volume > 1.5 * usual))
    return [(symbol, when[row], close[row], average[row], strength[row], usual[row]) for row in rows]


def days(found: list[Row]) -> Iterable[Match]:
    return [(symbol, str(when)[:10]) for symbol, when, *_ in found]


def prepare(places: Places) -> Prepared:
    files = symbol_files(places.bars)
    return Prepared(lambda: scan(files), days)


SYSTEMS = (
    System(
        "NumPy + TA-Lib, cold",
        HERE,
        "the list of files is read; one process, one symbol after another from Parquet",
        prepare,
        packages=("numpy", "TA-Lib", "pyarrow"),
    ),
)
