"""Detectors and formulas side by side: one row per detector and event, the baseline first, variants with differences.

1. :class:`Events` are the signals of all of them with their returns; :func:`compare` parts them by detector and event.
2. The density is events per symbol-year: count over :attr:`Coverage.years`, the years that all symbols together could
   have fired in.
3. A variant's differences are its numbers minus those of the baseline's row for the same event, or of the baseline's
   only row if it has one. Else they are unknown.

Every row of a table is tried on the same data: the best of twelve looks better than it is. Not here: files.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.errors import UnknownNameError
from engine.outcomes.forward_returns import OutcomeTerms
from engine.outcomes.statistics import Sample, WindowStatistics, statistics_of

DAYS_OF_A_YEAR = 365.25
# What a variant is compared in, beside its density.
DIFFERENCES = ("mean", "median", "win_rate", "low", "excess")


@dataclass(frozen=True, slots=True)
class Coverage:
    """The dates that symbols could have had events on: the run's first and last, and all symbols' years together."""

    first: np.datetime64 | None
    last: np.datetime64 | None
    years: float
    symbols: int

    @classmethod
    def of(cls, spans: Iterable[tuple[np.datetime64, np.datetime64]]) -> Coverage:
        """Join the first and last dates of the symbols that have any."""
        held = list(spans)
        days = [(last - first) / np.timedelta64(1, "D") for first, last in held]
        return cls(
            first=min((first for first, _ in held), default=None),
            last=max((last for _, last in held), default=None),
            years=math.fsum(days) / DAYS_OF_A_YEAR,
            symbols=len(held),
        )

    @property
    def middle(self) -> np.datetime64 | None:
        """The moment between the first half of the dates and the second."""
        if self.first is None or self.last is None:
            return None
        return self.first + (self.last - self.first) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Signals of several detectors: codes into ``symbols``, ``detectors`` and ``events``, and their sample."""

    symbols: Sequence[str]
    detectors: Sequence[str]
    events: Sequence[str]
    symbol: NDArray[np.int32]
    detector: NDArray[np.int32]
    event: NDArray[np.int32]
    sample: Sample


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One detector's one event; ``differences`` are to the baseline, by name, one number per window."""

    detector: str
    event: str
    is_baseline: bool
    count: int
    symbols: int
    density: float
    windows: tuple[WindowStatistics, ...]
    differences: Mapping[str, tuple[float, ...]]


def compare(
    found: Events,
    terms: OutcomeTerms,
    coverage: Coverage,
    *,
    detectors: Sequence[str],
    baseline: str | None = None,
) -> tuple[ComparisonRow, ...]:
    """Return the table's rows: the baseline's, then the others in the order of ``detectors``, events by name.

    A detector without any event has a row of its own with a count of 0. Raises UnknownNameError for a baseline that
    is not among the detectors.
    """
    if baseline is not None and baseline not in detectors:
        raise UnknownNameError("detector or formula to compare with", baseline, tuple(detectors))
    base = baseline if baseline is not None else next(iter(detectors), "")
    order = [base, *(name for name in dict.fromkeys(detectors) if name != base)] if detectors else []
    rows = [row for name in order for row in _rows_of(found, name, name == base, terms, coverage)]
    references = [row for row in rows if row.is_baseline]
    return tuple(row if row.is_baseline else _with_differences(row, references) for row in rows)


def rows_of_group(found: Events, detector: str, event: str) -> NDArray[np.intp]:
    """Return the rows of one detector's one event."""
    names = ((found.detectors, detector, found.detector), (found.events, event, found.event))
    masks = [
        codes == list(known).index(name) if name in known else np.zeros(len(codes), bool)
        for known, name, codes in names
    ]
    return np.flatnonzero(masks[0] & masks[1])


def _rows_of(
    found: Events, detector: str, is_baseline: bool, terms: OutcomeTerms, coverage: Coverage
) -> list[ComparisonRow]:
    mine = found.detector == list(found.detectors).index(detector) if detector in found.detectors else None
    codes = np.unique(found.event[mine]) if mine is not None else np.empty(0, np.int32)
    names = sorted(found.events[int(code)] for code in codes) or [""]
    result = []
    for event in names:
        rows = rows_of_group(found, detector, event)
        result.append(
            ComparisonRow(
                detector=detector,
                event=event,
                is_baseline=is_baseline,
                count=len(rows),
                symbols=len(np.unique(found.symbol[rows])),
                density=len(rows) / coverage.years if coverage.years > 0 else math.nan,
                windows=statistics_of(found.sample.take(rows), terms, coverage.middle),
                differences={},
            )
        )
    return result


def _with_differences(row: ComparisonRow, references: Sequence[ComparisonRow]) -> ComparisonRow:
    same = [each for each in references if each.event == row.event]
    reference = same[0] if same else references[0] if len(references) == 1 else None
    differences: dict[str, tuple[float, ...]] = {}
    for name in DIFFERENCES:
        own = [getattr(each, name) for each in row.windows]
        base = [getattr(each, name) for each in reference.windows] if reference else [math.nan] * len(own)
        differences[name] = tuple(mine - theirs for mine, theirs in zip(own, base, strict=True))
    return replace(row, differences=differences)
