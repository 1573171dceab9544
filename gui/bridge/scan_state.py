"""The states of the window's scan and the moves between them; plain Python.

    idle ──start──▶ starting ──started──▶ running ──ended──▶ idle
                        │                    │
                        └──cancel──▶ cancelling ──ended──▶ idle

Every action's availability follows from the state alone.
"""

from __future__ import annotations

from enum import Enum


class ScanState(Enum):
    """Where the scan is."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    CANCELLING = "cancelling"


_MOVES: dict[tuple[ScanState, str], ScanState] = {
    (ScanState.IDLE, "start"): ScanState.STARTING,
    (ScanState.STARTING, "started"): ScanState.RUNNING,
    (ScanState.STARTING, "cancel"): ScanState.CANCELLING,
    (ScanState.STARTING, "ended"): ScanState.IDLE,
    (ScanState.RUNNING, "cancel"): ScanState.CANCELLING,
    (ScanState.RUNNING, "ended"): ScanState.IDLE,
    (ScanState.CANCELLING, "ended"): ScanState.IDLE,
}


class ScanMachine:
    """Holds the state and the number of the current run; a move that does not apply changes nothing."""

    def __init__(self) -> None:
        self.state = ScanState.IDLE
        self.run = 0

    def move(self, what: str) -> bool:
        """Make the move, if it applies now; tell whether it did. A start opens a new run."""
        target = _MOVES.get((self.state, what))
        if target is None:
            return False
        self.state = target
        if what == "start":
            self.run += 1
        return True

    def is_current(self, run: int) -> bool:
        """Tell whether an event of that run still counts."""
        return run == self.run and self.state is not ScanState.IDLE
