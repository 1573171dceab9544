"""A store with runs of one scan and how they are made."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.scan.runs.manifest import RunManifest
from engine.scan.runs.store import KeptRun

NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def kept():
    """Make a kept run of that state."""

    def make(state="complete", begun=NOW, name="", matches=1234, run_id="20261120T180000-abcd") -> KeptRun:
        if state == "damaged":
            return KeptRun(run_id, state, begun, None)
        is_over = state in ("complete", "partial", "cancelled")
        manifest = RunManifest(
            id=run_id,
            name=name,
            job={"formula": "close >\n  10", "timeframe": "1d"},
            job_hash="j",
            formula_hash="f",
            data_address="/bars",
            data_version="d",
            versions={},
            total=12,
            started=begun,
            finished=begun if is_over else None,
            status=state if is_over else "running",
            matches=matches,
        )
        return KeptRun(run_id, state, begun, manifest)

    return make
