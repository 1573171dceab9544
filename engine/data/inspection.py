"""What is in a repository and what is wrong with it: :func:`data_report`.

Here: one look at every symbol, through the same cleaning as a scan, and the counts over all of them. Not
here: mending anything. Bars of the future and symbols that ended early are reported only: they are scanned
like all others, because a result must not depend on the day on which it is computed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.data.repository import CandleRepository
from engine.errors import CandlewickError
from engine.market.bars import Bars
from engine.market.quality import REASONS, QualityReport, clean

# A symbol whose last bar lies more sessions than this behind the newest of all has ended, or was not updated.
STALE_SESSIONS = 5
_LISTED = 20
# From how many of a symbol's last bars sessions are gathered: a week of minutes, a dozen years of days.
_LAST_BARS = 3_000
_DAYS = 2**17


class FaultKind(StrEnum):
    """What can be wrong with a symbol's bars, the worst first."""

    UNREADABLE = "unreadable"
    EMPTY = "empty"
    BROKEN = "broken"
    FUTURE = "future"
    STALE = "stale"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a symbol, in words."""

    kind: FaultKind
    sentence: str


@dataclass(frozen=True, slots=True)
class SymbolCheck:
    """One symbol: its rows, its clean bars, and the reason when it cannot be read."""

    symbol: str
    quality: QualityReport
    first: date | None = None
    last: date | None = None
    future: int = 0
    unreadable: str | None = None


@dataclass(frozen=True)
class DataReport:
    """Every symbol of a repository; ``newest`` is the last bar of all that does not lie in the future.

    ``sessions`` are the days, in order, on which any symbol has a bar, as far as the last bars of each go back.
    """

    symbols: tuple[SymbolCheck, ...]
    newest: date | None = None
    sessions: NDArray[np.datetime64] = field(
        default_factory=lambda: np.array([], dtype="datetime64[D]"), compare=False, repr=False
    )

    @property
    def rows(self) -> int:
        """Rows of all symbols that can be read."""
        return sum(check.quality.rows for check in self.symbols)

    @property
    def bars(self) -> int:
        """Clean bars of all symbols."""
        return sum(check.quality.bars for check in self.symbols)

    @cached_property
    def masked(self) -> Mapping[str, int]:
        """Rows left out, by the keys of ``quality.REASONS``."""
        counts: Counter[str] = Counter()
        for check in self.symbols:
            counts.update(check.quality.masked)
        return {reason: counts[reason] for reason in REASONS if counts[reason]}

    @cached_property
    def unreadable(self) -> tuple[SymbolCheck, ...]:
        """Symbols whose files cannot be read."""
        return tuple(check for check in self.symbols if check.unreadable is not None)

    @cached_property
    def with_masked(self) -> tuple[SymbolCheck, ...]:
        """Symbols with rows that are left out, those with most first."""
        found = [check for check in self.symbols if check.quality.masked_total]
        return tuple(sorted(found, key=lambda check: (-check.quality.masked_total, check.symbol)))

    @cached_property
    def with_future(self) -> tuple[SymbolCheck, ...]:
        """Symbols with bars in the future."""
        return tuple(check for check in self.symbols if check.future)

    def sessions_behind(self, check: SymbolCheck) -> int:
        """Return how many sessions have followed a symbol's last bar; 0 where it has none."""
        if check.last is None:
            return 0
        return len(self.sessions) - int(
            np.searchsorted(self.sessions, np.datetime64(check.last), side="right")
        )

    @cached_property
    def stale(self) -> tuple[SymbolCheck, ...]:
        """Symbols that ended, or were not updated, more than ``STALE_SESSIONS`` before the newest bar."""
        return tuple(check for check in self.symbols if self.sessions_behind(check) > STALE_SESSIONS)

    @cached_property
    def broken(self) -> tuple[SymbolCheck, ...]:
        """Symbols that cannot be read, have no bar, or have rows that are left out or lie in the future."""
        worst = {FaultKind.UNREADABLE, FaultKind.EMPTY, FaultKind.BROKEN, FaultKind.FUTURE}
        return tuple(
            check for check in self.symbols if any(fault.kind in worst for fault in self.faults(check))
        )

    @cached_property
    def first(self) -> date | None:
        """The first bar of all."""
        return min((check.first for check in self.symbols if check.first is not None), default=None)

    def faults(self, check: SymbolCheck) -> tuple[Fault, ...]:
        """Return what is wrong with a symbol, the worst first; nothing for one that is as it should be."""
        if check.unreadable is not None:
            return (Fault(FaultKind.UNREADABLE, check.unreadable),)
        quality = check.quality
        found = []
        if quality.bars == 0:
            found.append(
                Fault(FaultKind.EMPTY, "No bar of it can be used." if quality.rows else "It has no rows.")
            )
        for reason, count in quality.masked.items():
            rows = "1 row is" if count == 1 else f"{count:,} rows are"
            found.append(Fault(FaultKind.BROKEN, f"{rows} left out: {REASONS[reason]}."))
        if check.future:
            bars = "1 bar lies" if check.future == 1 else f"{check.future:,} bars lie"
            found.append(Fault(FaultKind.FUTURE, f"{bars} in the future."))
        behind = self.sessions_behind(check)
        if behind > STALE_SESSIONS:
            found.append(Fault(FaultKind.STALE, f"Ended {behind:,} sessions before the newest bar."))
        if quality.unsorted:
            found.append(Fault(FaultKind.NOTE, "Its rows are out of order; they are sorted when read."))
        if quality.unknown_volume:
            bars = "1 bar has" if quality.unknown_volume == 1 else f"{quality.unknown_volume:,} bars have"
            found.append(Fault(FaultKind.NOTE, f"{bars} no known volume."))
        return tuple(found)

    @cached_property
    def empty(self) -> tuple[SymbolCheck, ...]:
        """Symbols that can be read and have no bar."""
        return tuple(check for check in self.symbols if check.unreadable is None and check.quality.bars == 0)

    @property
    def sound(self) -> bool:
        """Whether every symbol can be read and no row is left out or lies in the future."""
        return not (self.unreadable or self.with_masked or self.with_future)

    def summary_rows(self) -> tuple[tuple[str, str], ...]:
        """Return the report as pairs of a label and a text, in the order to print them."""
        left_out = sum(self.masked.values())
        rows = [
            ("symbols", f"{len(self.symbols):,}, {len(self.unreadable):,} of them cannot be read"),
            (
                "rows",
                f"{self.rows:,}, of which {self.bars:,} are bars and {left_out:,} left out",
            ),
            ("dates", f"{self.first} to {self.newest}" if self.first else "none"),
        ]
        rows += [("left out", f"{count:,}: {REASONS[reason]}") for reason, count in self.masked.items()]
        rows += _listed("left out in", self.with_masked, lambda check: f"{check.quality.masked_total:,}")
        unknown = sum(check.quality.unknown_volume for check in self.symbols)
        if unknown:
            rows.append(("no volume", f"{unknown:,} bars, kept although it is missing or impossible"))
        unsorted = sum(1 for check in self.symbols if check.quality.unsorted)
        if unsorted:
            rows.append(("unsorted", f"{unsorted:,} symbols, sorted when they are read"))
        rows += _listed("future bars", self.with_future, lambda check: f"{check.future:,}")
        rows += _listed("ended early", self.stale, lambda check: str(check.last))
        rows += _listed("without bars", self.empty, lambda check: f"{check.quality.rows:,} rows")
        rows += [("unreadable", str(check.unreadable)) for check in self.unreadable]
        return tuple(rows)


@dataclass
class _Survey:
    """Collects the checks; ``horizon`` is the moment from which bars lie in the future."""

    horizon: np.datetime64
    checks: list[SymbolCheck] = field(default_factory=list)
    newest: date | None = None
    traded: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(_DAYS, dtype=np.bool_))

    def add(self, symbol: str, bars: Bars, quality: QualityReport) -> None:
        future = len(bars) - int(np.searchsorted(bars.timestamp, self.horizon, side="right"))
        present = len(bars) - future
        if present:
            day = _day(bars, present - 1)
            self.newest = day if self.newest is None else max(self.newest, day)
            last = bars.timestamp[max(0, present - _LAST_BARS) : present]
            days = last.astype("datetime64[D]").astype(np.int64)
            self.traded[days[(days >= 0) & (days < _DAYS)]] = True
        first, ended = (_day(bars, 0), _day(bars, -1)) if len(bars) else (None, None)
        self.checks.append(SymbolCheck(symbol, quality, first, ended, future))

    def report(self) -> DataReport:
        sessions = np.flatnonzero(self.traded).astype("datetime64[D]")
        return DataReport(tuple(self.checks), self.newest, sessions)


def data_report(
    repository: CandleRepository,
    progress: Callable[[int, int], None] | None = None,
    now: datetime | None = None,
) -> DataReport:
    """Look at every symbol once and report; ``progress`` receives symbols done and their total.

    A repository that keeps clean bars with what was found in them, such as a snapshot, is believed. Bars later
    than one day after ``now`` (this moment, when None) lie in the future. Raises DataError only when the
    repository itself cannot be listed, and whatever ``progress`` raises.
    """
    moment = (now if now is not None else datetime.now(UTC)) + timedelta(days=1)
    survey = _Survey(np.datetime64(moment.replace(tzinfo=None), "us"))
    read_clean = getattr(repository, "read_clean", None)
    symbols = repository.symbols()
    for number, symbol in enumerate(symbols, start=1):
        try:
            bars, quality = clean(repository.read_raw(symbol)) if read_clean is None else read_clean(symbol)
            survey.add(symbol, bars, quality)
        except CandlewickError as error:
            survey.checks.append(SymbolCheck(symbol, QualityReport(0, 0), unreadable=str(error)))
        if progress is not None:
            progress(number, len(symbols))
    return survey.report()


def _day(bars: Bars, place: int) -> date:
    day: date = bars.timestamp[place].astype("datetime64[D]").item()
    return day


def _listed(
    label: str, checks: tuple[SymbolCheck, ...], tell: Callable[[SymbolCheck], str]
) -> list[tuple[str, str]]:
    """Return one line that names the first symbols, or none."""
    if not checks:
        return []
    named = ", ".join(f"{check.symbol} ({tell(check)})" for check in checks[:_LISTED])
    more = f" and {len(checks) - _LISTED:,} more" if len(checks) > _LISTED else ""
    return [(label, f"{len(checks):,} symbols: {named}{more}")]
