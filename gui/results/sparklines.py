"""The last closes up to each match, as small arrays by row id: what is asked for, and what is kept.

At most ``MOST_KEPT`` are kept; those that came first go first. No Qt. Not here: which rows are in sight
(``sparkline_watch``), reading bars (the bridge) and drawing (``sparkline_delegate``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_KEPT = 4096
BARS = 60

Closes = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SparklineRequest:
    """Rows by id, each with its symbol and the moment of its bar; ``table`` tells this table from those before."""

    table: int
    rows: tuple[tuple[int, str, np.datetime64], ...]


@dataclass(frozen=True, slots=True, eq=False)
class SparklineAnswer:
    """Closes by row id of that table."""

    table: int
    closes: Mapping[int, Closes]


class Sparklines:
    """The arrays by row id."""

    def __init__(self) -> None:
        self._kept: dict[int, Closes] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, row_id: int) -> Closes | None:
        """Return a row's closes, oldest first; None while they are not known. Empty where there are none."""
        return self._kept.get(row_id)

    def take(self, found: Mapping[int, Closes]) -> None:
        """Keep these."""
        self._kept.update(found)
        for row_id in list(self._kept)[: max(0, len(self._kept) - MOST_KEPT)]:
            del self._kept[row_id]

    def clear(self) -> None:
        """Forget all: the rows are others now."""
        self._kept.clear()


def change_of(closes: Closes) -> float | None:
    """Return how much the last close is above the first one, as a share; None where that is unknown."""
    known = closes[np.isfinite(closes)]
    if len(known) < 2 or not known[0]:
        return None
    return float(known[-1] / known[0] - 1.0)
