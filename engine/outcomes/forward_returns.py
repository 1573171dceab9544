"""Forward returns: what a signal earned over the next bars of its own symbol.

1. A signal stands on bar t. It is bought at the next bar's open, or on request at its own close.
2. For a window of w bars the return is ``close[t + w] / entry - 1``, less the cost of the two trades.
3. Every signal has exactly one :class:`Fate` in every window: it is evaluated, not yet matured (the data end before
   bar t + w), or not evaluable (its time is no bar of the symbol, or a price that it needs cannot be used).
   :func:`account_of` counts them; the three always add up to the signals.

Windows count the symbol's own clean bars, not days: a halted symbol's tenth bar may come a year later. Not here:
what the other symbols did meanwhile (``universe_mean``) and statistics (``comparison``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import JobError
from engine.market.bars import FloatArray, TimeArray

Entry: TypeAlias = Literal["open", "close"]
BarNumbers: TypeAlias = NDArray[np.int64]
FateArray: TypeAlias = NDArray[np.int8]

NO_BAR = -1
BASIS_POINTS = 10_000
MOST_COST_BPS = 1_000
# A price that grows a million million times is a fault of the data; the sums of the universe rely on it.
MOST_RETURN = 2.0**40


class Fate(IntEnum):
    """What became of a signal in one window."""

    EVALUATED = 0
    NOT_MATURED = 1
    NOT_EVALUABLE = 2


@dataclass(frozen=True, slots=True)
class OutcomeTerms:
    """How outcomes are measured; the windows are kept in rising order.

    ``entry`` is the price that a signal is bought at: the next bar's ``open``, or the signal's own ``close``, which
    nobody could have had. ``cost_bps`` is paid twice, on buying and on selling, in basis points of the price.

    Raises JobError, with every field at fault, for values that make no sense.
    """

    windows: tuple[int, ...] = (5, 10, 20, 40)
    entry: Entry = "open"
    cost_bps: float = 0.0

    def __post_init__(self) -> None:
        problems: list[tuple[str, str]] = []
        if not self.windows or min(self.windows) < 1 or len(set(self.windows)) < len(self.windows):
            problems.append(("windows", "The windows must be different whole numbers of bars, 1 or more."))
        if self.entry not in ("open", "close"):
            problems.append(("entry", f"The entry must be open or close, not '{self.entry}'."))
        if not 0 <= self.cost_bps <= MOST_COST_BPS:
            sentence = f"The cost must be from 0 to {MOST_COST_BPS:,} basis points, not {self.cost_bps:g}."
            problems.append(("cost_bps", sentence))
        if problems:
            raise JobError(tuple(problems))
        object.__setattr__(self, "windows", tuple(sorted(self.windows)))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the forward columns, such as fwd_5."""
        return tuple(f"fwd_{window}" for window in self.windows)

    @property
    def words(self) -> str:
        """The terms as a sentence's end: bought at the next open, 10 basis points per side."""
        bought = (
            "bought at the next bar's open" if self.entry == "open" else "bought at the signal's own close"
        )
        cost = f"{self.cost_bps:g} basis points on each side" if self.cost_bps else "without costs"
        return f"{bought}, {cost}"


@dataclass(frozen=True, slots=True, eq=False)
class ForwardReturns:
    """Signals by windows: ``values`` is NaN unless the fate at its place is EVALUATED; both have shape (n, windows)."""

    values: FloatArray
    fates: FateArray


@dataclass(frozen=True, slots=True)
class Account:
    """Where the signals went in one window."""

    window: int
    signals: int
    evaluated: int
    not_matured: int
    not_evaluable: int

    @property
    def words(self) -> str:
        """The account as one line that anybody can add up."""
        return (
            f"{self.signals:,} signals = {self.evaluated:,} evaluated + {self.not_matured:,} not yet matured "
            f"+ {self.not_evaluable:,} not evaluable"
        )


def locate(timestamp: TimeArray, when: TimeArray) -> BarNumbers:
    """Return the number of the bar at each moment, NO_BAR where there is none; ``timestamp`` is increasing."""
    if not len(timestamp):
        return np.full(len(when), NO_BAR, dtype=np.int64)
    place = np.minimum(np.searchsorted(timestamp, when), len(timestamp) - 1)
    return np.where(timestamp[place] == when, place, NO_BAR).astype(np.int64)


def forward_returns(
    opens: FloatArray, closes: FloatArray, at: BarNumbers, terms: OutcomeTerms
) -> ForwardReturns:
    """Return the forward returns of the signals on bars ``at`` of one symbol.

    ``opens`` and ``closes`` are the prices of all its bars, oldest first, NaN where unknown. A bar of NO_BAR is
    not evaluable, and so is an entry that is unknown, zero or negative, or an exit that is unknown.
    """
    count = len(closes)
    if not count or not len(at):
        shape = (len(at), len(terms.windows))
        return ForwardReturns(np.full(shape, np.nan), np.full(shape, Fate.NOT_EVALUABLE, dtype=np.int8))
    exits = at[:, None] + np.array(terms.windows, dtype=np.int64)[None, :]
    matured = exits < count
    bought = at + 1 if terms.entry == "open" else at
    entry = (opens if terms.entry == "open" else closes)[np.minimum(bought, count - 1)]
    # An entry that has not come yet is not a bad one.
    usable = (at != NO_BAR) & ((bought >= count) | (np.isfinite(entry) & (entry > 0)))
    cost = terms.cost_bps / BASIS_POINTS
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        quotient = closes[np.minimum(exits, count - 1)] / entry[:, None]
        # Without a cost the plain quotient: a factor of one would change nothing but the last bit.
        values = (quotient * ((1 - cost) / (1 + cost)) if cost else quotient) - 1.0
        known = np.isfinite(values) & (np.abs(values) < MOST_RETURN)
    fates = np.where(matured, np.where(known, Fate.EVALUATED, Fate.NOT_EVALUABLE), Fate.NOT_MATURED)
    fates = np.where(usable[:, None], fates, Fate.NOT_EVALUABLE).astype(np.int8)
    return ForwardReturns(np.where(fates == Fate.EVALUATED, values, np.nan), fates)


def account_of(fates: FateArray, terms: OutcomeTerms) -> tuple[Account, ...]:
    """Count the fates of signals, shape (n, windows), window by window."""
    counts = [np.bincount(fates[:, place], minlength=len(Fate)) for place in range(len(terms.windows))]
    return tuple(
        Account(window, len(fates), *(int(each) for each in count[: len(Fate)]))
        for window, count in zip(terms.windows, counts, strict=True)
    )


def exact_mean(values: FloatArray) -> float:
    """Return the mean, its sum rounded once whatever the order; NaN of nothing."""
    return math.fsum(values.tolist()) / len(values) if len(values) else math.nan
