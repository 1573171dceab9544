"""How long a piece of work beside the scan still takes, estimated as the scan's own time is. Not here: showing it."""

from __future__ import annotations

import time
from collections.abc import Callable

from gui.progress.state import ScanPace, duration_text


class TimeLeft:
    """``begin`` when the work does, then ask for the ``text`` each time that it tells how far it is."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self.begin()

    def begin(self) -> None:
        """Measure from now on."""
        self._began = self._clock()
        self._pace = ScanPace()

    @property
    def seconds(self) -> float:
        """How long the work has been going on."""
        return self._clock() - self._began

    def text(self, done: int, total: int) -> str:
        """Return the time left, such as ``0:12``; nothing while nobody can know it, and none at the end."""
        left = self._pace.update(done, total, 0, self.seconds).seconds_left
        return duration_text(left) if left else ""
