"""vectorbt: one wide frame per field, a column per symbol; its averages are compiled by numba."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.standard_work import symbol_files
from benchmarks.system import Match, Places, Prepared, System

# An exponential average over a span of 27 bars is Wilder's over 14.
WILDER_SPAN = 2 * 14 - 1


def wide(places: Places) -> dict:
    """Return closes and volumes, days down and symbols across."""
    import pandas as pd
    import pyarrow.parquet as pq

    columns: dict[str, dict] = {"close": {}, "volume": {}}
    for symbol, path in symbol_files(places.bars).items():
        table = pq.read_table(path, columns=["timestamp", *columns], partitioning=None)
        when = pd.DatetimeIndex(table["timestamp"].to_numpy())
        for name, found in columns.items():
            found[symbol] = pd.Series(table[name].to_numpy(), when)
    return {name: pd.DataFrame(found) for name, found in columns.items()}


def scan(frames: dict):
    """Return the matches as a frame with indexes symbol and day, and the indicator values."""
    import numpy as np
    import pandas as pd
    import vectorbt as vbt

    close, volume = frames["close"], frames["volume"]
    average = vbt.MA.run(close, 200).ma.to_numpy()
    usual = vbt.MA.run(volume, 20).ma.to_numpy()
    strength = vbt.RSI.run(close, WILDER_SPAN, ewm=True, adjust=False).rsi.to_numpy()
    crossed = np.zeros(strength.shape, bool)
    crossed[1:] = (strength[1:] > 30) & (strength[:-1] <= 30)
    truth = (close.to_numpy() > average) & crossed & (volume.to_numpy() > 1.5 * usual)
    column, row = np.nonzero(truth.T)
    values = {"close": close.to_numpy(), "average": average, "strength": strength, "usual_volume": usual}
    found = {name: array[row, column] for name, array in values.items()}
    return pd.DataFrame({"symbol": close.columns[column], "timestamp": close.index[row], **found})


def days(found) -> Iterable[Match]:
    return zip(found["symbol"].tolist(), found["timestamp"].dt.strftime("%Y-%m-%d").tolist(), strict=True)


def prepare(places: Places) -> Prepared:
    frames = wide(places)
    scan({name: frame.iloc[:, :2] for name, frame in frames.items()})
    return Prepared(lambda: scan(frames), days)


SYSTEMS = (
    System(
        "vectorbt, wide frames",
        "vectorbt",
        "close and volume are in memory, as wide frames; numba has compiled",
        prepare,
        ("vectorbt", "numba"),
    ),
)
