"""Candlewick with a detector in pure Python, over all bars with one worker and with two: does the work spread?"""

from __future__ import annotations

from dataclasses import fields
from functools import partial

from benchmarks.peers.candlewick import WARM, opened, s1_job
from benchmarks.system import HERE, NotYetError, Places, Prepared, System

DETECTOR = "wyckoff_baseline"


def prepare(places: Places, workers: int) -> Prepared:
    import engine

    if "detectors" not in {field.name for field in fields(engine.ProcessingJob)}:
        raise NotYetError("jobs have no detectors in this version")
    processing = opened(places, workers)
    processing.run(s1_job())
    job = engine.ProcessingJob(detectors=(DETECTOR,))
    return Prepared(lambda: processing.run(job), close=processing.shutdown)


SYSTEMS = tuple(
    System(f"Candlewick, detector, {told}", HERE, f"{WARM}; {DETECTOR}", partial(prepare, workers=workers))
    for told, workers in (("1 worker", 1), ("2 workers", 2))
)
