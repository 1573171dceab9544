"""A scan for events does not depend on where it is done, nor on how many do it."""

from __future__ import annotations

import pytest

from engine.data.opening import open_repository
from engine.data.sources.synthetic import write_demo
from engine.detectors.base import detectors
from engine.scan.exporters.csv import result_sha256
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine

JOBS = {
    "every detector": ProcessingJob(
        detectors=detectors.names(),
        columns={"strength": "roc(close, 20)"},
        detector_parameters={"breakout": {"bars": 55}},
    ),
    "with a formula": ProcessingJob(
        'not detector("gap") and close > sma(close, 20)', detectors=("inside_bar",)
    ),
    "inside a formula": ProcessingJob(
        'detector("swing_low") and tf("W", detector("breakout_up")) or detector("bc")'
    ),
    "ranked": ProcessingJob('csrank(iif(detector("inside_bar"), 1, 0) + close / 1000) > 90'),
}


@pytest.fixture(scope="module")
def universe(tmp_path_factory):
    folder = tmp_path_factory.mktemp("universe") / "demo"
    write_demo(folder, symbols=24, years=3)
    return folder


@pytest.fixture(scope="module")
def expected(universe):
    with ProcessingEngine(open_repository(universe), use_snapshot=False, backend="inline") as engine:
        return {name: checksum(engine.run(job)) for name, job in JOBS.items()}


@pytest.mark.parametrize("workers", [1, 3])
def test_any_number_of_workers_finds_the_same_byte_for_byte(universe, expected, workers):
    repository = open_repository(universe)
    with ProcessingEngine(repository, use_snapshot=False, max_workers=workers, chunk=3) as engine:
        assert {name: checksum(engine.run(job)) for name, job in JOBS.items()} == expected


def checksum(result):
    assert result.summary.complete
    assert result.matches.num_rows > 10
    return result_sha256(result.matches, result.timeframe)
