"""Candlewick, through its public API: S1 cold and warm, a hundred formulas, and how soon a cancelled scan is over.

Snapshots go into a folder of the benchmark's, not into the user's cache.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.standard_work import COLUMNS, HUNDRED, S1
from benchmarks.system import HERE, Match, Places, Prepared, System


def days(result) -> Iterable[Match]:
    table = result.matches
    return zip(
        table["symbol"].to_pylist(), [str(when)[:10] for when in table["timestamp"].to_pylist()], strict=True
    )


def s1_job(symbols: tuple[str, ...] | None = None):
    import engine

    return engine.ProcessingJob(S1, columns=COLUMNS, symbols=symbols)


def hundred_job():
    import engine

    return engine.ProcessingJob(formulas=HUNDRED)


def mixed_job():
    """Return a job of a hundred formulas of five kinds, which share less."""
    import engine
    from benchmarks.formula import typical_formulas

    texts = typical_formulas(len(HUNDRED))
    return engine.ProcessingJob(formulas={f"formula {number:03}": text for number, text in enumerate(texts)})


def opened(places: Places, workers: int, cache: str = "cache") -> Any:
    """Return an engine whose snapshots are kept in ``cache``; no workers means this process. It keeps no runs."""
    import engine

    keep_snapshots_in(places.own / cache)
    repository = engine.open_repository(places.bars)
    if workers:
        # By name: left to itself the engine would do a scan this short without them.
        return engine.ProcessingEngine(repository, max_workers=workers, backend="local")
    return engine.ProcessingEngine(repository, backend="inline")


def keep_snapshots_in(folder: Path) -> None:
    os.environ["XDG_CACHE_HOME"] = str(folder)


def first_symbol(places: Places) -> tuple[str, ...]:
    import engine

    return engine.open_repository(places.bars).symbols()[:1]


def warm(places: Places, workers: int) -> Prepared:
    processing = opened(places, workers)
    job = s1_job()
    processing.run(job)
    return Prepared(lambda: processing.run(job), days, close=processing.shutdown)


class Cold:
    """Scans with a new engine and an empty snapshot every time; workers are up before the clock starts."""

    def __init__(self, places: Places, workers: int) -> None:
        self._places, self._workers = places, workers
        self._names = (f"cold-{os.getpid()}-{number}" for number in count())
        self._cache = ""
        self._processing: Any = None

    def before(self) -> None:
        self.close()
        # What brings the workers up reads one symbol; its snapshot is thrown away.
        self._cache = next(self._names)
        self._processing = opened(self._places, self._workers, self._cache)
        self._processing.run(s1_job(first_symbol(self._places)))
        shutil.rmtree(self._places.own / self._cache, ignore_errors=True)

    def scan(self):
        return self._processing.run(s1_job())

    def close(self) -> None:
        if self._processing is not None:
            self._processing.shutdown()
            shutil.rmtree(self._places.own / self._cache, ignore_errors=True)


def cold(places: Places, workers: int) -> Prepared:
    scans = Cold(places, workers)
    return Prepared(scans.scan, days, scans.before, close=scans.close)


def several(places: Places, make_job: Callable[[], Any]) -> Prepared:
    processing = opened(places, WORKERS)
    processing.run(s1_job())
    job = make_job()
    return Prepared(lambda: processing.run(job), close=processing.shutdown)


def cancelled(places: Places) -> Prepared:
    """Prepare long scans that are cancelled at the first sign of progress."""
    processing = opened(places, WORKERS)
    processing.run(s1_job())
    job = mixed_job()
    return Prepared(lambda: seconds_to_idle(processing, job), seconds=float, close=processing.shutdown)


def seconds_to_idle(processing, job) -> float:
    """Return how long after a cancel the stream has ended, so that the next scan could begin."""
    from engine.scan.events import ScanFinished, ScanProgress

    asked = None
    for event in processing.stream(job):
        if asked is None and isinstance(event, ScanProgress) and 0 < event.completed < event.total:
            asked = time.perf_counter()
            processing.cancel()
        if isinstance(event, ScanFinished):
            finished = event
    took = time.perf_counter()
    if asked is None or finished.result.summary.complete:
        message = "the scan was over before it could be cancelled: take more symbols"
        raise RuntimeError(message)
    return took - asked


WORKERS = 2
WARM = "the snapshot is built, the workers are up"
PACKAGES = ("candlewick", "numpy", "pyarrow", "TA-Lib")
SYSTEMS = (
    System("Candlewick, 2 workers", HERE, WARM, partial(warm, workers=2), PACKAGES),
    System("Candlewick, 1 worker", HERE, WARM, partial(warm, workers=1), PACKAGES),
    System(
        "Candlewick, inline",
        HERE,
        "the snapshot is built; this process alone",
        partial(warm, workers=0),
        PACKAGES,
    ),
    System(
        "Candlewick, cold, 2 workers",
        HERE,
        "no snapshot: it is built by the scan; the workers are up",
        partial(cold, workers=2),
        PACKAGES,
    ),
    System(
        "Candlewick, cold, 1 worker",
        HERE,
        "no snapshot: it is built by the scan; the worker is up",
        partial(cold, workers=1),
        PACKAGES,
    ),
    System("Candlewick, 100 formulas", HERE, f"{WARM}; 2 workers", partial(several, make_job=hundred_job)),
    System(
        "Candlewick, 100 formulas of five kinds",
        HERE,
        f"{WARM}; 2 workers",
        partial(several, make_job=mixed_job),
    ),
    System(
        "Candlewick, cancel",
        HERE,
        f"{WARM}; 2 workers in the middle of 100 formulas of five kinds",
        cancelled,
    ),
)
