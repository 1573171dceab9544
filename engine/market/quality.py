"""Which rows of a file are bars that a formula may see.

Here: the reasons, the report and :func:`clean`. A broken bar stays in its file, is left out of the series and
is counted here; nothing is repaired and nothing vanishes without a count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.market.bars import Bars

# One reason per row: the first that applies, in this order.
REASONS: Mapping[str, str] = {
    "not_finite": "a price is missing or infinite",
    "not_positive": "a price is zero or negative",
    "high_below_low": "the high is below the low",
    "outside_range": "the open or close lies outside the bar's range",
    "duplicate": "the same row stands in the file twice",
    "conflicting": "another row of the same time follows; the last one counts",
}


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What was found in one symbol's rows; ``rows == bars + sum(masked.values())`` always holds."""

    rows: int
    bars: int
    masked: Mapping[str, int] = field(default_factory=dict)
    unsorted: bool = False

    @property
    def masked_total(self) -> int:
        """How many rows the series leaves out."""
        return sum(self.masked.values())


def clean(raw: Bars) -> tuple[Bars, QualityReport]:
    """Return the clean series of ``raw`` rows and the report that accounts for every row left out."""
    raise NotImplementedError
