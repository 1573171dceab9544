"""What a set of signals earned, in numbers: one :class:`WindowStatistics` per window.

Sums are rounded once (``math.fsum``), quantiles are taken from sorted values: the order of the signals does not matter.

The windows of neighbouring signals overlap and signals of one day share its market, so that n signals tell less than n
independent ones would. No interval is given for that reason; an honest one needs blocks of dates and a count of what
else was tried. Not here: who is compared with whom (``comparison``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.market.bars import FloatArray, TimeArray
from engine.outcomes.forward_returns import Fate, FateArray, OutcomeTerms, account_of, exact_mean

LOW_PERCENTILE = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Signals with what came after them.

    ``when`` (n) are their times; ``values``, ``fates`` and ``universe`` have shape (n, windows). ``universe`` is the
    same-date universe mean, NaN where it is not known.
    """

    when: TimeArray
    values: FloatArray
    fates: FateArray
    universe: FloatArray

    def __len__(self) -> int:
        return len(self.when)

    def take(self, rows: NDArray[np.intp]) -> Sample:
        """Return the signals at these rows."""
        return Sample(self.when[rows], self.values[rows], self.fates[rows], self.universe[rows])


@dataclass(frozen=True, slots=True)
class WindowStatistics:
    """One window of one sample; NaN where nothing was evaluated.

    ``win_rate`` is the share of evaluated signals with a return above zero, ``low`` their 5th percentile (linear
    between values), ``stability`` the median of the second half of the dates minus that of the first. ``universe_mean``
    is the mean over the evaluated signals of their dates' universe means, and ``excess`` the mean less that.
    """

    window: int
    signals: int
    evaluated: int
    not_matured: int
    not_evaluable: int
    mean: float
    median: float
    win_rate: float
    low: float
    stability: float
    universe_mean: float
    excess: float
    days: int


def statistics_of(
    sample: Sample, terms: OutcomeTerms, middle: np.datetime64 | None = None
) -> tuple[WindowStatistics, ...]:
    """Return the statistics of every window; ``middle`` parts the dates for the stability, None leaves it unknown."""
    accounts = account_of(sample.fates, terms)
    found = []
    for place, account in enumerate(accounts):
        rows = np.flatnonzero(sample.fates[:, place] == Fate.EVALUATED)
        values, when = sample.values[rows, place], sample.when[rows]
        universe = sample.universe[rows, place]
        universe = universe[~np.isnan(universe)]
        mean, around = exact_mean(values), exact_mean(universe)
        found.append(
            WindowStatistics(
                window=account.window,
                signals=account.signals,
                evaluated=account.evaluated,
                not_matured=account.not_matured,
                not_evaluable=account.not_evaluable,
                mean=mean,
                median=_median(values),
                win_rate=int(np.count_nonzero(values > 0)) / len(values) if len(values) else math.nan,
                low=float(np.percentile(values, LOW_PERCENTILE)) if len(values) else math.nan,
                stability=_stability(values, when, middle),
                universe_mean=around,
                excess=mean - around,
                days=len(np.unique(when.astype("datetime64[D]"))),
            )
        )
    return tuple(found)


def _stability(values: FloatArray, when: TimeArray, middle: np.datetime64 | None) -> float:
    if middle is None:
        return math.nan
    later = when >= middle
    return _median(values[later]) - _median(values[~later])


def _median(values: FloatArray) -> float:
    return float(np.median(values)) if len(values) else math.nan
