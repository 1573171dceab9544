"""Saved scans: what is written comes back, what is wrong is said with the file's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import JobError
from engine.scan.job import ProcessingJob
from engine.scan.saved import SavedScan, load_scan, ready_made_scans, save_scan


def test_a_saved_scan_comes_back_as_it_was(tmp_path: Path) -> None:
    job = ProcessingJob(
        "close > 1\nand rsi(14) < 30", symbols=("NO", "005930"), columns={"x": "high"}, name="näm e"
    )
    scan = SavedScan("näm e", "what it is for", job)
    save_scan(scan, tmp_path / "mine.yaml")
    assert load_scan(tmp_path / "mine.yaml") == scan


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("formula: [", "line 2 is not valid YAML", id="broken yaml"),
        pytest.param("- a\n", "holds no settings", id="a list"),
        pytest.param("version: 99\nformula: 'true'\n", "version 99", id="newer version"),
        pytest.param("formla: 'true'\n", "Did you mean 'formula'", id="misspelt key"),
    ],
)
def test_a_file_that_is_no_scan_is_refused_with_its_name(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "mine.yaml").write_text(text + "\n")
    with pytest.raises(JobError, match=sentence) as caught:
        load_scan(tmp_path / "mine.yaml")
    assert "mine.yaml" in str(caught.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="no such file"):
        load_scan(tmp_path / "gone.yaml")


def test_ten_ready_made_scans_travel_with_the_program() -> None:
    scans = ready_made_scans()
    assert len(scans) == 10
    assert len({scan.name for scan in scans}) == 10
    assert all(scan.description for scan in scans)
