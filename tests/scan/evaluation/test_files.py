"""Where an evaluation may be written, and what its CSV files look like."""

from __future__ import annotations

import pytest

from engine.errors import OutputError
from engine.outcomes.forward_returns import OutcomeTerms
from engine.scan.evaluation.evaluate import evaluate
from engine.scan.evaluation.files import check_folder, write_evaluation
from engine.scan.job import ProcessingJob


def test_a_folder_whose_parent_is_missing_is_refused(tmp_path):
    with pytest.raises(OutputError, match="does not exist"):
        check_folder(tmp_path / "no" / "run")


def test_a_file_is_no_folder(tmp_path):
    file = tmp_path / "run"
    file.write_text("")
    with pytest.raises(OutputError, match="it is a file"):
        check_folder(file)


def test_csv_has_iso_days_plain_symbols_and_nothing_for_unknown(inline, tmp_path):
    job = ProcessingJob(formula="close > close[1]", symbols=("S00",))
    write_evaluation(evaluate(inline, job, OutcomeTerms((5,))), tmp_path / "run", csv=True)
    lines = (tmp_path / "run" / "forward_returns.csv").read_text().splitlines()
    assert lines[0] == "date,symbol,event,score,detector,fwd_5"
    first = lines[1].split(",")
    assert len(first[0]) == len("2020-01-01")
    assert first[1:5] == ["S00", "match", "", "formula"]
    assert lines[-1].endswith(",formula,")


def test_a_name_that_a_spreadsheet_would_run_gets_an_apostrophe(inline, tmp_path):
    job = ProcessingJob(formulas={"=cmd": "close > close[1]"}, symbols=("S00",))
    write_evaluation(evaluate(inline, job, OutcomeTerms((5,))), tmp_path / "run")
    rows = (tmp_path / "run" / "comparison.csv").read_text().splitlines()
    assert rows[1].startswith("'=cmd,match,baseline,")


def test_an_older_run_in_the_folder_is_replaced(inline, tmp_path):
    job = ProcessingJob(formula="close > close[1]", symbols=("S00",))
    evaluation = evaluate(inline, job, OutcomeTerms((5,)))
    for _ in range(2):
        write_evaluation(evaluation, tmp_path / "run")
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
        "comparison.csv",
        "comparison.svg",
        "events.parquet",
        "forward_returns.parquet",
    ]
