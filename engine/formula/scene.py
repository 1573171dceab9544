"""The frames of a plan laid over one symbol's bars: which bars each has, and how its values come back.

1. A longer timeframe's bars are made of the symbol's own; each bar sees the last longer bar that was complete by then
   (``engine.market.resample.completed``).
2. Another symbol's bars come from the surroundings, in the timeframe of whoever looks at them; bars of one day (week,
   month …) belong together, and a day that the other symbol lacks is unknown.
3. What is computed over other symbols' bars is the same for every symbol of a run, so it is computed once.

Not here: the operations themselves (``evaluator``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError, FormulaError, Problem
from engine.formula.frames import OWN, TIMEFRAMES, Frame, Surroundings, why_not_within
from engine.formula.plan import Plan
from engine.indicators.kernels import UNKNOWN
from engine.market.bars import Bars, FloatArray
from engine.market.resample import completed, period_numbers
from engine.market.timeframe import Timeframe

_Rows = NDArray[np.intp]


_NEEDS = {
    "sym": "reads another symbol",
    "csrank": "ranks all symbols of a job",
    "detector": "asks the detectors of a scan",
}


class Scene:
    """One symbol's bars and what a plan sees from them."""

    def __init__(self, plan: Plan, bars: Bars, surroundings: Surroundings) -> None:
        self._plan = plan
        self._around = surroundings
        self._bars: dict[int, Bars] = {OWN: bars}
        self._rows: dict[int, _Rows] = {}

    def bars(self, frame: int) -> Bars:
        """Return the bars of a frame."""
        if frame not in self._bars:
            self._open(frame)
        return self._bars[frame]

    def aligned(self, frame: int, value: Any) -> Any:
        """Bring a result from a frame to the frame that looks at it; unknown where there is no bar."""
        if not value.ndim:
            return value
        self.bars(frame)
        if frame not in self._rows:
            self._rows[frame] = self._matching_rows(frame)
        rows = self._rows[frame]
        unknown: Any = UNKNOWN if value.dtype == np.int8 else np.nan
        if not len(value):
            return np.full(len(rows), unknown, dtype=value.dtype)
        result = value[rows]
        result[rows < 0] = unknown
        return result

    def ranks(self, number: int) -> FloatArray:
        """Return the values of a rank on the symbol's own bars."""
        if self._around.rank is None:
            raise alone("csrank")
        return self._around.rank(number, self._bars[OWN])

    def detected(self, frame: int, detector: str, event: str) -> NDArray[np.int8]:
        """Return on which bars of a frame there is an event of that name."""
        if self._around.detected is None:
            raise alone("detector")
        return self._around.detected(detector, event, self.bars(frame))

    def is_foreign(self, frame: int) -> bool:
        """Tell whether a frame's bars are those of another symbol, whoever looks."""
        while frame != OWN:
            described = self._frame(frame)
            if described.kind == "sym":
                return True
            frame = described.outer
        return False

    def _frame(self, frame: int) -> Frame:
        return self._plan.frames[frame - 1]

    def _open(self, frame: int) -> None:
        described = self._frame(frame)
        if described.kind == "tf":
            given = self._timeframe(described.outer)
            if (sentence := why_not_within((described.name,), given)) is not None:
                raise FormulaError("tf", (Problem(0, len("tf"), sentence),))
            longer = completed(_dated(self.bars(described.outer)), TIMEFRAMES[described.name], given)
            self._bars[frame], self._rows[frame] = longer.bars, longer.rows
            return
        if not self._around.has_symbols:
            raise alone("sym")
        bars, timeframe = self._around.bars_of(described.name), self._timeframe(frame)
        if timeframe is not self._around.timeframe:
            key = ("bars", described.name, timeframe)
            given = self._around.timeframe
            bars = self._around.kept(key, lambda: completed(_dated(bars), timeframe, given).bars)
        self._bars[frame] = bars

    def _matching_rows(self, frame: int) -> _Rows:
        outer, inner = self.bars(self._frame(frame).outer), self.bars(frame)
        timeframe = self._timeframe(frame)
        wanted = period_numbers(_dated(outer).timestamp, timeframe)
        there = period_numbers(inner.timestamp, timeframe)
        rows = np.searchsorted(there, wanted).astype(np.intp)
        rows[rows == len(there)] = 0
        rows[there[rows] != wanted if len(there) else slice(None)] = -1
        return rows

    def _timeframe(self, frame: int) -> Timeframe:
        """Return the timeframe of a frame's bars: the innermost ``tf`` around it, or the run's."""
        while frame != OWN:
            described = self._frame(frame)
            if described.kind == "tf":
                return TIMEFRAMES[described.name]
            frame = described.outer
        return self._around.timeframe


def alone(function: str) -> FormulaError:
    """Return the refusal to compute what needs more than a frame of one symbol's bars."""
    what = _NEEDS[function]
    sentence = (
        f"{function} {what}, and here are one symbol's bars only: run it as a scan over a folder of bars."
    )
    return FormulaError(function, (Problem(0, len(function), sentence),))


def _dated(bars: Bars) -> Bars:
    if np.isnat(bars.timestamp).any():
        sentence = "These bars have no dates, which tf and sym need: add a column 'timestamp' or 'date'."
        raise DataError("", sentence)
    return bars
