"""The shared file of log closes: written once by the parent, mapped by every worker, removed with its folder.

Here: from symbols' bars to one aligned array on the disk. Not here: what is computed from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from engine.market.bars import FloatArray, TimeArray


class Closes(NamedTuple):
    """One symbol's closes, above zero, on strictly increasing timestamps."""

    timestamp: TimeArray
    close: FloatArray


def write_panel(closes: Mapping[str, Closes], path: Path) -> TimeArray:
    """Write the log closes to a new file, one row per symbol in the order given; return the columns' times.

    The columns are the bars that any symbol has. A symbol without a bar there has NaN.
    """
    when = np.unique(np.concatenate([each.timestamp for each in closes.values()]))
    panel = np.lib.format.open_memmap(path, mode="w+", dtype=np.float64, shape=(len(closes), len(when)))
    for row, each in enumerate(closes.values()):
        panel[row] = np.nan
        panel[row, np.searchsorted(when, each.timestamp)] = np.log(each.close)
    panel.flush()
    return when


def open_panel(path: Path) -> FloatArray:
    """Map the file, read only: its pages are shared by all processes that do."""
    # A plain array over the same pages: taking parts of a memmap costs more.
    panel: FloatArray = np.asarray(np.load(path, mmap_mode="r"))
    return panel
