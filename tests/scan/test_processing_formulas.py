"""Several formulas in one job."""

from __future__ import annotations

import pytest
from odd_formula_services import OddFormulaService

from engine.errors import FormulaError, JobError
from engine.formula.service import compile_scan, compile_scans
from engine.scan.exporters.csv import csv_bytes, result_sha256
from engine.scan.job import ProcessingJob
from engine.scan.plan import plan_scan
from engine.scan.processing import ProcessingEngine

TEXTS = {
    "strong": "fast := ema(close, 10)\nclose > fast and rsi(14) > 60",
    "above": "fast := ema(close, 20)\nclose > fast",
    "never": "close < 0",
}


def run(repository, job, **how):
    with ProcessingEngine(repository, **(how or {"backend": "inline"})) as engine:
        return engine.run(job)


def test_each_formula_s_rows_are_those_of_its_own_scan(repository):
    together = run(repository, ProcessingJob(formulas=TEXTS)).matches
    assert together.column_names[:4] == ["symbol", "timestamp", "close", "formula"]
    for name, text in TEXTS.items():
        alone = run(repository, ProcessingJob(text)).matches.select(["symbol", "timestamp", "close"])
        rows = [row == name for row in together.column("formula").to_pylist()]
        assert together.filter(rows).select(["symbol", "timestamp", "close"]) == alone


def test_rows_are_sorted_by_symbol_time_and_formula_on_every_backend(repository, workers):
    job = ProcessingJob(formulas=TEXTS, columns={"range": "high - low"})
    results = [run(repository, job), run(repository, job, backend=workers)]
    assert len({result_sha256(result.matches, "1d") for result in results}) == 1
    table = results[0].matches
    keys = list(
        zip(*(table.column(name).to_pylist() for name in ("symbol", "timestamp", "formula")), strict=True)
    )
    assert keys == sorted(keys)
    assert csv_bytes(table, "1d").startswith(b"symbol,timestamp,close,formula,range,above.fast,strong.fast")


def test_a_match_names_its_formula(repository):
    result = run(repository, ProcessingJob(formulas=TEXTS, symbols=("S001",))).results[0]
    assert {match.signal_type for match in result.matches} == {"above", "strong"}


def test_what_formulas_have_in_common_is_computed_once():
    several = compile_scans({"a": "close > sma(close, 20)", "b": "close < sma(close, 20)"})
    assert sum(step.operation == "call" for step in several.plan.steps) == 1
    assert [series.name for series in several.series] == ["sma(close, 20)"]


def test_columns_use_the_lines_that_mean_one_thing():
    texts = {"a": "x := close + 1; y := x * 2; y > 5", "b": "x := close + 1; y := x * 3; y > 5; "}
    compiled = compile_scans({"a": texts["a"], "b": texts["b"].rstrip("; ")}, {"twice": "x * 2"})
    assert [series.name for series in compiled.series] == ["twice", "x", "a.y", "b.y"]
    with pytest.raises(FormulaError, match="Column 'c': There is no name 'y'"):
        compile_scans({"a": texts["a"], "b": texts["b"].rstrip("; ")}, {"c": "y"})


def test_one_text_with_two_meanings_makes_two_series():
    compiled = compile_scans({"a": "x := open\nsma(x, 5) > 1", "b": "x := high\nsma(x, 5) > 1"})
    assert [series.name for series in compiled.series] == ["a.x", "b.x", "sma(x, 5)", "b.sma(x, 5)"]


def test_problems_name_their_formula():
    with pytest.raises(FormulaError) as wrong:
        compile_scans({"good": "close > 1", "bad": "clse > 1"})
    assert wrong.value.text == "clse > 1"
    assert wrong.value.problems[0].message.startswith("Formula 'bad': There is no name 'clse'")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"formula": "true", "formulas": {"a": "true"}}, "either 'formula' or 'formulas'"),
        ({"formulas": {"": "true"}}, "has no name"),
        ({"formulas": {"a": " "}}, "The formula 'a' is empty"),
        ({"formulas": {"a": "true"}, "columns": {"formula": "close"}}, "column 'formula' already"),
        ({}, "The formula is empty"),
    ],
    ids=["both", "no name", "empty", "taken column", "none"],
)
def test_a_job_says_what_is_wrong_with_its_formulas(fields, sentence):
    with pytest.raises(JobError, match=sentence):
        ProcessingJob(**fields)


def test_the_job_hash_tells_one_formula_from_several_and_ignores_their_order(repository):
    jobs = [
        ProcessingJob("close > 1"),
        ProcessingJob(formulas={"a": "close > 1", "b": "close > 2"}),
        ProcessingJob(formulas={"b": "close>2", "a": "close>1"}),
    ]
    one, several, same = (plan_scan(job, repository).job_hash for job in jobs)
    assert one != several == same


def test_a_job_with_formulas_survives_its_mapping():
    job = ProcessingJob(formulas={"a": "close > 1", "b": "close > 2"})
    assert "formula" not in job.to_mapping()
    assert ProcessingJob.from_mapping(job.to_mapping()) == job


def test_an_injected_service_is_asked_about_each(repository):
    job = ProcessingJob(formulas={"a": "x", "b": "y"}, symbols=("S001",))
    with ProcessingEngine(repository, OddFormulaService(), backend="inline") as engine:
        result = engine.run(job)
    assert set(result.matches.column("formula").to_pylist()) <= {"a", "b"}


def test_one_formula_has_no_name_and_no_column():
    assert compile_scan("close > 1").formulas == ()
