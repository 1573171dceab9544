"""A manifest survives its file, and nothing but a manifest is taken for one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.errors import RunError
from engine.scan.job import DateRange, ProcessingJob
from engine.scan.runs.manifest import RunManifest, read_manifest, write_manifest

JOB = ProcessingJob(
    formulas={"a": "close > :n", "b": "close < 1"},
    columns={"x, y": "open"},
    parameters={"n": 2.5},
    symbols=("005930", "NO", "NA"),
    date_range=DateRange(date(2020, 1, 1), date(2021, 1, 1)),
    last_bars=3,
    name="Größer",
)


def manifest(run: str = "20261122-071502-417-3f9a1c", job: ProcessingJob = JOB) -> RunManifest:
    return RunManifest(
        id=run,
        name=job.name,
        job=job.to_mapping(),
        job_hash="ab",
        formula_hash="cd",
        data_address="/bars",
        data_version="ef",
        versions={"numpy": "2.4"},
        total=3,
        started=datetime(2026, 11, 22, 7, 15, 2, tzinfo=UTC),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / manifest().id
    folder.mkdir()
    return folder / "manifest.json"


@pytest.mark.parametrize("durable", [True, False])
def test_a_manifest_comes_back_with_its_job(path: Path, durable: bool) -> None:
    write_manifest(manifest(), path, durable=durable)
    read = read_manifest(path)
    assert read.processing_job() == JOB
    assert read.started == manifest().started
    assert [file.name for file in path.parent.iterdir()] == ["manifest.json"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", "is damaged", id="empty"),
        pytest.param("{}", "is damaged", id="without anything"),
        pytest.param("[1, 2]", "is damaged", id="a list"),
        pytest.param('{"version": 7}', "another version", id="another version"),
        pytest.param(manifest().model_dump_json()[:-20], "is damaged", id="torn"),
        pytest.param(
            manifest().model_dump_json().replace('"total":3', '"total":-3'), "is damaged", id="negative"
        ),
        pytest.param(
            manifest().model_dump_json().replace('"total":3', '"total":3,"odd":1'), "is damaged", id="odd key"
        ),
    ],
)
def test_what_is_no_manifest_is_refused_in_a_sentence(path: Path, text: str, sentence: str) -> None:
    path.write_text(text)
    with pytest.raises(RunError, match=sentence):
        read_manifest(path)


def test_a_missing_manifest_is_said(path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read: no such file"):
        read_manifest(path)


def test_a_run_is_called_by_its_name_or_by_what_it_looks_for() -> None:
    assert manifest().title == "Größer"
    assert manifest(job=ProcessingJob("close\n  > 1")).title == "close > 1"
    assert (
        manifest(job=ProcessingJob(formulas={"a": "close > 1", "b": "true"})).title == "a: close > 1; b: true"
    )


def test_the_same_scan_has_the_same_key_whatever_its_dates() -> None:
    assert manifest().scan_key == manifest(job=ProcessingJob("true")).scan_key
    assert manifest().scan_key != manifest(job=ProcessingJob("true", timeframe="1w")).scan_key
