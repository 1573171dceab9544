"""What Candlewick must reach, as ratios to peers of the same run where there is a peer, and whether it does.

Rows that need a window are measured elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.rounds import Measured

Found = Mapping[str, Measured]
WARM, COLD = "Candlewick, 2 workers", "Candlewick, cold, 2 workers"


@dataclass(frozen=True)
class Target:
    """One row: a figure, the limit that it must keep, and on which side of it."""

    text: str
    limit: float
    unit: str
    figure: Callable[[Found], float]
    at_least: bool = False

    def told(self) -> str:
        """Return the limit as it is printed."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:g} {self.unit}"


@dataclass(frozen=True)
class Verdict:
    """A target and what was found: a figure, or None where something is not there."""

    target: Target
    value: float | None

    @property
    def word(self) -> str:
        """met, missed or not yet."""
        if self.value is None:
            return "not yet"
        target = self.target
        is_met = self.value >= target.limit if target.at_least else self.value <= target.limit
        return "met" if is_met else "**missed**"

    @property
    def number(self) -> str:
        """The figure as it is printed."""
        return "" if self.value is None else f"{self.value:.3g} {self.target.unit}"


def _ratio(over: str, under: str) -> Callable[[Found], float]:
    return lambda found: found[over].seconds / found[under].seconds


TARGETS = (
    Target("S1 warm, 2 workers, beside polars in memory", 0.25, "×", _ratio(WARM, "polars, in memory")),
    Target("S1 warm, 2 workers, beside polars-talib", 0.35, "×", _ratio(WARM, "polars-talib")),
    Target("S1 cold, 2 workers, beside polars cold", 1.2, "×", _ratio(COLD, "polars, cold")),
    Target(
        "S1 warm, times faster than one pandas task per symbol",
        100,
        "×",
        _ratio("pandas tasks, 2 workers", WARM),
        at_least=True,
    ),
    Target("100 formulas in one job, beside S1 alone", 12, "×", _ratio("Candlewick, 100 formulas", WARM)),
    Target(
        "a detector in pure Python, times faster with 2 workers than with 1",
        1.8,
        "×",
        _ratio("Candlewick, detector, 1 worker", "Candlewick, detector, 2 workers"),
        at_least=True,
    ),
    Target("peak memory of S1 warm, 2 workers", 500, "MB", lambda found: found[WARM].megabytes),
    Target("peak memory of S1 cold, 2 workers", 500, "MB", lambda found: found[COLD].megabytes),
    Target("from a cancel to idle", 0.2, "s", lambda found: max(found["Candlewick, cancel"].rounds)),
)


def verdicts(measured: Sequence[Measured]) -> list[Verdict]:
    """Look at every target; one whose systems are missing has no value."""
    there = {each.system.name: each for each in measured if not each.missing and each.rounds}
    found = []
    for target in TARGETS:
        try:
            found.append(Verdict(target, target.figure(there)))
        except KeyError:
            found.append(Verdict(target, None))
    return found
