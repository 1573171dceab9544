"""What is in a repository and what is wrong with it: :func:`check_data`.

Here: one look at every symbol, through the same cleaning as a scan, and the counts over all of them. Not
here: mending anything. Bars of the future and symbols that ended early are reported only: they are scanned
like all others, because a result must not depend on the day on which it is computed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import numpy as np

from engine.data.repository import CandleRepository
from engine.errors import DataError
from engine.market.bars import Bars
from engine.market.quality import REASONS, QualityReport, clean

# A symbol whose last bar lies further back than this behind the newest of all has ended, or was not updated.
STALE_AFTER = timedelta(days=10)
_LISTED = 20


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
class CheckReport:
    """Every symbol of a repository; ``newest`` is the last bar of all that does not lie in the future."""

    symbols: tuple[SymbolCheck, ...]
    newest: date | None = None

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

    @cached_property
    def stale(self) -> tuple[SymbolCheck, ...]:
        """Symbols whose last bar lies well before the newest of all."""
        if self.newest is None:
            return ()
        limit = self.newest - STALE_AFTER
        return tuple(check for check in self.symbols if check.last is not None and check.last < limit)

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
        known = [check for check in self.symbols if check.first is not None]
        first = min((check.first for check in known if check.first is not None), default=None)
        left_out = sum(self.masked.values())
        rows = [
            ("symbols", f"{len(self.symbols):,}, {len(self.unreadable):,} of them cannot be read"),
            (
                "rows",
                f"{self.rows:,}, of which {self.bars:,} are bars and {left_out:,} left out",
            ),
            ("dates", f"{first} to {self.newest}" if first else "none"),
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

    def add(self, symbol: str, raw: Bars) -> None:
        bars, quality = clean(raw)
        future = len(bars) - int(np.searchsorted(bars.timestamp, self.horizon, side="right"))
        present = len(bars) - future
        if present:
            day = _day(bars, present - 1)
            self.newest = day if self.newest is None else max(self.newest, day)
        first, last = (_day(bars, 0), _day(bars, -1)) if len(bars) else (None, None)
        self.checks.append(SymbolCheck(symbol, quality, first, last, future))


def check_data(
    repository: CandleRepository,
    progress: Callable[[int, int], None] | None = None,
    now: datetime | None = None,
) -> CheckReport:
    """Read every symbol once and report; ``progress`` receives symbols done and their total.

    Bars later than one day after ``now`` (this moment, when None) lie in the future. Raises DataError only
    when the repository itself cannot be listed.
    """
    moment = (now if now is not None else datetime.now(UTC)) + timedelta(days=1)
    survey = _Survey(np.datetime64(moment.replace(tzinfo=None), "us"))
    symbols = repository.symbols()
    for number, symbol in enumerate(symbols, start=1):
        try:
            survey.add(symbol, repository.read_raw(symbol))
        except DataError as error:
            survey.checks.append(SymbolCheck(symbol, QualityReport(0, 0), unreadable=str(error)))
        if progress is not None:
            progress(number, len(symbols))
    return CheckReport(tuple(survey.checks), survey.newest)


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
