"""What came after such signals before, held against what a structure needs.

Here: ``ForwardReturns`` and ``past_result``. The returns themselves come from the evaluation of the signal; they are
of the underlying, entered as that evaluation says, over windows counted in bars.

What this cannot tell, and the note beside each figure says: the past returns were not chosen to expire on that day,
they overlap, they hold other years' volatility while the contract's price holds today's, and costs other than the
spread are left out. It is a check of plausibility, not a probability.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.options.structure import Structure

BARS_PER_DAY = 252 / 365
FEWEST = 20


@dataclass(frozen=True, slots=True, eq=False)
class ForwardReturns:
    """Past returns of the underlying after such signals, by window in bars; NaN where a window was not complete."""

    by_window: Mapping[int, NDArray[np.float64]]

    def nearest(self, days: int) -> tuple[int, NDArray[np.float64]]:
        """Return the window nearest to so many calendar days (the shorter of two), with its known returns."""
        bars = days * BARS_PER_DAY
        window = min(self.by_window, key=lambda each: (abs(each - bars), each))
        returns = self.by_window[window]
        return window, returns[np.isfinite(returns)]


@dataclass(frozen=True, slots=True)
class PastResult:
    """How the structure would have ended, had the price moved as after earlier signals; per share."""

    window: int
    count: int
    win_rate: float
    mean_profit: float
    note: str


def past_result(structure: Structure, forward: ForwardReturns) -> PastResult | None:
    """Return the structure's result over past returns at the nearest window; None without any return."""
    if not forward.by_window:
        return None
    window, returns = forward.nearest(structure.days)
    if not len(returns):
        return None
    profit = structure.profit(structure.spot * (1 + returns))
    few = f" Only {len(returns)} past signals: read with care." if len(returns) < FEWEST else ""
    note = (
        f"{len(returns):,} past returns over {window} bars, {structure.days} calendar days to expiry;"
        f" overlapping, at the volatility of their time, without costs.{few}"
    )
    return PastResult(window, len(returns), float(np.mean(profit > 0)), float(np.mean(profit)), note)
