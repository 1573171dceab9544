"""A column that is added to matches has the values of a scan that had it from the start."""

from __future__ import annotations

import pyarrow as pa
import pytest

from engine.errors import FormulaError, JobError
from engine.scan.evaluation.column_pass import compile_column, compute_column
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine

FORMULA = "quick := ema(close, 5)\nquick > sma(close, 20)"


@pytest.fixture
def inline(uneven):
    with ProcessingEngine(uneven, backend="inline") as engine:
        yield engine


def computed(engine, job, name, text):
    matches = engine.run(job).matches
    return compute_column(engine, compile_column(job, name, text), matches["symbol"], matches["timestamp"])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("roc(close, 20)", id="a number"),
        pytest.param("close > open", id="a condition"),
        pytest.param("roc(close, 200)", id="unknown for most"),
        pytest.param("quick - ema(close, 21)", id="with a named line of the formula"),
        pytest.param('close / sym("S03", close)', id="with another symbol"),
        pytest.param("close * :factor", id="with a parameter"),
    ],
)
def test_values_are_those_of_a_scan_with_the_column(inline, text):
    parameters = {"factor": 2.0} if ":factor" in text else {}
    job = ProcessingJob(FORMULA, parameters=parameters)
    found = computed(inline, job, "mine", text)
    expected = inline.run(compile_column(job, "mine", text).job).matches["mine"].combine_chunks()
    assert found is not None and found.failed == ()
    assert len(found.values) > 100
    assert found.values.equals(expected)


def test_values_stand_in_the_order_of_the_matches(inline):
    job = ProcessingJob(FORMULA)
    matches = inline.run(job).matches
    backwards = matches.take(pa.array(range(matches.num_rows - 1, -1, -1)))
    column = compile_column(job, "mine", "close")
    found = compute_column(inline, column, backwards["symbol"], backwards["timestamp"])
    assert found is not None
    assert found.table["mine"].to_pylist() == backwards["close"].to_pylist()


def test_a_column_of_a_scan_of_several_formulas_is_on_all_their_rows(inline):
    job = ProcessingJob(formulas={"up": "close > open", "down": "close < open"})
    found = computed(inline, job, "mine", "close - open")
    assert found is not None
    assert found.values.null_count == 0


def test_only_symbols_with_matches_are_looked_at(inline):
    column = compile_column(ProcessingJob(FORMULA), "mine", "close")
    told = []
    one = pa.chunked_array([["S00"]])
    when = pa.chunked_array([pa.array([0], pa.timestamp("us"))])
    found = compute_column(inline, column, one, when, lambda done, total: told.append((done, total)))
    assert found is not None and found.values.to_pylist() == [None]
    assert told[-1] == (1, 1)


def test_a_symbol_that_is_not_there_is_named_with_its_reason(inline):
    found = computed(inline, ProcessingJob(FORMULA), "mine", 'sym("S99", close)')
    assert found is not None
    assert found.values.null_count == len(found.values)
    assert "S99" in found.failed[0][1]


def test_a_cancel_ends_it_without_values(inline):
    job = ProcessingJob(FORMULA)
    matches = inline.run(job).matches
    column = compile_column(job, "mine", "close")
    assert (
        compute_column(
            inline, column, matches["symbol"], matches["timestamp"], lambda _done, _total: inline.cancel()
        )
        is None
    )


def test_what_is_wrong_has_its_place_in_the_columns_own_text():
    with pytest.raises(FormulaError) as caught:
        compile_column(ProcessingJob(FORMULA), "mine", "smaa(close, 20)")
    problem = caught.value.problems[0]
    assert caught.value.text == "smaa(close, 20)"
    assert (problem.start, problem.end) == (0, 4)


@pytest.mark.parametrize("name", ["close", "quick"], ids=["of every result", "of a named line"])
def test_a_name_that_is_taken_is_refused(name):
    with pytest.raises((JobError, FormulaError), match="choose another"):
        compile_column(ProcessingJob(FORMULA), name, "roc(close, 20)")


def test_a_column_of_the_same_name_is_replaced():
    job = ProcessingJob(FORMULA, columns={"mine": "rsi(close, 14)", "other": "close"})
    assert compile_column(job, "mine", "roc(close, 20)").job.columns == {
        "other": "close",
        "mine": "roc(close, 20)",
    }


def test_bars_that_cannot_be_had_are_refused():
    with pytest.raises(JobError, match="tf needs"):
        compile_column(ProcessingJob("close > open", timeframe="1w"), "mine", 'tf("M", close)')


def test_a_rank_over_the_universe_needs_a_run():
    assert compile_column(ProcessingJob(FORMULA), "mine", "csrank(close)").needs_a_run
    assert not compile_column(ProcessingJob(FORMULA), "mine", "close").needs_a_run


def test_what_the_checker_doubts_is_told():
    (warning,) = compile_column(ProcessingJob("close > open"), "mine", "close > volume").warnings
    assert "volume" in warning
