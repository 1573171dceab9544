"""Whether all systems found the same matches, as sets of symbol and day, and who differs by design."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.rounds import Measured
from benchmarks.system import Match


@dataclass(frozen=True)
class Agreement:
    """The matches that most systems found, and for each system that found others a sentence."""

    common: frozenset[Match]
    by_design: tuple[str, ...]
    wrong: tuple[str, ...]


def agreement(measured: Sequence[Measured]) -> Agreement:
    """Compare every system with what Candlewick found, or, where it was not asked, with the most frequent answer."""
    answers = [each for each in measured if each.matches is not None]
    ours = [each.matches for each in answers if each.system.is_ours] or [
        each.matches for each in answers if not each.system.differs
    ]
    common = Counter(ours).most_common(1)[0][0] if ours else frozenset()
    by_design, wrong = [], []
    for each in answers:
        if each.matches == common:
            continue
        if each.system.differs:
            by_design.append(f"{_difference(each, common)}; by design: {each.system.differs}")
        else:
            wrong.append(_difference(each, common))
    return Agreement(common, tuple(by_design), tuple(wrong))


def _difference(each: Measured, common: frozenset[Match]) -> str:
    found = each.matches or frozenset()
    missed, added = sorted(common - found), sorted(found - common)
    example = " ".join((missed or added)[0])
    return (
        f"{each.system.name} found {len(found):,} matches: {len(missed):,} missing, {len(added):,} more, "
        f"for example {example}"
    )
