"""Evidence as texts: the table's cells, what is said around it, and what to do when there is none.

Here: no Qt. Not here: the table (``evidence_model``), its pictures (``histogram_item``) and the panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from engine.outcomes.picture import percent
from gui.wording import Translate

if TYPE_CHECKING:
    from engine.outcomes.statistics import WindowStatistics
    from engine.scan.evaluation.evidence import Evidence


class Phase(Enum):
    """What the panel has to show."""

    NO_SCAN = "no scan"
    NO_MATCHES = "no matches"
    WAITING = "waiting"
    MEASURING = "measuring"
    SHOWN = "shown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table: its title and what the title means."""

    title: str
    meaning: str


COLUMNS = (
    Column("Window", "Bars after the signal, counted in the symbol's own bars"),
    Column("n", "Signals whose window has passed and whose prices can be used"),
    Column("Mean", "Mean forward return"),
    Column("Median", "Half of the signals earned more"),
    Column("Win rate", "Share of the signals with a return above zero"),
    Column("Universe", "Mean of the whole universe over the same windows from the same dates, without costs"),
    Column("Excess", "Mean less the universe's: what is left when everything rose"),
    Column("5th pct", "One signal in twenty earned less"),
    Column("Days", "Different dates among the n signals: those of one day share its market"),
    Column("Returns", "Histogram of the forward returns; the line is zero, the mark the median"),
)
HISTOGRAM_COLUMN = len(COLUMNS) - 1
# What goes first where there is no room: the excess says what the universe's mean is for, the row's tip says all.
_DISPENSABLE = tuple(
    map([column.title for column in COLUMNS].index, ("Days", "Universe", "5th pct", "Median"))
)

EMPTY_TEXTS = {
    Phase.NO_SCAN: "Run a scan. What came after its matches stands here.",
    Phase.NO_MATCHES: "The scan found no matches, so that nothing can have come after them.",
    Phase.WAITING: "Measure what came after the matches: press Measure.",
    Phase.MEASURING: "Measuring …",
}
# No intervals yet: what makes them hard is said instead.
CAVEAT = (
    "Evidence of the formula, not of one stock. Windows of neighbouring signals overlap and signals of one day share "
    "its market, so that n counts for less than it seems; what else was tried is not counted. Symbols that the data "
    "folder lacks, such as delisted ones, are missing here too."
)


def cells_of(statistics: WindowStatistics, tr: Translate) -> tuple[str, ...]:
    """Return the texts of one row, without the histogram's."""
    return (
        tr("1 bar") if statistics.window == 1 else tr("{n} bars").format(n=statistics.window),
        f"{statistics.evaluated:,}",
        percent(statistics.mean),
        percent(statistics.median),
        percent(statistics.win_rate, 1, signed=False),
        percent(statistics.universe_mean),
        percent(statistics.excess),
        percent(statistics.low),
        f"{statistics.days:,}",
    )


def columns_left_out(widths: Sequence[int], room: int) -> frozenset[int]:
    """Return the columns that a table of ``room`` pixels has no place for, the least needed first."""
    left_out: set[int] = set()
    for column in _DISPENSABLE:
        if sum(widths) - sum(widths[place] for place in left_out) <= room:
            break
        left_out.add(column)
    return frozenset(left_out)


def row_text(statistics: WindowStatistics, tr: Translate) -> str:
    """Return a row's tip: every cell with its title, left out or not, and the account of the signals."""
    named = zip(COLUMNS, cells_of(statistics, tr), strict=False)
    cells = (f"{tr(column.title)}: {cell}" for column, cell in named)
    return "\n".join((*cells, account_text(statistics, tr)))


def account_text(statistics: WindowStatistics, tr: Translate) -> str:
    """Return where the signals of one window went, as a sum that anybody can check."""
    account = tr(
        "{signals} signals = {evaluated} evaluated + {not_matured} not yet matured + {not_evaluable} not evaluable"
    )
    return account.format(
        signals=f"{statistics.signals:,}",
        evaluated=f"{statistics.evaluated:,}",
        not_matured=f"{statistics.not_matured:,}",
        not_evaluable=f"{statistics.not_evaluable:,}",
    )


def spoken_histogram(evidence: Evidence, row: int, tr: Translate) -> str:
    """Return a histogram in words, for screen readers."""
    histogram = evidence.windows[row].histogram
    half = len(histogram.counts) // 2
    words = tr("{below} returns below zero, {above} from zero up, most within {reach}")
    return words.format(
        below=f"{sum(histogram.counts[:half]):,}",
        above=f"{sum(histogram.counts[half:]):,}",
        reach=percent(histogram.reach, 1),
    )


def summary_text(evidence: Evidence, tr: Translate, *, partial: bool = False) -> str:
    """Return the line above the table: how many signals, on which terms, over which universe."""
    coverage = evidence.coverage
    matches = tr("1 match") if evidence.signals == 1 else tr("{n} matches").format(n=f"{evidence.signals:,}")
    parts = [f"{matches}, {tr(evidence.terms.words)}"]
    if coverage.first is not None and coverage.last is not None:
        universe = tr("universe of {n} symbols, {first} to {last}")
        first, last = f"{coverage.first:.10}", f"{coverage.last:.10}"
        parts.append(universe.format(n=f"{coverage.symbols:,}", first=first, last=last))
    if len(evidence.failed) == 1:
        parts.append(tr("⚠ 1 symbol could not be measured"))
    elif evidence.failed:
        parts.append(tr("⚠ {n} symbols could not be measured").format(n=f"{len(evidence.failed):,}"))
    if partial:
        parts.append(tr("⚠ of a scan that is not complete"))
    return " · ".join(parts)
