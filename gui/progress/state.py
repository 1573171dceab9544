"""How fast a scan goes and how long it still takes, from its progress events; no Qt, no clock.

1. Each ``update`` adds one interval's rate to a window; the rate shown is the window's median.
2. Done never goes back. Time left only falls, unless the estimate has been half as long again for three
   seconds: then the scan has really become slower and the new estimate is taken.

Not here: the widget (``widget``).
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from statistics import median

_WINDOW = 15
_FIRST_ESTIMATE = 0.5
_SLOWER = 1.5
_PATIENCE = 3.0


@dataclass(frozen=True, slots=True)
class Progress:
    """What is shown; ``rate`` in symbols per second and ``seconds_left`` are None until they are known."""

    completed: int = 0
    total: int = 0
    matches: int = 0
    rate: float | None = None
    seconds_left: float | None = None


class ScanPace:
    """Turns the progress events of one scan into figures that don't jump."""

    def __init__(self, total: int = 0) -> None:
        self._rates: deque[float] = deque(maxlen=_WINDOW)
        self._at = 0.0
        self._slower_since: float | None = None
        self.shown = Progress(total=total)

    def update(self, completed: int, total: int, matches: int, seconds: float) -> Progress:
        """Take one event, ``seconds`` after the start of the scan, and return what to show."""
        completed = min(max(completed, self.shown.completed), total)
        elapsed = seconds - self._at
        if completed > self.shown.completed and elapsed > 0:
            self._rates.append((completed - self.shown.completed) / elapsed)
            self._at = seconds
        rate = median(self._rates) if self._rates else None
        left = self._left(total - completed, rate, seconds)
        self.shown = Progress(completed, total, max(matches, self.shown.matches), rate, left)
        return self.shown

    def _left(self, remaining: int, rate: float | None, seconds: float) -> float | None:
        if remaining == 0:
            return 0.0
        if not rate or seconds < _FIRST_ESTIMATE:
            return None
        estimate = remaining / rate
        before = self.shown.seconds_left
        if before is None or estimate <= before:
            self._slower_since = None
            return estimate
        if estimate < _SLOWER * before:
            self._slower_since = None
            return before
        if self._slower_since is None:
            self._slower_since = seconds
        if seconds - self._slower_since < _PATIENCE:
            return before
        self._slower_since = None
        return estimate


def duration_text(seconds: float) -> str:
    """Return 0:01, 12:05 or 1:02:03; a started second counts as a whole one."""
    whole = math.ceil(seconds)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def rate_text(rate: float) -> str:
    """Return the rate with two significant digits below ten, whole numbers above."""
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
