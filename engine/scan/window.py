"""Which of a symbol's bars may match: the job's dates, last bars and look-back as one slice.

Not here: history. Every series is computed from the symbol's first bar, whatever the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from engine.market.bars import TimeArray


@dataclass(frozen=True, slots=True)
class MatchWindow:
    """Limits on the bars that may match; None is no limit. A ``datetime`` is a moment, not the whole day."""

    start: date | None = None
    end: date | None = None
    last_bars: int | None = None
    lookback_days: int | None = None

    def rows(self, timestamp: TimeArray) -> slice:
        """Return the rows inside the window; ``timestamp`` is increasing."""
        first, beyond = 0, len(timestamp)
        if self.start is not None:
            first = int(np.searchsorted(timestamp, np.datetime64(self.start, "us")))
        if self.end is not None:
            end, is_moment = np.datetime64(self.end, "us"), isinstance(self.end, datetime)
            day_after = end if is_moment else end + np.timedelta64(1, "D")
            beyond = int(np.searchsorted(timestamp, day_after, side="right" if is_moment else "left"))
        if self.last_bars is not None:
            first = max(first, len(timestamp) - self.last_bars)
        if self.lookback_days is not None and len(timestamp):
            earliest = timestamp[-1] - np.timedelta64(self.lookback_days, "D")
            first = max(first, int(np.searchsorted(timestamp, earliest)))
        return slice(min(first, beyond), beyond)

    def describe(self) -> str:
        """Return the words that finish the sentence 'no bars …'."""
        if self.start is not None and self.end is not None:
            return f"between {self.start} and {self.end}"
        if self.start is not None:
            return f"from {self.start} on"
        if self.end is not None:
            return f"up to {self.end}"
        return "in the range"
