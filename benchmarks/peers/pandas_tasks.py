"""The design that Candlewick replaced: ``ProcessPoolExecutor``, one pandas task per symbol, which reads its file."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.standard_work import symbol_files
from benchmarks.system import HERE, Match, Places, Prepared, System

WORKERS = 2


def scan_symbol(symbol: str, path: Path):
    """Return one symbol's matches as a frame, with the indicator values."""
    import pandas as pd

    frame = pd.read_parquet(path, partitioning=None)
    close, volume = frame["close"], frame["volume"]
    change = close.diff()
    smooth = {"alpha": 1 / 14, "adjust": False, "min_periods": 14}
    up, down = change.clip(lower=0).ewm(**smooth).mean(), (-change).clip(lower=0).ewm(**smooth).mean()
    frame["average"] = close.rolling(200).mean()
    frame["strength"] = 100 - 100 / (1 + up / down)
    frame["usual_volume"] = volume.rolling(20).mean()
    crossed = (frame["strength"] > 30) & (frame["strength"].shift(1) <= 30)
    found = frame[(close > frame["average"]) & crossed & (volume > 1.5 * frame["usual_volume"])]
    return found.assign(symbol=symbol)


def scan(pool: ProcessPoolExecutor, files: dict[str, Path]):
    """Submit a task for each symbol and join what comes back."""
    import pandas as pd

    tasks = [pool.submit(scan_symbol, symbol, path) for symbol, path in files.items()]
    return pd.concat([task.result() for task in tasks], ignore_index=True)


def days(found) -> Iterable[Match]:
    return zip(found["symbol"].tolist(), found["timestamp"].dt.strftime("%Y-%m-%d").tolist(), strict=True)


def prepare(places: Places) -> Prepared:
    files = symbol_files(places.bars)
    pool = ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn"))
    scan(pool, dict(list(files.items())[:20]))
    return Prepared(lambda: scan(pool, files), days, close=pool.shutdown)


SYSTEMS = (
    System(
        "pandas tasks, 2 workers",
        HERE,
        "the workers are up and have scanned 20 symbols; each task reads one symbol's Parquet",
        prepare,
        packages=("pandas", "pyarrow"),
    ),
)
