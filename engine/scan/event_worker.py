"""The part of a scan with detectors that runs in a worker: one symbol's events, those that the formula lets through.

Plug-ins do not run here: their events come with the symbol. Not here: a scan without detectors (``chunk_worker``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.data.hive import HiveCandleRepository
from engine.data.opening import open_repository
from engine.data.remote import RemoteCandleRepository
from engine.data.snapshot import gather_finds
from engine.detectors.events import Events
from engine.scan.chunk_worker import ScanContext, SymbolReport
from engine.scan.detection import Chosen, Detection
from engine.scan.results import SymbolMatches
from engine.scan.symbol_scan import TRUE, SymbolView, surroundings_of, view_symbol

TASK = "engine.scan.event_worker:open_event_scan"


@dataclass(frozen=True, slots=True)
class EventContext:
    """All that a worker needs to know about a run: the scan, its detectors, and the events that match.

    ``kinds`` is empty when only formulas use detectors. ``columns`` are those beside the score.
    """

    scan: ScanContext
    chosen: Chosen
    kinds: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    history: int


@dataclass(frozen=True, slots=True)
class EventItem:
    """A symbol with what the plug-ins have found on it; one that has failed there is missing."""

    symbol: str
    given: Mapping[str, Events] = field(default_factory=dict)


def open_event_scan(context: EventContext) -> Callable[[EventItem], SymbolReport]:
    """Open the data and return the function that scans one symbol."""
    scan = context.scan
    repository = open_repository(scan.address)
    if isinstance(repository, HiveCandleRepository | RemoteCandleRepository):
        # On another machine the folder may be missing: that is said once, and not for each symbol.
        repository.symbols()
    take_finds = gather_finds(repository)
    detection = Detection(context.chosen)
    surroundings = surroundings_of(repository, scan.timeframe, scan.ranks, detection)

    def scan_symbol(item: EventItem) -> SymbolReport:
        detection.give(item.given)
        view = view_symbol(
            repository, item.symbol, scan.timeframe, scan.compiled, scan.window, surroundings=surroundings
        )
        reason = view.why_not_evaluable(scan.window, scan.compiled.history)
        if not context.kinds:
            found = view.matches(scan.columns)
        else:
            found = _matching_events(view, detection, context, item)
            if reason is None and view.window.stop < context.history:
                reason = f"Needs {context.history:,} bars of history, has {view.window.stop:,}."
        return SymbolReport(
            found=found, bars=len(view.bars), masked=view.quality.masked, reason=reason, finds=take_finds()
        )

    return scan_symbol


def _matching_events(
    view: SymbolView, detection: Detection, context: EventContext, item: EventItem
) -> SymbolMatches:
    """Return the events inside the window on bars on which the formula is true, by bar, detector and event."""
    code = {kind: number for number, kind in enumerate(context.kinds)}
    allowed = np.zeros(len(view.bars), dtype=np.bool_)
    allowed[view.window] = view.evaluation.truth[view.window] == TRUE
    bars, kinds, scores = [np.empty(0, np.int64)], [np.empty(0, np.int32)], [np.empty(0)]
    plugins = context.chosen.histories
    for detector in dict.fromkeys(detector for detector, _ in context.kinds):
        if detector in plugins and detector not in item.given:
            continue  # it has failed on this symbol, and the symbol's outcome says so
        found = detection.events(detector, view.bars)
        inside = allowed[found.bar]
        codes = np.array([code[detector, event] for event in found.names], dtype=np.int32)
        bars.append(found.bar[inside])
        kinds.append(codes[found.kind[inside]])
        scores.append(found.score[inside])
    bar, kind, score = np.concatenate(bars), np.concatenate(kinds), np.concatenate(scores)
    order = np.lexsort((kind, bar))
    bar = bar[order]
    return SymbolMatches(
        bar=bar,
        timestamp=view.bars.timestamp[bar],
        close=view.bars.close[bar],
        values=(score[order], *(view.evaluation.values[name][bar] for name in context.columns)),
        formula=kind[order],
    )
