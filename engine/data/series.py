"""The one path from stored rows to the clean bars that a formula, a chart or a caller sees.

Here: read, clean, resample (:func:`load_bars`), and the same as a frame between two dates
(:func:`frame_range`). Not here: where rows are stored.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

import numpy as np

from engine.errors import JobError
from engine.market.bars import FIELDS, Bars
from engine.market.quality import QualityReport, clean
from engine.market.resample import resample
from engine.market.timeframe import Timeframe

if TYPE_CHECKING:
    import pandas as pd

    from engine.data.repository import CandleRepository


def load_bars(
    repository: CandleRepository, symbol: str, timeframe: Timeframe | str = Timeframe.DAY
) -> tuple[Bars, QualityReport]:
    """Return the symbol's clean bars of that timeframe and what became of its stored rows.

    The report counts stored rows and clean *daily* bars, whatever the timeframe. Raises UnknownNameError and
    DataError as :meth:`CandleRepository.read_raw` does. A repository that has a ``read_as`` keeps clean bars
    and their reports: they are not cleaned again.
    """
    chosen = timeframe if isinstance(timeframe, Timeframe) else Timeframe.parse(timeframe)
    if (read_as := getattr(repository, "read_as", None)) is not None:
        kept: tuple[Bars, QualityReport] = read_as(symbol, chosen)
        return kept
    bars, report = clean(repository.read_raw(symbol))
    return resample(bars, chosen), report


class RangeReading:
    """What every repository inherits: frames of bars between two dates, made of what it reads."""

    def get_range(
        self,
        symbol: str,
        timeframe: Timeframe | str = Timeframe.DAY,
        start: date | None = None,
        end: date | None = None,
    ) -> pd.DataFrame:
        """Return clean bars between two dates, both inclusive, as timestamp and the five fields."""
        return frame_range(cast("CandleRepository", self), symbol, timeframe, start, end)


def frame_range(
    repository: CandleRepository,
    symbol: str,
    timeframe: Timeframe | str,
    start: date | None,
    end: date | None,
) -> pd.DataFrame:
    """Return clean bars between two dates, both inclusive, as a frame with a ``timestamp`` column."""
    import pandas as pd  # noqa: PLC0415 - half a second that workers, who never ask for a frame, must not pay

    if start is not None and end is not None and end < start:
        sentence = f"The date range ends ({end}) before it starts ({start}): swap the two dates."
        raise JobError((("date_range", sentence),))
    bars, _ = load_bars(repository, symbol, timeframe)
    days = bars.timestamp.astype("datetime64[D]")
    first = 0 if start is None else int(np.searchsorted(days, np.datetime64(start, "D"), side="left"))
    stop = len(bars) if end is None else int(np.searchsorted(days, np.datetime64(end, "D"), side="right"))
    part = bars.take(slice(first, stop))
    columns = {"timestamp": part.timestamp, **{name: part.field(name) for name in FIELDS}}
    return pd.DataFrame(columns, copy=True)
