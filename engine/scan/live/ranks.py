"""Ranks over all blocks: percentiles of a term among the symbols of each date, the scan's own.

Those of the last question stay, so that an edit elsewhere in the formula ranks nothing again. Not here: the
percentile itself (``engine.scan.ranking``), what is ranked (``values``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.market.bars import FloatArray
from engine.market.resample import period_numbers
from engine.market.timeframe import Timeframe
from engine.scan.live.blocks import Block
from engine.scan.ranking import percentiles, rows_by_period

_Rows = NDArray[np.int64]


class LiveRanks:
    """Percentiles by term, on all bars of all blocks."""

    def __init__(self, blocks: Sequence[Block], timeframe: Timeframe) -> None:
        self._blocks = tuple(blocks)
        self._timeframe = timeframe
        self._known: dict[int, FloatArray] = {}

    def keep_only(self, terms: Iterable[int]) -> None:
        """Forget the ranks of all other terms."""
        self._known = {number: self._known[number] for number in terms if number in self._known}

    def work_out(self, number: int, compared: Iterable[FloatArray], look_up: Callable[[], None]) -> None:
        """Rank one term unless it is known; ``compared`` are the values on all bars, block by block."""
        if number in self._known or not self._blocks:
            return
        values = np.concatenate(list(compared))
        periods, parts = self._dates
        for rows in parts:
            look_up()
            values[rows] = percentiles(periods[rows], values[rows])
        self._known[number] = values

    def of(self, block: Block) -> dict[int, FloatArray]:
        """Return the ranks that are known on a block's bars, by term."""
        return {number: values[block.rows] for number, values in self._known.items()}

    @cached_property
    def _dates(self) -> tuple[_Rows, list[_Rows]]:
        """The number of each bar's period, and the rows of all blocks together that are ranked at a time."""
        bars = [each for block in self._blocks for each in block.bars]
        periods = np.concatenate([period_numbers(each.timestamp, self._timeframe) for each in bars])
        places = [
            (block.rows.start + place.start, place.stop - place.start)
            for block in self._blocks
            for place in block.whole.places
        ]
        return periods, rows_by_period(periods, places)
