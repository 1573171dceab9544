"""When a streaming table may be sorted again: not too often, and never under the user's hand.

Plain clock arithmetic; the caller passes the time in seconds. Not here: the sort itself (``row_order``).
"""

from __future__ import annotations

INTERVAL = 0.5
QUIET = 1.0
BUSY_SHARE = 5.0


class ResortPace:
    """Remembers the last sort and the user's last move."""

    def __init__(self) -> None:
        self._next_sort = 0.0
        self._quiet_from = 0.0
        self.held = False

    def moved(self, now: float) -> None:
        """Note that the user scrolled or changed the current row."""
        self._quiet_from = now + QUIET

    def sorted(self, now: float, cost: float) -> None:
        """Note a sort that took ``cost`` seconds; sorting takes at most a sixth of the time."""
        self._next_sort = now + max(INTERVAL, BUSY_SHARE * cost)

    def user_active(self, now: float) -> bool:
        """Whether the user holds a scroll bar or has moved within the last second."""
        return self.held or now < self._quiet_from

    def wait(self, now: float) -> float:
        """Return the seconds until a sort is allowed, 0 when it is; a held scroll bar asks again later."""
        if self.held:
            return INTERVAL
        return max(0.0, self._next_sort - now, self._quiet_from - now)
