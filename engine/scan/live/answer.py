"""What live mode answers: how many bars and symbols each condition lets through, and the newest matches.

Not here: how it is found out (``scanning``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ConditionCount:
    """One condition, and those that it joins with *and* or *or*.

    ``bars`` of the window pass it, and so does the last such bar of ``symbols``. ``only_failing`` are the symbols
    whose last bar fails this one alone of the conditions that must all hold; it is empty for parts of a condition.
    """

    text: str
    bars: int
    symbols: int
    only_failing: tuple[str, ...] = ()
    parts: tuple[ConditionCount, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class LiveAnswer:
    """A formula over a universe, or several: then each is a condition, and what it joins its parts.

    ``matches`` is a scan's table, of the newest matches only where there are more than can be shown; ``total``
    counts all. ``bars`` and ``symbols`` are those that were looked at, ``universe`` the symbols that were asked for;
    ``without_answer`` counts the symbols of which no bar could be decided or read. ``seconds`` is how long it took.
    """

    matches: pa.Table
    total: int
    matching_symbols: int
    bars: int
    symbols: int
    universe: int
    without_answer: int
    conditions: tuple[ConditionCount, ...]
    seconds: float

    @property
    def fail_one(self) -> int:
        """How many symbols' last bars fail exactly one condition."""
        return sum(len(condition.only_failing) for condition in self.conditions)


def flattened(conditions: tuple[ConditionCount, ...]) -> Iterator[tuple[int, ConditionCount]]:
    """Yield every condition with how deep it stands, each before its parts."""
    waiting = [(0, condition) for condition in reversed(conditions)]
    while waiting:
        depth, condition = waiting.pop()
        yield depth, condition
        waiting += [(depth + 1, part) for part in reversed(condition.parts)]
