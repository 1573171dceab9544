"""Reads the last closes up to given bars, off the window's thread; of several requests only the newest counts.

Bars come from the snapshot where the scan has made one. A symbol's closes are kept while its rows are likely to be
asked for again. Not here: which rows are in sight (``gui.results.sparklines``).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from engine.data.opening import open_repository
from engine.data.repository import CandleRepository
from engine.data.series import load_bars
from engine.data.snapshot_run import DirectRun, Snapshot
from engine.data.snapshot_source import source_of
from engine.errors import CandlewickError
from engine.market.bars import TimeArray
from engine.market.timeframe import Timeframe
from gui.bridge.background import BackgroundWork
from gui.bridge.scan_bridge import ScanRequest
from gui.results.sparklines import BARS, Closes, SparklineAnswer, SparklineRequest

_KEPT_SYMBOLS = 128


class ClosesSource:
    """A scan's bars as sparklines need them; used in one thread only."""

    def __init__(self, request: ScanRequest) -> None:
        self._timeframe = Timeframe.parse(request.job.timeframe)
        self._repository = open_repository(request.address)
        source = source_of(self._repository) if request.snapshot_limit_gb > 0 else None
        self._snapshot = None if source is None else Snapshot(source, request.snapshot_limit_gb)
        self._kept: OrderedDict[str, tuple[TimeArray, NDArray[np.float32]]] = OrderedDict()

    def read(self, request: SparklineRequest, is_wanted: Callable[[], bool]) -> dict[int, Closes]:
        """Return the closes up to each row's bar, by row id; fewer as soon as they are not wanted any more."""
        found: dict[int, Closes] = {}
        missing = {symbol for _, symbol, _ in request.rows if symbol not in self._kept}
        reading = (
            DirectRun(self._repository)
            if self._snapshot is None or not missing
            else self._snapshot.begin(missing)
        )
        try:
            for row_id, symbol, moment in request.rows:
                if not is_wanted():
                    break
                found[row_id] = self._closes(reading.repository, symbol, moment)
        finally:
            reading.finish()
        return found

    def _closes(self, repository: CandleRepository, symbol: str, moment: np.datetime64) -> Closes:
        kept = self._kept.get(symbol)
        if kept is None:
            try:
                bars, _ = load_bars(repository, symbol, self._timeframe)
                kept = bars.timestamp.copy(), bars.close.astype(np.float32)
            except CandlewickError:  # the scan has told already
                kept = np.empty(0, "datetime64[us]"), np.empty(0, np.float32)
            self._kept[symbol] = kept
            if len(self._kept) > _KEPT_SYMBOLS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(symbol)
        times, closes = kept
        after = int(np.searchsorted(times, moment, side="right"))
        return closes[max(0, after - BARS) : after].copy()


class SparklineLoader(QObject):
    """``loaded`` carries a ``SparklineAnswer``."""

    loaded = Signal(object)

    def __init__(self, background: BackgroundWork, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._source: Callable[[], ClosesSource] | None = None
        self._newest = 0
        self._tickets: dict[int, int] = {}
        self._scan = 0
        background.done.connect(self._on_done)
        background.failed.connect(self._on_failed)

    def open(self, request: ScanRequest) -> None:
        """From now on read this scan's bars; they are opened with the first request, in the thread."""
        self._source = cache(partial(ClosesSource, request))
        self._newest += 1
        self._scan = self._newest

    def request(self, wanted: SparklineRequest) -> None:
        """Read these; what was being read for an older request is given up."""
        if self._source is None:
            return
        self._newest += 1
        number, source = self._newest, self._source

        def is_wanted() -> bool:
            # Both are only read here, in the thread.
            return number == self._newest and not self._background.stopping.is_set()

        def read() -> SparklineAnswer:
            return SparklineAnswer(wanted.table, source().read(wanted, is_wanted) if is_wanted() else {})

        ticket = self._background.submit(read)
        self._tickets[ticket] = number

    @Slot(int, object)
    def _on_done(self, ticket: int, answer: SparklineAnswer) -> None:
        number = self._tickets.pop(ticket, 0)
        if number > self._scan and answer.closes:
            self.loaded.emit(answer)

    @Slot(int, object)
    def _on_failed(self, ticket: int, _error: Exception) -> None:
        # Bars that cannot be opened have been told by the scan; a table without small lines needs no words.
        self._tickets.pop(ticket, None)
