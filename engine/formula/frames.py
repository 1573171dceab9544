"""Whose bars a term is computed over: the symbol's own, longer ones made of them, or another symbol's.

Here: the data (:class:`Frame`) and what a worker must be given to find other bars (:class:`Surroundings`). Not
here: the terms (``planner``), and how frames are brought together (``scene``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.market.bars import Bars, FloatArray
from engine.market.timeframe import INTRADAY, Timeframe

# What tf("…") accepts, from short to long.
TIMEFRAMES = {
    **{timeframe.value: timeframe for timeframe in INTRADAY[1:]},
    "D": Timeframe.DAY,
    "W": Timeframe.WEEK,
    "M": Timeframe.MONTH,
    "Q": Timeframe.QUARTER,
    "Y": Timeframe.YEAR,
}
# About how many bars each holds: of five minutes up to a day, of days from a week on.
BARS = {
    "5m": 1,
    "15m": 3,
    "30m": 6,
    "1h": 12,
    "2h": 24,
    "4h": 48,
    "D": 78,
    "W": 5,
    "M": 21,
    "Q": 63,
    "Y": 252,
}

OWN = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """Bars seen from the bars of frame ``outer``: longer ones (``tf`` "W") or another symbol's (``sym`` "SPY").

    Frame 0, the symbol's own bars, is not described; frame n is entry n - 1 of a plan's list.
    """

    outer: int
    kind: Literal["tf", "sym"]
    name: str


class Surroundings:
    """What is around one symbol's bars: other symbols' bars, ranks that the scan has worked out, and its detectors.

    One object serves all symbols of a run in one process. ``bars_of`` returns a symbol's clean bars in the run's
    timeframe; ``rank`` returns the values of the formula's rank of that number on the given bars; ``detected`` is the
    truth of ``detector(name, event)`` on the given bars, "" for any event. Each may be missing when no formula asks.
    """

    def __init__(
        self,
        bars_of: Callable[[str], Bars] | None = None,
        timeframe: Timeframe = Timeframe.DAY,
        rank: Callable[[int, Bars], FloatArray] | None = None,
        detected: Callable[[str, str, Bars], NDArray[np.int8]] | None = None,
    ) -> None:
        self.timeframe = timeframe
        self.rank = rank
        self.detected = detected
        self._bars_of = bars_of
        self._kept: dict[Hashable, Any] = {}

    @property
    def has_symbols(self) -> bool:
        """Whether other symbols' bars can be had."""
        return self._bars_of is not None

    def bars_of(self, symbol: str) -> Bars:
        """Return another symbol's bars, read once."""
        assert self._bars_of is not None
        bars_of = self._bars_of
        bars: Bars = self.kept(("bars", symbol), lambda: bars_of(symbol))
        return bars

    def kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what is the same for every symbol of the run, made on first use."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


def why_not_within(names: Iterable[str], timeframe: Timeframe) -> str | None:
    """Return why bars of ``timeframe`` cannot be joined to those of a ``tf`` with such a name, or None."""
    for name in names:
        longer, code = TIMEFRAMES[name], timeframe.value
        if not timeframe.is_intraday and timeframe is not Timeframe.DAY:
            return f"tf needs daily bars or shorter ones, and these are {code}: choose the timeframe 1d."
        if timeframe is Timeframe.DAY and longer is Timeframe.DAY:
            return 'tf("D") needs bars shorter than a day, and these are 1d: leave tf away, or choose 5m.'
        if longer.is_intraday and longer.minutes <= timeframe.minutes:
            shorter = next(each.value for each in reversed(INTRADAY) if each.minutes < longer.minutes)
            return (
                f'tf("{name}") needs bars shorter than that, and these are {code}: choose {shorter} or less.'
            )
    return None
