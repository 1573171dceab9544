"""The real engine, told when it may go on: each event of a scan waits for its turn.

:class:`Pace` is the hand on the lever; :func:`paced` makes an engine that obeys it. The events themselves are the
engine's own, but matches come in small pieces, so that there is something between the first and the last.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from engine.scan.events import MatchBatch, ScanEvent, SymbolOutcome
from engine.scan.processing import ProcessingEngine

PIECES = 3
PATIENCE = 60.0


class StuckError(Exception):
    """What should have come has not."""


class Pace:
    """Holds every event back until :meth:`next` lets it go; both sides wait for each other, bounded."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: ScanEvent | None = None
        self._may_go = False
        self._is_free = False
        self._running = False
        self._failure: Exception | None = None

    # ------------------------------------------------------------------ the hand

    def expect(self) -> None:
        """A scan is about to be asked for."""
        with self._changed:
            self._running = True

    def next(self) -> ScanEvent | None:
        """Let the next event go to the window and return it; None when the scan has ended instead."""
        with self._changed:
            self._until(lambda: self._waiting is not None or not self._running)
            event, self._may_go = self._waiting, True
            self._changed.notify_all()
            # It has left for the window only when the engine comes back for the one after it, or ends.
            self._until(lambda: self._waiting not in (None, event) or not self._running)
            return event

    def fail(self, error: Exception) -> None:
        """Let the scan raise this in place of its next event."""
        with self._changed:
            self._until(lambda: self._waiting is not None or not self._running)
            self._failure, self._may_go = error, True
            self._changed.notify_all()
            self._until(lambda: not self._running)

    def let_all_go(self) -> None:
        """Hold nothing back any more."""
        with self._changed:
            self._is_free = True
            self._changed.notify_all()

    def _until(self, what: Callable[[], bool]) -> None:
        if not self._changed.wait_for(what, PATIENCE):
            raise StuckError

    # ------------------------------------------------------------------ the engine

    def turn(self, event: ScanEvent) -> None:
        """Wait until the event may go."""
        with self._changed:
            self._waiting = event
            self._changed.notify_all()
            self._until(lambda: self._may_go or self._is_free)
            self._waiting, self._may_go = None, False
            if self._failure is not None:
                raise self._failure

    def end(self) -> None:
        """The scan is over, one way or the other."""
        with self._changed:
            self._running, self._may_go, self._failure = False, False, None
            self._changed.notify_all()


def paced(pace: Pace) -> type[ProcessingEngine]:
    """Return the engine's class with this pace; it scans in this process."""

    class PacedEngine(ProcessingEngine):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **{**options, "backend": "inline"})

        def stream(self, job: Any, resume: str | None = None) -> Iterator[ScanEvent]:
            try:
                for event in super().stream(job, resume):
                    for piece in _pieces(event):
                        # How a symbol ended shows only with the progress after it.
                        if not isinstance(piece, SymbolOutcome):
                            pace.turn(piece)
                        yield piece
            finally:
                pace.end()

    return PacedEngine


def _pieces(event: ScanEvent) -> Iterator[ScanEvent]:
    if not isinstance(event, MatchBatch):
        yield event
        return
    size = max(1, -(-event.matches.num_rows // PIECES))
    for start in range(0, event.matches.num_rows, size):
        yield MatchBatch(event.run_id, event.matches.slice(start, size))
