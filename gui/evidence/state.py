"""Evidence as texts: the table's cells, what is said around it, and what to do when there is none.

Here: no Qt. Not here: the table (``evidence_model``), its pictures (``histogram_item``) and the panel.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from engine.outcomes.picture import percent
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


def cells_of(statistics: WindowStatistics) -> tuple[str, ...]:
    """Return the texts of one row, without the histogram's."""
    return (
        f"{statistics.window} bars" if statistics.window != 1 else "1 bar",
        f"{statistics.evaluated:,}",
        percent(statistics.mean),
        percent(statistics.median),
        percent(statistics.win_rate, 1, signed=False),
        percent(statistics.universe_mean),
        percent(statistics.excess),
        percent(statistics.low),
        f"{statistics.days:,}",
    )


def account_text(statistics: WindowStatistics) -> str:
    """Return where the signals of one window went, as a sum that anybody can check."""
    return (
        f"{statistics.signals:,} signals = {statistics.evaluated:,} evaluated + "
        f"{statistics.not_matured:,} not yet matured + {statistics.not_evaluable:,} not evaluable"
    )


def spoken_histogram(evidence: Evidence, row: int) -> str:
    """Return a histogram in words, for screen readers."""
    histogram = evidence.windows[row].histogram
    half = len(histogram.counts) // 2
    below, above = sum(histogram.counts[:half]), sum(histogram.counts[half:])
    return f"{below:,} returns below zero, {above:,} from zero up, most within {percent(histogram.reach, 1)}"


def summary_text(evidence: Evidence, *, partial: bool = False) -> str:
    """Return the line above the table: how many signals, on which terms, over which universe."""
    coverage = evidence.coverage
    parts = [f"{evidence.signals:,} matches, {evidence.terms.words}"]
    if coverage.first is not None and coverage.last is not None:
        parts.append(f"universe of {coverage.symbols:,} symbols, {coverage.first:.10} to {coverage.last:.10}")
    if evidence.failed:
        symbols = "symbol" if len(evidence.failed) == 1 else "symbols"
        parts.append(f"⚠ {len(evidence.failed):,} {symbols} could not be measured")
    if partial:
        parts.append("⚠ of a scan that is not complete")
    return " · ".join(parts)
