"""The evidence behind the matches that one is looking at: their statistics per window, each with its histogram.

Evidence of a formula, not of the stock in the row. Not here: showing it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from engine.outcomes.comparison import Coverage
from engine.outcomes.forward_returns import OutcomeTerms
from engine.outcomes.histogram import Histogram, histogram_of, reach_of
from engine.outcomes.statistics import WindowStatistics, statistics_of
from engine.scan.evaluation.forward_pass import Measured


@dataclass(frozen=True, slots=True)
class WindowEvidence:
    """One window: its numbers and the histogram of its returns; those of all windows have one range."""

    statistics: WindowStatistics
    histogram: Histogram


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What came after a set of matches; ``columns`` are their forward returns, row by row as they were given."""

    terms: OutcomeTerms
    windows: tuple[WindowEvidence, ...]
    coverage: Coverage
    universe: int
    failed: tuple[tuple[str, str], ...]
    columns: pa.Table

    @property
    def signals(self) -> int:
        """How many matches there are."""
        return int(self.columns.num_rows)


def evidence_of(measured: Measured) -> Evidence:
    """Return the evidence that a pass has measured."""
    sample, terms = measured.sample, measured.terms
    reach = reach_of([sample.values])
    windows = tuple(
        WindowEvidence(statistics, histogram_of(sample.values[:, place], reach))
        for place, statistics in enumerate(statistics_of(sample, terms, measured.coverage.middle))
    )
    return Evidence(
        terms, windows, measured.coverage, measured.universe, measured.failed, measured.forward_columns()
    )
