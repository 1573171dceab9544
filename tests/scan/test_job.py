"""A job checks itself, survives pickling and YAML, and names every field at fault."""

from __future__ import annotations

import pickle
from datetime import date, datetime

import pytest

from engine.errors import JobError
from engine.formula.formula import Formula
from engine.scan.job import DateRange, ProcessingJob, parse_day, parse_moment


def test_a_range_that_ends_before_it_starts_is_refused_in_one_sentence() -> None:
    with pytest.raises(JobError, match="ends \\(2020-01-01\\) before it starts \\(2020-01-02\\)"):
        DateRange(date(2020, 1, 2), date(2020, 1, 1))


def test_a_range_of_one_day_is_allowed() -> None:
    assert DateRange(date(2020, 1, 2), date(2020, 1, 2))


def test_all_problems_of_a_job_are_told_at_once() -> None:
    with pytest.raises(JobError) as caught:
        ProcessingJob("  ", columns={"close": "high"}, timeframe="1x", last_bars=0, lookback_days=-1)
    assert [field for field, _ in caught.value.problems] == [
        "formula",
        "timeframe",
        "columns",
        "last_bars",
        "lookback_days",
    ]


def test_a_job_pickles_and_hashes() -> None:
    job = ProcessingJob(
        "close > 1", columns={"a": "high"}, date_range=DateRange(date(2020, 1, 1)), symbols=("NO",)
    )
    again = pickle.loads(pickle.dumps(job))
    assert again == job
    assert hash(again) == hash(job)


def test_a_job_survives_the_way_through_plain_values() -> None:
    job = ProcessingJob(
        "close > :level",
        columns={"range": "high - low"},
        timeframe="1w",
        date_range=DateRange(date(2020, 1, 1), None),
        symbols=("005930", "NO", "NA"),
        parameters={"level": 3.5},
        last_bars=5,
        name="mine",
    )
    assert ProcessingJob.from_mapping(job.to_mapping()) == job


def test_doubled_symbols_count_once() -> None:
    assert ProcessingJob("true", symbols=("A", "B", "A")).symbols == ("A", "B")


@pytest.mark.parametrize(
    ("plain", "sentence"),
    [
        pytest.param({"formular": "x"}, "Did you mean 'formula'", id="misspelt key"),
        pytest.param({"formula": 3}, "must be a text", id="formula is a number"),
        pytest.param({"name": "x"}, "has no formula", id="no formula"),
        pytest.param({"formula": "true", "symbols": [False]}, "in quotes", id="yaml read NO as false"),
        pytest.param({"formula": "true", "date_range": {"begin": "2020-01-01"}}, "begin", id="unknown side"),
        pytest.param({"formula": "true", "date_range": {"start": "soon"}}, "not a date", id="not a date"),
    ],
)
def test_plain_values_that_are_no_job_are_refused(plain: dict[str, object], sentence: str) -> None:
    with pytest.raises(JobError, match=sentence):
        ProcessingJob.from_mapping(plain)


def test_a_day_is_read_from_iso_text_only() -> None:
    assert parse_day("2026-11-20", "date_range") == date(2026, 11, 20)
    with pytest.raises(JobError, match="2026-11-20"):
        parse_day("20.11.2026", "date_range")


def test_a_named_formula_brings_its_parameters_and_name() -> None:
    job = ProcessingJob(Formula("close > :level", "mine", {"level": 3.0}))
    assert (job.formula, job.name, job.parameters) == ("close > :level", "mine", {"level": 3.0})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-11", date(2026, 3, 11)),
        ("2026-03-11 09:35", datetime(2026, 3, 11, 9, 35)),
        ("2026-03-11T09:35:07", datetime(2026, 3, 11, 9, 35, 7)),
    ],
)
def test_a_day_and_a_moment_are_read_alike(text, moment):
    assert parse_moment(text, "date_range") == moment
    assert type(parse_moment(moment, "date_range")) is type(moment)


@pytest.mark.parametrize("text", ["2026-03-11 soon", "2026-03-11 25:00", "2026-03-11 09:35+02:00"])
def test_a_time_that_is_none_is_answered_with_how_to_write_one(text):
    with pytest.raises(JobError, match="write it as 2026-11-20 09:35"):
        parse_moment(text, "date_range")


def test_a_range_within_one_day_has_an_order():
    with pytest.raises(JobError, match="swap the two dates"):
        DateRange(datetime(2026, 3, 11, 10), datetime(2026, 3, 11, 9))
    assert DateRange(datetime(2026, 3, 11, 10), date(2026, 3, 11))
