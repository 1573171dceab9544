"""Ranks over a universe whose data are cut: what an audit compares with the ranks over the whole data.

A rank could have been seen on its day when it is the same with every symbol's data cut off on that day, not only with
those of the symbol that is looked at. All bars are in memory at once: an audit goes over them again for every match.

Not here: the ranks of a scan, which go through files (``ranking``), and what is compared (``audit``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from engine.formula.frames import Surroundings
from engine.market.bars import Bars, FloatArray
from engine.market.resample import period_numbers
from engine.scan.rank_worker import Ranked
from engine.scan.ranking import percentiles

# Which of a symbol's rows are left.
Rows = Callable[[Bars], slice]
# Of each rank the values of each symbol, before they are ranked or after.
_BySymbol = dict[int, dict[str, FloatArray]]


class CutUniverse:
    """A formula's ranks among some symbols' bars; ``around`` is what else a formula sees.

    ``whole`` is what it sees with the ranks over the whole data.
    """

    def __init__(self, formula: Ranked, bars: Mapping[str, Bars], around: Surroundings) -> None:
        self._formula = formula
        self._bars = bars
        self._around = around
        self._inputs, self.whole = self._ranked(lambda _bars: slice(None), None)

    def left_with(self, rows: Rows, tolerance: float | None = None) -> Surroundings:
        """Return what is around a symbol when of every symbol's data only ``rows`` are left.

        With a ``tolerance`` a value that is the same as without the cut, relative to it, counts as the same: two values
        that lie as close to each other must not change places.
        """
        return self._ranked(rows, tolerance)[1]

    def _ranked(self, rows: Rows, tolerance: float | None) -> tuple[_BySymbol, Surroundings]:
        """Return the values that are ranked, and the surroundings that have their ranks."""
        left = {symbol: bars.take(rows(bars)) for symbol, bars in self._bars.items()}
        periods = {
            symbol: period_numbers(bars.timestamp, self._around.timeframe) for symbol, bars in left.items()
        }
        ranks: _BySymbol = {}

        def other(symbol: str) -> Bars:
            bars = self._around.bars_of(symbol)
            return bars.take(rows(bars))

        around = Surroundings(
            other,
            self._around.timeframe,
            lambda number, bars: ranks[number][bars.symbol],
            self._around.detected,
        )
        inputs: _BySymbol = {}
        for number, (numbers, _) in enumerate(self._formula.rank_passes):
            found = {symbol: self._formula.ranked(number, bars, around) for symbol, bars in left.items()}
            for place, rank in enumerate(numbers):
                inputs[rank] = {symbol: values[place] for symbol, values in found.items()}
                if tolerance is not None:
                    inputs[rank] = self._settled(rank, inputs[rank], rows, tolerance)
                ranks[rank] = _percentiles(periods, inputs[rank])
        return inputs, around

    def _settled(
        self, rank: int, values: Mapping[str, FloatArray], rows: Rows, tolerance: float
    ) -> dict[str, FloatArray]:
        """Return the values of the whole data where these are as good as the same."""
        settled = {}
        for symbol, late in values.items():
            whole = self._inputs[rank][symbol][rows(self._bars[symbol])]
            known = np.abs(whole[~np.isnan(whole)])
            size = np.maximum(np.abs(whole), float(np.median(known)) if len(known) else 0.0)
            settled[symbol] = np.where(np.abs(late - whole) <= tolerance * size, whole, late)
        return settled


def _percentiles(
    periods: Mapping[str, np.ndarray[tuple[int], np.dtype[np.int64]]], values: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    if not values:
        return {}
    joined = percentiles(np.concatenate(list(periods.values())), np.concatenate(list(values.values())))
    ends = np.cumsum([len(each) for each in values.values()])
    return dict(zip(values, np.split(joined, ends[:-1]), strict=True))
