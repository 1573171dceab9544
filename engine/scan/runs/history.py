"""What kept runs say together: which scans caught a symbol lately, and who entered or left since the last run.

A scan *catches* a symbol on a day when that day's bar is a match; it *holds* the symbol when the symbol's last bar is
one. Two runs are runs of the *same scan* when their formulas (with parameters) and timeframes are the same, whatever
their dates, symbols and columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from engine.errors import CandlewickError, RunError, UnknownNameError
from engine.scan.results import ProcessingResult, SymbolStatus
from engine.scan.runs.manifest import RunManifest
from engine.scan.runs.store import KeptRun, RunStore

_EVALUATED = (SymbolStatus.OK, SymbolStatus.NOT_EVALUABLE)


@dataclass(frozen=True, slots=True)
class Catch:
    """A match of a symbol, and the newest run that has it; ``formula`` names one of several formulas or events."""

    timestamp: datetime
    title: str
    formula: str
    run_id: str
    begun: datetime


@dataclass(frozen=True, slots=True)
class Comparison:
    """The symbols that a scan holds now and held in its previous run.

    ``undecided`` are held in one run, and in the other they failed or were not scanned. ``left_held`` has, for each
    symbol of ``left``, the bar on which it was held.
    """

    run_id: str
    previous_id: str
    entered: tuple[str, ...]
    persisting: tuple[str, ...]
    left: tuple[str, ...]
    undecided: tuple[str, ...]
    left_held: tuple[np.datetime64, ...] = ()


def catches(store: RunStore, symbol: str, days: int, until: date) -> tuple[Catch, ...]:
    """Return which scans caught the symbol in the ``days`` days that end with ``until``, the newest match first.

    Each match of each scan comes once, however many runs have it. Raises UnknownNameError when no run has scanned the
    symbol.
    """
    since = until - timedelta(days=days - 1)
    known: set[str] = set()
    found: dict[tuple[str, str, datetime], Catch] = {}
    for run, manifest, results in _readable(store):
        known.update(results)
        if symbol not in results:
            continue
        for match in results[symbol].matches:
            if since <= match.timestamp.date() <= until:
                formula = match.signal_type if match.signal_type != "scan_hit" else ""
                catch = Catch(match.timestamp, manifest.title, formula, run.id, run.begun)
                found.setdefault((manifest.scan_key, formula, match.timestamp), catch)
    if symbol not in known:
        raise UnknownNameError("symbol in the kept runs", symbol, tuple(sorted(known)))
    return tuple(sorted(found.values(), key=lambda each: (each.timestamp, each.begun), reverse=True))


def compare(store: RunStore, run: str, previous: str | None = None) -> Comparison:
    """Compare the symbols that a run holds with those of ``previous``, or else of the scan's run before it.

    Raises RunError when there is none, or one of the two has not ended.
    """
    now = _ended(store.find(run))
    then = _ended(store.find(previous)) if previous is not None else _run_before(store, now)
    if now.scan_key != then.scan_key:
        sentence = f"Runs {now.id} and {then.id} are of different scans: compare runs of the same formula."
        raise RunError(now.id, sentence)
    new, old = (_by_symbol(store, each.id) for each in (now, then))
    held_now, held_then = _held(new), _held(old)
    entered, left = held_now - held_then, held_then - held_now
    undecided = {symbol for symbol in entered if not _is_evaluated(old, symbol)}
    undecided |= {symbol for symbol in left if not _is_evaluated(new, symbol)}
    gone = tuple(sorted(left - undecided))
    return Comparison(
        now.id,
        then.id,
        entered=tuple(sorted(entered - undecided)),
        persisting=tuple(sorted(held_now & held_then)),
        left=gone,
        undecided=tuple(sorted(undecided)),
        left_held=tuple(_last_match(old[symbol]) for symbol in gone),
    )


def held_symbols(store: RunStore, run: str) -> tuple[str, ...]:
    """Return the symbols whose last bar is a match in that run."""
    return tuple(sorted(_held(_by_symbol(store, store.find(run).id))))


def _run_before(store: RunStore, now: RunManifest) -> RunManifest:
    for run in store.list_runs():
        manifest = run.manifest
        if (
            manifest is not None
            and run.state in ("complete", "partial")
            and manifest.started < now.started
            and (manifest.scan_key, manifest.data_address) == (now.scan_key, now.data_address)
        ):
            return manifest
    sentence = f"Run {now.id} is the first of its scan that is kept: there is nothing to compare it with yet."
    raise RunError(now.id, sentence)


def _ended(run: KeptRun) -> RunManifest:
    if run.manifest is None or run.state not in ("complete", "partial"):
        sentence = f"Run {run.id} is {run.state}: only runs that have ended can be compared."
        raise RunError(run.id, sentence)
    return run.manifest


def _readable(store: RunStore) -> Iterator[tuple[KeptRun, RunManifest, dict[str, ProcessingResult]]]:
    """Yield the runs that can be read, the newest first."""
    for run in store.list_runs():
        if run.manifest is not None:
            try:
                yield run, run.manifest, _by_symbol(store, run.id)
            except CandlewickError:  # damaged, or removed by another program
                continue


def _by_symbol(store: RunStore, run: str) -> dict[str, ProcessingResult]:
    return {each.symbol: each for each in store.open_run(run).results}


def _held(results: Mapping[str, ProcessingResult]) -> set[str]:
    return {
        symbol
        for symbol, each in results.items()
        if each.found is not None and bool(np.any(each.found.bar == each.bars - 1))
    }


def _last_match(result: ProcessingResult) -> np.datetime64:
    """Return the moment of the newest match of a symbol that has some."""
    assert result.found is not None
    return np.datetime64(result.found.timestamp.max(), "us")


def _is_evaluated(results: Mapping[str, ProcessingResult], symbol: str) -> bool:
    return symbol in results and results[symbol].status in _EVALUATED
