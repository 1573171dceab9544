"""A pandas frame as bars: columns in any case, times from a column or the index, what is not read may be missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import DataError
from engine.market.bars import Bars

if TYPE_CHECKING:
    import pandas as pd


def bars_of_frame(df: pd.DataFrame, needed: tuple[str, ...]) -> Bars:
    """Return a frame's columns as bars; what the formula does not read may be missing."""
    by_name = {str(column).lower(): column for column in df.columns}
    arrays = {}
    price = {
        "hl2": ("high", "low"),
        "hlc3": ("high", "low", "close"),
        "ohlc4": ("open", "high", "low", "close"),
    }
    wanted = {part for name in needed for part in price.get(name, (name,))}
    for name in ("open", "high", "low", "close", "volume"):
        if name in by_name:
            arrays[name] = df[by_name[name]].to_numpy(dtype=np.float64, na_value=np.nan)
        elif name in wanted:
            have = ", ".join(str(column) for column in df.columns) or "none"
            raise DataError("", f"The frame has no column '{name}', which the formula reads; it has {have}.")
        else:
            arrays[name] = np.full(len(df), np.nan)
    return Bars("", _timestamps(df, by_name), **arrays)


def _timestamps(
    df: pd.DataFrame, by_name: Mapping[str, object]
) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    import pandas as pd  # noqa: PLC0415  half a second that workers, who never see a frame, must not pay

    index: object = df.index
    for name in ("timestamp", "date"):
        if name in by_name:
            index = pd.DatetimeIndex(df[by_name[name]])
    if isinstance(index, pd.DatetimeIndex):
        plain = index.tz_convert("UTC").tz_localize(None) if index.tz is not None else index
        return plain.to_numpy(dtype="datetime64[us]")
    return np.full(len(df), np.datetime64("NaT", "us"))
