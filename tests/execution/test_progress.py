"""The line on stderr: share, minutes used, minutes left."""

from __future__ import annotations

import re
import sys
import time

import pytest

from engine.execution.jobs import process_jobs_redux, report_progress
from engine.execution.progress import progress_words


@pytest.mark.parametrize(
    ("done", "jobs", "seconds", "words"),
    [
        (1, 4, 60.0, "25.00% work done after 1.00 minutes. Remaining 3.00 minutes."),
        (4, 4, 90.0, "100.00% work done after 1.50 minutes. Remaining 0.00 minutes."),
        (0, 4, 6.0, "0.00% work done after 0.10 minutes. Remaining ? minutes."),
        (0, 0, 0.0, "100.00% work done after 0.00 minutes. Remaining 0.00 minutes."),
        (1, 2, -5.0, "50.00% work done after 0.00 minutes. Remaining 0.00 minutes."),
    ],
)
def test_the_line_tells_share_and_minutes(done, jobs, seconds, words):
    line = progress_words(done, jobs, seconds, "work")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d " + re.escape(words), line)


def test_lines_overwrite_each_other_and_the_last_one_stays(capsys):
    report_progress(1, 2, time.time(), "work")
    report_progress(2, 2, time.time(), "work")
    written = capsys.readouterr()
    assert written.out == ""
    assert [end for end in written.err if end in "\r\n"] == ["\r", "\n"]


def test_without_a_stderr_nothing_happens(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    report_progress(1, 2, time.time(), "work")
    assert process_jobs_redux([{"func": int}]) == [0]


def test_a_run_reports_its_end_under_the_functions_name(capsys):
    process_jobs_redux([{"func": int}] * 3)
    assert capsys.readouterr().err.endswith("\n")
    process_jobs_redux([{"func": int}] * 3, task="counting")
    assert "100.00% counting done" in capsys.readouterr().err
    process_jobs_redux([])
    assert capsys.readouterr().err == ""
