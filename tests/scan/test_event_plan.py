"""What a job says about detectors is checked before anything runs."""

from __future__ import annotations

import pytest

from engine.errors import JobError
from engine.scan.job import ProcessingJob
from engine.scan.plan import plan_scan


def planned(repository, *arguments, **fields):
    return plan_scan(ProcessingJob(*arguments, **fields), repository)


def test_the_kinds_of_match_are_the_events_of_the_listed_detectors(repository):
    plan = planned(repository, 'detector("gap")', detectors=("inside_bar", "breakout"))
    kinds = (("breakout", "BREAKOUT_DOWN"), ("breakout", "BREAKOUT_UP"), ("inside_bar", "INSIDE_BAR"))
    assert plan.events.kinds == kinds
    assert plan.columns[0].name == "score"
    assert plan.history == 2


def test_a_formula_with_detectors_alone_keeps_its_columns(repository):
    plan = planned(repository, 'detector("gap") and rsi(14) < 40')
    assert plan.events.kinds == ()
    assert [column.name for column in plan.columns] == ["rsi(close, 14)"]


def test_a_scan_without_detectors_has_no_plan_for_them(repository):
    assert planned(repository, "close > 1").events is None


def test_all_problems_come_together(repository):
    with pytest.raises(JobError) as raised:
        planned(
            repository,
            'detector("sprng")',
            detectors=("gapp", "gap"),
            detector_parameters={"gap": {"percent": -1, "bars": 3}, "squeeze": {}},
        )
    told = str(raised.value)
    for words in (
        "named 'gapp'",
        "Did you mean 'spring'",
        "percent of the detector gap",
        "bars",
        "does not use",
    ):
        assert words in told


def test_parameters_reach_the_detectors_of_formulas_too(repository):
    with pytest.raises(JobError, match="fewer bars than the slow one"):
        planned(repository, 'detector("ma_cross")', detector_parameters={"ma_cross": {"fast": 300}})


def test_what_a_broken_formula_uses_is_not_called_unused(repository):
    job = ProcessingJob(
        'detector("gap") and', detector_parameters={"gap": {"percent": 2}}, detectors=("candles",)
    )
    with pytest.raises(Exception, match="Formula") as raised:
        plan_scan(job, repository)
    assert "does not use" not in str(raised.value)


def test_the_jobs_identity_counts_detectors_and_their_values_and_not_their_order(repository):
    first = planned(repository, detectors=("gap", "breakout"))
    other = planned(repository, detectors=("breakout", "gap"))
    assert first.job_hash == other.job_hash
    changed = planned(repository, detectors=("gap", "breakout"), detector_parameters={"gap": {"percent": 2}})
    assert len({first.job_hash, changed.job_hash, planned(repository, detectors=("gap",)).job_hash}) == 3


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"detectors": ("gap", "gap")}, "stands in the list twice"),
        ({"detectors": ("",)}, "no detector's name"),
        ({"detectors": ("gap",), "formulas": {"a": "close > 1"}}, "go with one formula"),
        ({"detectors": ("gap",), "columns": {"score": "close"}}, "column 'score' already"),
    ],
    ids=["twice", "nameless", "formulas", "column"],
)
def test_a_job_refuses_what_no_data_could_make_valid(fields, words):
    with pytest.raises(JobError, match=words):
        ProcessingJob(**fields)


def test_a_job_with_detectors_comes_back_from_plain_values_as_it_was():
    job = ProcessingJob(
        "close > 1", detectors=("gap", "breakout"), detector_parameters={"gap": {"percent": 2.0}}
    )
    plain = job.to_mapping()
    assert plain["detectors"] == ["gap", "breakout"]
    assert ProcessingJob.from_mapping(plain) == job
    assert ProcessingJob.from_mapping({"detectors": ["gap"]}) == ProcessingJob(detectors=("gap",))


@pytest.mark.parametrize(
    "plain",
    [{"detectors": "gap"}, {"detectors": ["gap"], "detector_parameters": {"gap": 3}}, {"detectors": []}],
    ids=repr,
)
def test_plain_values_of_a_wrong_kind_are_refused(plain):
    with pytest.raises(JobError):
        ProcessingJob.from_mapping(plain)
