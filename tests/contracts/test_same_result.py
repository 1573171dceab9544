"""A scan's result does not depend on where it is done, nor on how many do it."""

from __future__ import annotations

import pytest

from engine.data.opening import open_repository
from engine.data.sources.synthetic import write_demo
from engine.execution.cluster import open_cluster
from engine.scan.exporters.csv import result_sha256
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine

FORMULA = "fast := ema(close, 12)\ncross_above(fast, sma(close, 50)) or rsi(close, 14) < 30"


@pytest.fixture(scope="module")
def universe(tmp_path_factory):
    folder = tmp_path_factory.mktemp("universe") / "demo"
    write_demo(folder, symbols=40, years=3)
    return folder


def scanned(universe, **options):
    with ProcessingEngine(open_repository(universe), use_snapshot=False, **options) as engine:
        return engine.run(ProcessingJob(FORMULA, columns={"strength": "close / sma(close, 20)"}))


@pytest.fixture(scope="module")
def expected(universe):
    result = scanned(universe, backend="inline")
    assert result.summary.complete
    assert result.matches.num_rows > 100
    return result


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_any_number_of_workers_finds_the_same_byte_for_byte(universe, expected, workers):
    result = scanned(universe, max_workers=workers, chunk=3)
    assert checksum(result) == checksum(expected)
    assert statuses(result) == statuses(expected)


def test_a_cluster_finds_the_same_byte_for_byte(universe, expected, dask_cluster):
    result = scanned(universe, backend=open_cluster(dask_cluster()), chunk=7)
    assert checksum(result) == checksum(expected)
    assert statuses(result) == statuses(expected)


def checksum(result):
    return result_sha256(result.matches, result.timeframe)


def statuses(result):
    return [(each.symbol, each.status) for each in result.results]
