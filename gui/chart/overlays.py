"""What lies over a chart beside the formula: what came after the focused signal, and its option contract. No Qt.

Here: both as data, and their lines in the legend. The returns are those of ``engine.outcomes``, as in the evidence.
Not here: painting them (``forward_item``, ``contract_item``) and when they are shown (``flows.overlay_flow``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import numpy as np

from engine.market.bars import Bars, TimeArray
from engine.outcomes.forward_returns import NO_BAR, Fate, OutcomeTerms, forward_returns
from engine.outcomes.picture import percent
from gui.chart.legend import Line, Piece, Role
from gui.chart.number_text import price_text
from gui.wording import Translate

# So many bars at the end tell how many there are to a weekday.
_RECENT = 250
Direction: TypeAlias = Literal["up", "down", "muted"]


@dataclass(frozen=True, slots=True)
class ForwardWindow:
    """What one window earned; ``exit_bar`` may lie after the last bar, ``exit_price`` and ``value`` be NaN."""

    window: int
    exit_bar: int
    exit_price: float
    value: float
    fate: Fate

    @property
    def direction(self) -> Direction:
        """Whether it rose, fell, or neither."""
        if self.fate is not Fate.EVALUATED or self.value == 0:
            return "muted"
        return "up" if self.value > 0 else "down"

    def outcome(self, tr: Translate) -> str:
        """Return what it earned with its sign and an arrow, or why that is not known: ``▲ +1.25 %``, ``not yet``."""
        if self.fate is Fate.NOT_MATURED:
            return tr("not yet")
        if self.fate is Fate.NOT_EVALUABLE:
            return tr("not evaluable")
        arrow = {"up": "▲", "down": "▼", "muted": "■"}[self.direction]
        return f"{arrow} {percent(self.value)}"

    def span(self, tr: Translate) -> str:
        """Return the window in words."""
        return tr("1 bar") if self.window == 1 else tr("{n} bars").format(n=self.window)


@dataclass(frozen=True, slots=True)
class ForwardWindows:
    """All windows of one signal, from the shortest on; ``entry_price`` is NaN while it has not been bought."""

    signal: int
    entry_bar: int
    entry_price: float
    anchor: float
    windows: tuple[ForwardWindow, ...]

    @property
    def last_bar(self) -> int:
        """The bar at which the longest window ends."""
        return self.windows[-1].exit_bar

    @property
    def coming(self) -> tuple[ForwardWindow, ...]:
        """The windows that have not passed."""
        return tuple(each for each in self.windows if each.fate is Fate.NOT_MATURED)


def spans(windows: Sequence[ForwardWindow], tr: Translate) -> str:
    """Return several windows in words: ``10, 20, 40 bars``."""
    *others, last = windows
    return "".join(f"{each.window}, " for each in others) + last.span(tr)


@dataclass(frozen=True, slots=True)
class Strike:
    """One leg: its price and what is done there, such as ``buy 105 call``."""

    price: float
    text: str
    is_bought: bool


@dataclass(frozen=True, slots=True)
class ContractLines:
    """An option contract from its signal to its expiry, which may lie after the last bar."""

    title: str
    signal: int
    expiry: date
    expiry_bar: int
    strikes: tuple[Strike, ...]
    break_evens: tuple[float, ...]
    entry: str

    @property
    def prices(self) -> tuple[float, ...]:
        """Every price that has a line."""
        return (*(strike.price for strike in self.strikes), *self.break_evens)


@dataclass(frozen=True, slots=True)
class Overlays:
    """What lies over the chart now."""

    forward: ForwardWindows | None = None
    contract: ContractLines | None = None

    @property
    def last_bar(self) -> int:
        """The last bar that something reaches, or -1."""
        ends = [self.forward.last_bar] if self.forward else []
        ends += [self.contract.expiry_bar] if self.contract else []
        return max(ends, default=-1)


NOTHING = Overlays()


def forward_windows(bars: Bars, signal: int, terms: OutcomeTerms) -> ForwardWindows:
    """Return what came after the signal on bar ``signal``, measured as the evidence measures it."""
    found = forward_returns(bars.open, bars.close, np.array([signal], dtype=np.int64), terms)
    count = len(bars)
    entry_bar = signal + 1 if terms.entry == "open" else signal
    prices = bars.open if terms.entry == "open" else bars.close
    entry = float(prices[entry_bar]) if entry_bar < count else math.nan
    windows = []
    for place, window in enumerate(terms.windows):
        end, fate = signal + window, Fate(int(found.fates[0, place]))
        price = float(bars.close[end]) if fate is Fate.EVALUATED else math.nan
        windows.append(ForwardWindow(window, end, price, float(found.values[0, place]), fate))
    anchor = entry if math.isfinite(entry) else float(bars.close[signal])
    return ForwardWindows(signal, entry_bar, entry, anchor, tuple(windows))


def bar_of_day(timestamps: TimeArray, day: date) -> int:
    """Return the bar of a day; one that is still to come is counted on at the pace of the last bars.

    Weekdays are counted and no holidays: this places a mark, nothing is computed from it.
    """
    days = timestamps.astype("datetime64[D]")
    wanted = np.datetime64(day)
    if not len(days):
        return NO_BAR
    if wanted <= days[-1]:
        return int(np.searchsorted(days, wanted, side="right")) - 1
    recent = days[-_RECENT:]
    weekdays = max(1, int(np.busday_count(recent[0], recent[-1])))
    pace = max(len(recent) - 1, 1) / weekdays
    ahead = int(np.busday_count(days[-1], wanted))
    return len(days) - 1 + max(1, round(ahead * pace))


def overlay_legend(overlays: Overlays, tr: Translate) -> tuple[Line, ...]:
    """Return a line for each overlay: its numbers in words, for the eye and for screen readers."""
    lines: list[Line] = []
    if overlays.forward is not None:
        lines.append(_forward_line(overlays.forward, tr))
    if overlays.contract is not None:
        lines.append(_contract_line(overlays.contract, tr))
    return tuple(lines)


def _forward_line(forward: ForwardWindows, tr: Translate) -> Line:
    pieces = [Piece(tr("After the signal"), "muted", gap=1.0)]
    if math.isfinite(forward.entry_price):
        pieces = [
            Piece(tr("After the signal, bought at"), "muted"),
            Piece(price_text(forward.entry_price), gap=1.0),
        ]
    for each in forward.windows:
        if each.fate is not Fate.NOT_MATURED:
            role: Role = each.direction
            pieces += [Piece(each.span(tr), "muted"), Piece(each.outcome(tr), role, gap=1.0)]
    if coming := forward.coming:
        pieces.append(Piece(f"{spans(coming, tr)} {coming[-1].outcome(tr)}", "muted"))
    return tuple(pieces)


def _contract_line(contract: ContractLines, tr: Translate) -> Line:
    pieces = [
        Piece(contract.title, gap=0.6),
        Piece(tr("expires {day}").format(day=contract.expiry), "muted", gap=1.0),
    ]
    pieces += [Piece(strike.text, gap=1.0) for strike in contract.strikes]
    pieces.append(Piece(contract.entry, gap=1.0))
    if contract.break_evens:
        edges = " – ".join(price_text(edge) for edge in contract.break_evens)
        pieces += [Piece(tr("break-even"), "muted"), Piece(edges)]
    return tuple(pieces)
