"""The part of a pair scan that reads: one symbol's clean closes between two dates, in a worker process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from engine.data.opening import open_repository
from engine.data.series import load_bars
from engine.pairs.panel import Closes

TASK = "engine.pairs.reading:open_reading"


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """Where the bars are and which of them count; both days are inclusive."""

    address: str
    timeframe: str
    start: date | None
    end: date | None


def open_reading(context: ReadingContext) -> Callable[[str], Closes]:
    """Open the data and return the function that reads one symbol."""
    repository = open_repository(context.address)

    def read(symbol: str) -> Closes:
        bars, _ = load_bars(repository, symbol, context.timeframe)
        days = bars.timestamp.astype("datetime64[D]")
        with np.errstate(invalid="ignore"):
            wanted = np.isfinite(bars.close) & (bars.close > 0)
        if context.start is not None:
            wanted &= days >= np.datetime64(context.start, "D")
        if context.end is not None:
            wanted &= days <= np.datetime64(context.end, "D")
        return Closes(bars.timestamp[wanted], bars.close[wanted])

    return read
