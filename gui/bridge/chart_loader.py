"""Reads and evaluates the symbol that the user looks at, off the window's thread; only the newest request counts.

The formula and the match window are the running scan's own, so the chart's lines and marks are the scan's. For a
formula with ranks the universe is ranked once, before the first chart of the scan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from threading import Event

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from engine.data.opening import open_repository
from engine.data.repository import CandleRepository
from engine.detectors.base import detectors
from engine.formula.service import CompiledScan, compile_scans
from engine.indicators.kernels import UNKNOWN
from engine.market.bars import Bars
from engine.market.timeframe import Timeframe
from engine.scan.detection import Detection
from engine.scan.event_plan import EventPlan, plan_events
from engine.scan.plan import match_window
from engine.scan.symbol_scan import SymbolView, surroundings_of, view_symbol
from engine.scan.universe_ranks import RankReader, read_ranks
from engine.scan.window import MatchWindow
from gui.bridge.background import BackgroundWork
from gui.bridge.scan_bridge import ScanRequest
from gui.chart.data import ChartData, ChartSeries, SignalKind


@dataclass(frozen=True, slots=True)
class ChartSource:
    """A scan as the chart needs it: opened data, compiled formula, window, ranks and events if it has any."""

    repository: CandleRepository
    compiled: CompiledScan
    timeframe: Timeframe
    window: MatchWindow
    ranks: RankReader | None = None
    events: EventPlan | None = None

    @classmethod
    def of(cls, request: ScanRequest, stopping: Event | None = None) -> ChartSource:
        """Open the request's data, compile its formula and rank the scan's universe where it asks for that."""
        job = request.job
        compiled = compile_scans(job.formulas or {"": job.formula or "true"}, job.columns, job.parameters)
        timeframe = Timeframe.parse(job.timeframe)
        repository, ranks = open_repository(request.address), None
        if compiled.needs_ranks:
            ranks = read_ranks(
                compiled,
                repository,
                timeframe,
                job.symbols,
                snapshot_limit_gb=request.snapshot_limit_gb,
                cancel=stopping,
            )
        events = plan_events(job, compiled, request.detectors)
        return cls(repository, compiled, timeframe, match_window(job), ranks, events)

    def load(self, symbol: str) -> ChartData:
        """Return the symbol's chart; raises DataError."""
        detection = _WithoutPlugins(self.events.chosen) if self.events is not None else None
        around = surroundings_of(self.repository, self.timeframe, detection=detection)
        around.rank = self.ranks
        view = view_symbol(
            self.repository, symbol, self.timeframe, self.compiled, self.window, surroundings=around
        )
        kinds = self._kinds(view, detection)
        # Of listed detectors the events are the matches, also where there are none; the formula only narrows them.
        looks_for_events = self.events is not None and bool(self.events.kinds)
        bars = [kind.bars for kind in kinds] if kinds or looks_for_events else [view.matching_bars]
        return ChartData(
            symbol=symbol,
            title="",
            timeframe=self.timeframe,
            bars=view.bars,
            series=tuple(self._series(view)),
            signals=np.unique(np.concatenate([np.empty(0, np.intp), *bars])).astype(np.intp),
            kinds=kinds,
            knows_signals=self.events is None or not self.events.plugins,
        )

    def _kinds(self, view: SymbolView, detection: Detection | None) -> tuple[SignalKind, ...]:
        """Return the matches of each of several formulas, or of each event of the scan's shipped detectors."""
        if self.events is not None and detection is not None and self.events.kinds:
            return tuple(self._events(view, detection))
        found = view.matches(())
        if found.formula is None:
            return ()
        return tuple(
            SignalKind(name, found.bar[found.formula == number].astype(np.intp))
            for number, name in enumerate(view.evaluation.truths)
        )

    def _events(self, view: SymbolView, detection: Detection) -> Iterator[SignalKind]:
        """Yield those events that have a match on these bars."""
        assert self.events is not None
        for name in self.events.listed:
            if name not in detectors:
                continue
            found = detection.events(name, view.bars)
            for number, event in enumerate(found.names):
                bars = np.intersect1d(view.matching_bars, found.bar[found.kind == number])
                if len(bars):
                    yield SignalKind(event, bars.astype(np.intp))

    def _series(self, view: SymbolView) -> list[ChartSeries]:
        return [
            ChartSeries(
                name=series.name,
                values=view.evaluation.values[series.name],
                panel=series.display.panel,
                style=series.display.style,
                levels=series.display.levels,
                group=series.expression.partition(").")[0],
            )
            for series in self.compiled.series
            if series.role == "number"
        ]


class _WithoutPlugins(Detection):
    """The run's detectors without its plug-ins: they are called in a scan's workers only, and unknown here."""

    def truth(self, name: str, event: str, bars: Bars) -> NDArray[np.int8]:
        """Return where there is such an event; unknown where a plug-in would have to say."""
        if self.meaning(name, event).detector not in detectors:
            return np.full(len(bars), UNKNOWN, dtype=np.int8)
        return super().truth(name, event, bars)


class ChartLoader(QObject):
    """``loaded`` carries the chart and the moment to look at, ``failed`` the symbol and the sentence."""

    loaded = Signal(object, object)
    failed = Signal(str, str)

    def __init__(self, background: BackgroundWork, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._source: Callable[[], ChartSource] | None = None
        self._newest = 0
        self._asked: tuple[str, object] = ("", None)
        background.done.connect(self._on_done)
        background.failed.connect(self._on_failed)

    def open(self, request: ScanRequest) -> None:
        """From now on show charts of this scan; its data is opened with the first chart, in the thread."""
        self.forget()
        self._source = cache(partial(ChartSource.of, request, self._background.stopping))

    @property
    def is_open(self) -> bool:
        """Whether there is a scan whose charts can be shown."""
        return self._source is not None

    def request(self, symbol: str, timestamp: object) -> None:
        """Load the symbol's chart, to look at the bar of ``timestamp`` (None: the last one)."""
        if self._source is None:
            return
        self._asked = (symbol, timestamp)
        self._newest = self._background.submit(partial(self._load, self._source, symbol))

    def forget(self) -> None:
        """Drop what was asked for and has not come yet."""
        self._asked = ("", None)
        self._newest = 0

    def _load(self, source: Callable[[], ChartSource], symbol: str) -> ChartData | None:
        # Held arrow keys queue more symbols than anyone sees: skip all but the newest.
        return source().load(symbol) if self._asked[0] == symbol else None

    @Slot(int, object)
    def _on_done(self, ticket: int, chart: object) -> None:
        if ticket == self._newest and isinstance(chart, ChartData):
            self.loaded.emit(chart, self._asked[1])

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if ticket == self._newest:
            self.failed.emit(self._asked[0], str(error))
