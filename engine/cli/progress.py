"""A progress bar on a terminal, and nothing anywhere else."""

from __future__ import annotations

import sys

BAR = 24


class TerminalProgress:
    """Redraws one line of stderr; silent when stderr is not a terminal."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr is not None and sys.stderr.isatty()

    def show(self, completed: int, total: int, note: str = "") -> None:
        """Draw the state."""
        if not self._shown or total == 0:
            return
        filled = BAR * completed // total
        bar = "█" * filled + "░" * (BAR - filled)
        text = f"\r{bar} {completed:,}/{total:,} {self._what}{note}"
        sys.stderr.write(f"{text}\x1b[K")
        sys.stderr.flush()

    def clear(self) -> None:
        """Remove the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
