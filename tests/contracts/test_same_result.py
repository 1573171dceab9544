"""A scan's result does not depend on where it is done, nor on how many do it."""

from __future__ import annotations

import shutil

import pytest

from engine.data.opening import open_repository
from engine.data.sources.synthetic import write_demo
from engine.errors import ProcessingEngineError
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


@pytest.mark.parametrize("scheme", ["file://", "sqlite:///"])
def test_workers_of_a_cluster_open_the_address_themselves(universe, expected, dask_cluster, tmp_path, scheme):
    address = f"file://{universe}"
    if scheme == "sqlite:///":
        address = f"sqlite:///{tmp_path}/bars.db"
        target = pytest.importorskip("engine.data.sql_writing").SqlTarget(address)
        for symbol in open_repository(universe).symbols():
            target.write(open_repository(universe).read_raw(symbol))
        target.close()
    result = scanned(address, backend=open_cluster(dask_cluster()), chunk=7)
    assert checksum(result) == checksum(expected)
    assert statuses(result) == statuses(expected)


def test_workers_of_a_cluster_that_do_not_see_the_data_say_so_once(universe, dask_cluster, tmp_path):
    moved = shutil.copytree(universe, tmp_path / "here")
    repository = open_repository(f"file://{moved}")
    assert len(repository.symbols()) == 40
    shutil.rmtree(moved)
    job = ProcessingJob(FORMULA)
    with (
        ProcessingEngine(repository, use_snapshot=False, backend=open_cluster(dask_cluster())) as engine,
        pytest.raises(
            ProcessingEngineError, match=r"There is no folder file://.*every worker can see it"
        ) as caught,
    ):
        engine.run(job)
    assert "\n" not in str(caught.value)
