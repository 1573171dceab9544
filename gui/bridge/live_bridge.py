"""Answers what is typed, in a thread of its own; only the newest question counts.

The bars of the universe are opened with the first question and stay open until others are wanted or
:meth:`LiveBridge.forget`. Not here: when something is asked (``flows.live_flow``), how it is answered
(``engine.scan.live``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from engine.data.opening import open_repository
from engine.errors import NotLiveError
from engine.scan.live.answer import LiveAnswer
from engine.scan.live.scanning import LiveScan
from gui.bridge.background import BackgroundWork, WindowClosingError
from gui.bridge.scan_bridge import ScanRequest


@dataclass(frozen=True, slots=True)
class LiveReply:
    """A request and its answer."""

    request: ScanRequest
    answer: LiveAnswer


class LiveBridge(QObject):
    """``answered`` carries a ``LiveReply``, ``refused`` the error that says why there is none.

    ``broke`` comes with it when nobody expected that.
    """

    answered = Signal(object)
    refused = Signal(object)
    broke = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = BackgroundWork("live", self)
        self._newest = 0
        self._ticket = 0
        self._opened = 0
        # Touched in the thread only.
        self._live: LiveScan | None = None
        self._live_of: tuple[str, int] = ("", 0)
        self._background.done.connect(self._on_done)
        self._background.failed.connect(self._on_failed)
        self._background.broke.connect(self.broke)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._ticket != 0

    def ask(self, request: ScanRequest) -> None:
        """Answer this; what was asked before is given up."""
        self._newest += 1
        self._ticket = self._background.submit(partial(self._answer, request, self._newest, self._opened))

    @Slot()
    def cancel(self) -> None:
        """Give up what was asked."""
        self._newest += 1
        self._ticket = 0

    @Slot()
    def forget(self) -> None:
        """Give up what was asked, and let the bars go: the next question opens them anew."""
        self.cancel()
        self._opened += 1
        self._background.submit(self._close)

    def close(self) -> bool:
        """Give up what was asked, end the thread, let the files go; tell whether it ended."""
        self.cancel()
        has_ended = self._background.close()
        if has_ended:
            self._close()
        return has_ended

    # ------------------------------------------------------------------ in the thread

    def _answer(self, request: ScanRequest, number: int, opened: int) -> LiveReply:
        def look_up() -> None:
            # Both are only read here.
            if number != self._newest or self._background.stopping.is_set():
                raise WindowClosingError

        look_up()
        live = self._live_for(request, opened)
        return LiveReply(request, live.answer(request.job, look_up))

    def _live_for(self, request: ScanRequest, opened: int) -> LiveScan:
        wanted = (request.address, opened)
        if self._live is not None and self._live_of == wanted and self._live.fits(request.job):
            return self._live
        self._close()
        if request.snapshot_limit_gb <= 0:
            sentence = "Live mode reads the snapshot, which the setting 'snapshot_limit_gb' switches off."
            raise NotLiveError(sentence, is_cold=True)

        def look_up() -> None:
            # Another text wants the same bars: only other bars, or the end, are a reason to stop.
            if opened != self._opened or self._background.stopping.is_set():
                raise WindowClosingError

        self._live = LiveScan.open(open_repository(request.address), request.job, look_up=look_up)
        self._live_of = wanted
        return self._live

    def _close(self) -> None:
        if self._live is not None:
            self._live.close()
            self._live = None

    # ------------------------------------------------------------------ in the window's thread

    @Slot(int, object)
    def _on_done(self, ticket: int, reply: object) -> None:
        if ticket == self._ticket and isinstance(reply, LiveReply):
            self._ticket = 0
            self.answered.emit(reply)

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if ticket == self._ticket:
            self._ticket = 0
            self.refused.emit(error)
