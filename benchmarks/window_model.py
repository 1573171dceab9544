"""What the window must look like after each click and each event of a scan: plain Python, no Qt.

The model knows clicks and what the engine says; it follows which actions are available, how many rows are shown and
whether there is a result. ``clicks`` holds the real window against it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Literal, TypeAlias

Event: TypeAlias = Literal["started", "batch", "finished", "failed"]


class State(Enum):
    """Where the scan is, as far as the user can tell."""

    IDLE = auto()
    STARTING = auto()
    RUNNING = auto()
    CANCELLING = auto()


@dataclass(frozen=True)
class Filter:
    """A filter as it is typed, and which closes pass it."""

    text: str
    passes: Callable[[float], bool]


EVERYTHING = Filter("", lambda _close: True)


@dataclass
class WindowModel:
    """The window as a user remembers it; ``closes`` has one number per row of the table."""

    state: State = State.IDLE
    closes: list[float] = field(default_factory=list)
    result: int | None = None
    filter: Filter = EVERYTHING

    # ------------------------------------------------------------------ what is seen

    @property
    def rows(self) -> int:
        """How many rows the table shows."""
        return sum(map(self.filter.passes, self.closes))

    def allows(self, needs: str) -> bool:
        """Whether an action with these needs is available."""
        return {
            "nothing": True,
            "idle": self.state is State.IDLE,
            "running": self.state in (State.STARTING, State.RUNNING),
            "rows": self.rows > 0,
            "result": self.state is State.IDLE and bool(self.result),
        }[needs]

    # ------------------------------------------------------------------ clicks

    def run(self) -> None:
        """Run is pressed: it does nothing while a scan runs."""
        if self.state is State.IDLE:
            self.state = State.STARTING

    def cancel(self) -> None:
        """Cancel is pressed."""
        if self.state in (State.STARTING, State.RUNNING):
            self.state = State.CANCELLING

    def set_filter(self, chosen: Filter) -> None:
        """A filter is typed; it stays from scan to scan."""
        self.filter = chosen

    def open_run(self, closes: Sequence[float]) -> None:
        """A kept run is opened; a scan that has begun meanwhile comes first."""
        if self.state is State.IDLE:
            self.closes = list(closes)
            self.result = len(closes)

    # ------------------------------------------------------------------ the engine

    def hear(self, event: Event, closes: Sequence[float] = ()) -> None:
        """The engine tells something; after its last word the window is idle again."""
        if event == "started":
            self.closes, self.result = [], None
            if self.state is State.STARTING:
                self.state = State.RUNNING
        elif event == "batch":
            self.closes += closes
        elif event == "finished":
            self.result = len(closes)

    def end(self) -> None:
        """The engine has said its last word."""
        self.state = State.IDLE
