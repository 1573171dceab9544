"""The newest log lines, plain data without Qt: a ring and the view of it by level.

Not here: where lines come from (``handler``) and how they look (``log_model``).
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

CAPACITY = 5000


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line on the screen; a message of several lines, such as a trace, is several of these."""

    time: str
    level: int
    source: str
    text: str

    @property
    def level_name(self) -> str:
        """The level as a word."""
        return logging.getLevelName(self.level).lower()

    def written(self) -> str:
        """Return the line as it goes to the clipboard."""
        return f"{self.time} {self.level_name:<8} {self.source}: {self.text}"


@dataclass(frozen=True, slots=True)
class RingChange:
    """What one ``extend`` did to the shown lines: so many gone at the front, these new at the end."""

    gone: int
    new: tuple[LogLine, ...]


class LogRing:
    """Keeps the newest lines and shows those of at least one level."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._lines: deque[LogLine] = deque(maxlen=capacity)
        self._level = logging.NOTSET

    def extend(self, lines: Iterable[LogLine]) -> RingChange:
        """Add lines; the oldest fall out when the ring is full."""
        capacity = self._lines.maxlen or 0
        fresh = tuple(lines)[-capacity:]
        overflow = max(0, len(self._lines) + len(fresh) - capacity)
        gone = sum(self._shows(self._lines[place]) for place in range(overflow))
        self._lines.extend(fresh)
        return RingChange(gone, tuple(line for line in fresh if self._shows(line)))

    def set_level(self, level: int) -> None:
        """Show only lines of at least this level."""
        self._level = level

    def clear(self) -> None:
        """Forget all lines."""
        self._lines.clear()

    def shown(self) -> list[LogLine]:
        """Return the lines of the chosen level, oldest first."""
        return [line for line in self._lines if self._shows(line)]

    def _shows(self, line: LogLine) -> bool:
        return line.level >= self._level
