"""Saved scans: what is written comes back, what is wrong is said with the file's name."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from engine.errors import JobError
from engine.scan.job import DateRange, ProcessingJob
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
        pytest.param("version: 99\nformula: 'true'\n", "a newer Candlewick .*version 99", id="newer version"),
        pytest.param("version: soon\nformula: 'true'\n", "its version is 'soon'", id="no version"),
        pytest.param("formula: x\ndate_range: {start: 2020-02-30}\n", "a value that is none", id="no date"),
        pytest.param("formula: x\njob_type: dance\n", "job_type", id="another kind of job"),
        pytest.param("formla: 'true'\n", "Did you mean 'formula'", id="misspelt key"),
    ],
)
def test_a_file_that_is_no_scan_is_refused_with_its_name(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "mine.yaml").write_text(text + "\n")
    with pytest.raises(JobError, match=sentence) as caught:
        load_scan(tmp_path / "mine.yaml")
    assert "mine.yaml" in str(caught.value)


# Files as programs of these commits have written them, and one as a person writes it.
EARLIER = Path(__file__).with_name("saved_earlier")


@pytest.mark.parametrize(
    ("file", "job"),
    [
        pytest.param(
            "2d846fe_first.yaml",
            ProcessingJob(
                "trend := close > sma(close, :days)\ntrend and rsi(close, 14) < 30",
                columns={"strength": "rsi(close, 14)"},
                timeframe="1w",
                date_range=DateRange(date(2020, 1, 2), date(2024, 12, 31)),
                symbols=("NO", "005930"),
                parameters={"days": 200},
                last_bars=5,
                lookback_days=90,
                name="näme",
            ),
            id="first",
        ),
        pytest.param(
            "9fc0b5a_several_formulas.yaml",
            ProcessingJob(
                formulas={"above": "close > sma(close, 200)", "strong": "csrank(roc(close, 20)) > 0.9"},
                name="näme",
            ),
            id="several formulas",
        ),
        pytest.param(
            "36d6797_moments.yaml",
            ProcessingJob(
                "close > vwap()",
                timeframe="5m",
                date_range=DateRange(datetime(2026, 3, 11, 9, 35), datetime(2026, 3, 12, 16, 0)),
                name="näme",
            ),
            id="moments",
        ),
        pytest.param(
            "3c4b4df_detectors.yaml",
            ProcessingJob(
                "close > sma(close, 50)",
                detectors=("gap", "breakout"),
                detector_parameters={"gap": {"percent": 2.0}},
                name="näme",
            ),
            id="detectors",
        ),
        pytest.param("by_hand.yaml", ProcessingJob("close > 10", name="by_hand"), id="by hand"),
    ],
)
def test_what_earlier_programs_saved_still_opens(file: str, job: ProcessingJob, tmp_path: Path) -> None:
    scan = load_scan(EARLIER / file)
    assert scan.job == job
    save_scan(scan, tmp_path / "again.yaml")
    assert load_scan(tmp_path / "again.yaml") == scan


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="no such file"):
        load_scan(tmp_path / "gone.yaml")


def test_ten_ready_made_scans_travel_with_the_program() -> None:
    scans = ready_made_scans()
    assert len(scans) == 10
    assert len({scan.name for scan in scans}) == 10
    assert all(scan.description for scan in scans)
