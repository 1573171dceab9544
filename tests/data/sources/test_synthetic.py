from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engine.data.hive import HiveCandleRepository
from engine.data.sources.synthetic import is_demo, write_demo
from engine.errors import JobError, OutputError
from engine.market.quality import clean


def contents(root: Path) -> dict[str, str]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("one", 1), ("two", 1), ("three", 2)):
        write_demo(tmp_path / name, symbols=4, years=1, seed=seed)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert contents(tmp_path / "one") != contents(tmp_path / "three")


def test_the_report_says_what_was_written(tmp_path):
    report = write_demo(tmp_path / "demo", symbols=6, years=2)
    repository = HiveCandleRepository(tmp_path / "demo")
    assert (report.path, report.symbols) == (tmp_path / "demo", 6)
    assert len(repository.symbols()) == 6
    assert sum(len(repository.read_raw(symbol)) for symbol in repository.symbols()) == report.rows


def test_every_bar_is_sound(tmp_path):
    write_demo(tmp_path / "demo", symbols=20, years=3)
    repository = HiveCandleRepository(tmp_path / "demo")
    for symbol in repository.symbols():
        _, report = clean(repository.read_raw(symbol))
        assert (report.masked, report.unknown_volume, report.unsorted) == ({}, 0, False)


def test_it_is_labelled_wherever_one_might_look(tmp_path):
    write_demo(tmp_path / "demo", symbols=1, years=1)
    assert (tmp_path / "demo" / "README.txt").read_text().startswith("SYNTHETIC DATA")
    (path,) = (tmp_path / "demo").rglob("*.parquet")
    assert pq.read_metadata(path).metadata[b"candlewick.origin"].startswith(b"SYNTHETIC")
    assert is_demo(tmp_path / "demo")


def test_progress_is_monotone_and_ends_at_the_total(tmp_path):
    seen = []
    write_demo(tmp_path / "demo", symbols=3, years=1, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_demo_is_replaced_as_a_whole(tmp_path):
    write_demo(tmp_path / "demo", symbols=5, years=1)
    write_demo(tmp_path / "demo", symbols=2, years=1)
    assert len(HiveCandleRepository(tmp_path / "demo").symbols()) == 2


def test_bars_that_are_no_demo_are_left_alone(hive):
    before = contents(hive)
    with pytest.raises(OutputError, match="holds bars that are no demo"):
        write_demo(hive, symbols=1, years=1)
    assert contents(hive) == before


def test_a_readme_of_others_is_left_alone(tmp_path):
    (tmp_path / "README.txt").write_text("my notes")
    with pytest.raises(OutputError, match=r"has a README\.txt of its own"):
        write_demo(tmp_path, symbols=1, years=1)
    assert (tmp_path / "README.txt").read_text() == "my notes"


def test_a_file_in_place_of_the_folder_says_so(tmp_path):
    (tmp_path / "demo").write_text("x")
    with pytest.raises(OutputError, match="it is a file"):
        write_demo(tmp_path / "demo", symbols=1, years=1)


def test_numbers_out_of_range_are_all_named(tmp_path):
    with pytest.raises(JobError) as caught:
        write_demo(tmp_path / "demo", symbols=0, years=1_000)
    assert [field for field, _ in caught.value.problems] == ["symbols", "years"]
    assert not (tmp_path / "demo").exists()
