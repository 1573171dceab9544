"""A whole evaluation: from a job to rows, strict, cancelled, and the same files for any number of workers."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from engine.data.repository import InMemoryCandleRepository
from engine.errors import JobError, ProcessingEngineError
from engine.outcomes.forward_returns import OutcomeTerms
from engine.scan.evaluation.evaluate import evaluate, names_of
from engine.scan.evaluation.files import write_evaluation
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine

TWO = ProcessingJob(formulas={"up": "close > close[1]", "breakout": "close > hhv(high, 20)[1]"})
TERMS = OutcomeTerms((5, 10))


def test_signals_in_are_signals_accounted_for(inline):
    evaluation = evaluate(inline, TWO, TERMS)
    assert evaluation.complete
    assert sum(row.count for row in evaluation.rows) == evaluation.events.num_rows
    for account in evaluation.measured.accounts:
        assert account.signals == evaluation.scans[0].matches.num_rows


def test_the_job_order_decides_who_is_the_baseline(inline):
    rows = evaluate(inline, TWO, TERMS).rows
    assert [(row.detector, row.event) for row in rows] == [("up", "match"), ("breakout", "match")]
    assert rows[1].differences["median"][0] == rows[1].windows[0].median - rows[0].windows[0].median


def test_another_baseline_can_be_named(inline):
    assert evaluate(inline, TWO, TERMS, baseline="breakout").rows[0].detector == "breakout"


def test_a_baseline_that_is_not_in_the_job_is_refused_before_any_work(inline):
    with pytest.raises(JobError, match="Did you mean 'breakout'"):
        evaluate(inline, TWO, TERMS, baseline="brakeout")


def test_one_formula_is_called_by_the_jobs_name():
    assert names_of(ProcessingJob(formula="close > 1", name="my scan")) == ("my scan",)
    assert names_of(ProcessingJob(formula="close > 1")) == ("formula",)


def test_a_formula_that_never_matches_is_a_row_of_nothing(inline):
    (row,) = evaluate(inline, ProcessingJob(formula="close < 0"), TERMS).rows
    assert (row.count, row.windows[0].evaluated) == (0, 0)


def test_progress_tells_both_phases(inline):
    seen = []
    evaluate(inline, TWO, TERMS, progress=lambda *news: seen.append(news))
    assert seen[-1] == ("measured", 24, 24)
    assert ("scanned", 24, 24) in seen


@pytest.fixture
def broken(uneven_walks):
    frames = dict(uneven_walks)
    frames["S04"] = frames["S04"].drop(columns="close")
    with InMemoryCandleRepository(frames) as repository:
        yield repository


def test_a_symbol_that_fails_makes_the_evaluation_partial_and_its_files_say_so(broken, tmp_path):
    with ProcessingEngine(broken, backend="inline") as engine:
        evaluation = evaluate(engine, TWO, TERMS)
    assert not evaluation.complete
    assert [symbol for symbol, _ in evaluation.failed] == ["S04"]
    names = [path.name for path in write_evaluation(evaluation, tmp_path / "run")]
    assert names == [
        "events.partial.parquet",
        "forward_returns.partial.parquet",
        "comparison.partial.csv",
        "comparison.partial.svg",
    ]


def test_strict_stops_the_scan_at_the_first_symbol_that_fails(broken):
    seen = []
    with (
        ProcessingEngine(broken, backend="inline") as engine,
        pytest.raises(ProcessingEngineError, match=r"^S04: "),
    ):
        evaluate(engine, TWO, TERMS, strict=True, progress=lambda *news: seen.append(news))
    assert [news for news in seen if news[0] == "measured"] == []


def test_strict_leaves_the_workers_ready_for_the_next_run(broken, workers):
    with ProcessingEngine(broken, backend=workers, chunk=1) as engine:
        with pytest.raises(ProcessingEngineError, match=r"^S04: "):
            evaluate(engine, TWO, TERMS, strict=True)
        job = ProcessingJob(formulas=TWO.formulas, symbols=("S00", "S01"))
        assert evaluate(engine, job, TERMS, strict=True).complete


def test_a_cancelled_evaluation_keeps_nothing(inline):
    def cancel_soon(phase: str, done: int, _total: int) -> None:
        if phase == "measured" and done == 3:
            inline.cancel()

    with pytest.raises(ProcessingEngineError, match="cancelled"):
        evaluate(inline, TWO, TERMS, progress=cancel_soon)


def test_the_files_are_the_same_bytes_for_any_number_of_workers(uneven, tmp_path):
    contents = []
    for workers, chunk in ((1, 1), (3, None)):
        folder = tmp_path / str(workers)
        with ProcessingEngine(uneven, max_workers=workers, chunk=chunk) as engine:
            write_evaluation(evaluate(engine, TWO, TERMS), folder, csv=True)
        contents.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert contents[0] == contents[1]
    assert set(contents[0]) == {
        "events.parquet",
        "events.csv",
        "forward_returns.parquet",
        "forward_returns.csv",
        "comparison.csv",
        "comparison.svg",
    }


def test_ranks_over_the_universe_can_be_evaluated_too(inline):
    job = ProcessingJob(formula="csrank(roc(close, 20)) > 90")
    evaluation = evaluate(inline, job, TERMS)
    assert evaluation.events.num_rows > 0
    assert evaluation.measured.accounts[0].evaluated > 0


def test_the_forward_returns_file_has_the_columns_in_order(inline, tmp_path):
    write_evaluation(evaluate(inline, TWO, TERMS), tmp_path / "run")
    table = pq.read_table(tmp_path / "run" / "forward_returns.parquet")
    assert table.column_names == ["date", "symbol", "event", "score", "detector", "fwd_5", "fwd_10"]
    events = pq.read_table(tmp_path / "run" / "events.parquet")
    assert events.column_names == ["symbol", "date", "event", "score", "detector"]
    assert events.num_rows == table.num_rows
    assert str(events.schema.field("date").type) == "timestamp[us]"


def test_the_events_of_detectors_are_evaluated_with_their_names_and_scores(inline):
    evaluation = evaluate(inline, ProcessingJob(detectors=("inside_bar", "gap")), TERMS)
    assert {row.detector for row in evaluation.rows} == {"inside_bar", "gap"}
    assert evaluation.events["score"].null_count == 0
    assert "match" not in evaluation.events["event"].to_pylist()
    assert sum(row.count for row in evaluation.rows) == evaluation.measured.accounts[0].signals


def test_formulas_and_detectors_are_compared_with_each_other(inline):
    evaluation = evaluate(inline, (TWO, ProcessingJob(detectors=("inside_bar",))), TERMS)
    rows = {(row.detector, row.event): row for row in evaluation.rows}
    detected = [row for (detector, _), row in rows.items() if detector == "inside_bar"]
    assert detected
    assert rows["up", "match"].is_baseline
    # The baseline has one row: every event of the detector differs from that.
    assert all(row.differences for row in detected)


def test_several_jobs_are_compared_as_one(inline):
    jobs = (TWO, ProcessingJob(formula="close > sma(close, 10)", name="trend"))
    evaluation = evaluate(inline, jobs, TERMS, baseline="trend")
    assert [row.detector for row in evaluation.rows] == ["trend", "up", "breakout"]
    assert evaluation.events.num_rows == sum(scan.matches.num_rows for scan in evaluation.scans)
    symbols = evaluation.events["symbol"].to_pylist()
    assert symbols == sorted(symbols)
