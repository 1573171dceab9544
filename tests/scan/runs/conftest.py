"""A store of its own for each test, and what every test of runs does with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.scan.events import SymbolOutcome
from engine.scan.processing import ProcessingEngine
from engine.scan.runs.journal import Rhythm
from engine.scan.runs.store import RunStore

# Every symbol is written the moment that it has finished.
EAGER = Rhythm(symbols=1, rest=0.0, patience=0.0)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs", rhythm=EAGER)


@pytest.fixture
def scan(store: RunStore):
    """Run a job to its end and return the result; every scan of a test goes into its store."""

    def run(repository, job, resume=None, **how):
        settings = {"backend": "inline", "runs": store} | how
        with ProcessingEngine(repository, **settings) as engine:
            return engine.run(job, resume)

    return run


@pytest.fixture
def interrupt(store: RunStore):
    """Start a job and drop it after so many symbols, as a program does that is stopped; return the run's id."""

    def run(repository, job, after: int, resume=None, **how) -> str:
        settings = {"backend": "inline", "runs": store} | how
        with ProcessingEngine(repository, **settings) as engine:
            events = engine.stream(job, resume)
            run_id = next(events).run_id
            outcomes = (event for event in events if isinstance(event, SymbolOutcome))
            for _ in range(after):
                next(outcomes)
            outcomes.close()
            events.close()
        return run_id

    return run
