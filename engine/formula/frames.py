"""Whose bars a term is computed over: the symbol's own, longer ones made of them, or another symbol's.

Here: the data (:class:`Frame`) and what a worker must be given to find other bars (:class:`Surroundings`). Not
here: the terms (``planner``), and how frames are brought together (``scene``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Literal

from engine.market.bars import Bars, FloatArray
from engine.market.timeframe import Timeframe

# What tf("…") accepts, and about how many trading days each is.
TIMEFRAMES = {"W": Timeframe.WEEK, "M": Timeframe.MONTH, "Q": Timeframe.QUARTER, "Y": Timeframe.YEAR}
DAYS = {"W": 5, "M": 21, "Q": 63, "Y": 252}

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
    """What is around one symbol's bars: other symbols' bars, and the ranks that the scan has worked out.

    One object serves all symbols of a run in one process. ``bars_of`` returns a symbol's clean bars in the run's
    timeframe; ``rank`` returns the values of the formula's rank of that number on the given bars. Either may be
    missing when no formula asks for it.
    """

    def __init__(
        self,
        bars_of: Callable[[str], Bars] | None = None,
        timeframe: Timeframe = Timeframe.DAY,
        rank: Callable[[int, Bars], FloatArray] | None = None,
    ) -> None:
        self.timeframe = timeframe
        self.rank = rank
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
