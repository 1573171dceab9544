"""Saved scans that have not been run on this data yet: whether they catch one symbol, each asked about it alone.

One symbol is a matter of milliseconds, so that no run is begun and none is kept. What one symbol alone cannot answer
(ranks among all, plug-ins, a symbol that the scan leaves out) is answered with the reason. Not here: kept runs
(``engine.scan.runs.history``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

import numpy as np

from engine.data.addresses import without_password
from engine.data.opening import open_repository
from engine.data.repository import CandleRepository
from engine.errors import CandlewickError, JobError
from engine.formula.service import CompiledScan, compile_scans
from engine.market.timeframe import Timeframe
from engine.scan.detector_catalogue import SHIPPED, DetectorCatalogue
from engine.scan.event_plan import plan_events
from engine.scan.job import ProcessingJob
from engine.scan.plan import beyond_the_symbol, match_window
from engine.scan.runs.manifest import scan_key_of
from engine.scan.runs.store import RunStore
from engine.scan.saved import SavedScan, load_scan, ready_made_scans
from gui.bridge.chart_loader import ChartSource
from gui.chart.data import ChartData
from gui.wording import Translate, as_written

RANKS = "csrank compares all symbols: run the scan for it."
PLUGINS = "Its plug-in is called by scans only: run it."


@dataclass(frozen=True, slots=True)
class SavedSource:
    """Where a saved scan is and how it is read; ``key`` is what finds it again, ``name`` stands in for its own."""

    key: str
    name: str
    read: Callable[[], SavedScan]


@dataclass(frozen=True, slots=True)
class SavedLook:
    """What a scan that was never run says of one symbol: its matches, the newest first, or why it cannot say."""

    key: str
    name: str
    matches: tuple[tuple[datetime, str], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SavedScans:
    """Saved scans, the data on which they are asked (empty: none), and the detectors that they may name."""

    sources: Sequence[SavedSource]
    address: str
    catalogue: DetectorCatalogue = SHIPPED


def saved_sources(files: Iterable[str]) -> tuple[SavedSource, ...]:
    """Return those of these scan files that are still there, and the ready-made scans."""
    paths = [path for path in map(Path, files) if path.is_file()]
    return (
        *(SavedSource(f"file:{path}", path.stem, partial(load_scan, path)) for path in paths),
        *(SavedSource(f"ready:{scan.name}", scan.name, partial(_same, scan)) for scan in ready_made_scans()),
    )


def look_at(
    saved: SavedScans,
    store: RunStore,
    symbol: str,
    since: date,
    until: date,
    *,
    tr: Translate = as_written,
) -> tuple[str, tuple[SavedLook, ...]]:
    """Return the symbol as the data writes it, and what each scan says that no kept run over this data is of.

    Matches are those from ``since`` to ``until``. Nothing is said of a symbol that the data lacks. Raises DataError
    when the data cannot be opened.
    """
    repository = open_repository(saved.address)
    known = repository.symbols()
    named = next((each for each in (symbol, symbol.upper()) if each in known), None)
    if named is None:
        return symbol, ()
    asker = _Asker(repository, named, saved.catalogue, _keys_of_runs(store, saved.address), tr)
    looks = (asker.ask(source) for source in saved.sources)
    return named, tuple(_within(look, since, until) for look in looks if look is not None)


def _same(scan: SavedScan) -> SavedScan:
    return scan


def _keys_of_runs(store: RunStore, address: str) -> frozenset[str]:
    """Return the keys of all scans that have a kept run over this data."""
    place = without_password(address)
    manifests = (run.manifest for run in store.list_runs())
    found = (each for each in manifests if each is not None and each.data_address == place)
    return frozenset(each.scan_key for each in found)


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks one scan after another about one symbol; ``run`` are the keys of those that have been run."""

    repository: CandleRepository
    symbol: str
    catalogue: DetectorCatalogue
    run: frozenset[str]
    tr: Translate

    def ask(self, source: SavedSource) -> SavedLook | None:
        """Return what a scan says of the symbol; None for one that has been run."""
        name = source.name
        try:
            scan = source.read()
            name = scan.name or name
            job = scan.job
            texts = job.formulas or {"": job.formula or "true"}
            compiled = compile_scans(texts, {}, job.parameters)
            if scan_key_of(job, compiled) in self.run:
                return None
            found = self._matches(job, compiled)
        except CandlewickError as error:
            return SavedLook(source.key, name, reason=str(error))
        return SavedLook(source.key, name, found)

    def _matches(self, job: ProcessingJob, compiled: CompiledScan) -> tuple[tuple[datetime, str], ...]:
        """Return all matches; raises JobError with why one symbol alone cannot be asked, DataError without bars."""
        if compiled.needs_ranks:
            raise JobError((("formula", self.tr(RANKS)),))
        if job.symbols is not None and self.symbol not in job.symbols:
            sentence = self.tr("It scans {n:,} symbols of its own, and {symbol} is none of them.")
            raise JobError((("symbols", sentence.format(n=len(job.symbols), symbol=self.symbol)),))
        if wrong := beyond_the_symbol(compiled, job, self.repository):
            raise JobError(tuple(wrong))
        chart = ChartSource(
            self.repository,
            compiled,
            Timeframe.parse(job.timeframe),
            match_window(job),
            events=plan_events(job, compiled, self.catalogue),
        ).load(self.symbol)
        if not chart.knows_signals:
            raise JobError((("detectors", self.tr(PLUGINS)),))
        return tuple(_matches(chart))


def _matches(chart: ChartData) -> list[tuple[datetime, str]]:
    """Return the moments of a symbol's matches with the names of formulas or events, the newest first."""
    kinds = [(kind.name, kind.bars) for kind in chart.kinds] or [("", chart.signals)]
    found = [
        (moment, name)
        for name, bars in kinds
        for moment in chart.bars.timestamp[np.asarray(bars, dtype=np.intp)].astype("datetime64[us]").tolist()
    ]
    return sorted(found, reverse=True)


def _within(look: SavedLook, since: date, until: date) -> SavedLook:
    inside = tuple(each for each in look.matches if since <= each[0].date() <= until)
    return replace(look, matches=inside)
