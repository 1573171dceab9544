"""What a plan refuses before any work starts, and what a formula sees beyond its symbol."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import JobError
from engine.formula.service import compile_scan
from engine.market.timeframe import Timeframe
from engine.scan.job import ProcessingJob
from engine.scan.plan import plan_scan
from engine.scan.processing import ProcessingEngine
from engine.scan.symbol_scan import view_symbol
from engine.scan.window import MatchWindow


@pytest.mark.parametrize(
    ("job", "sentence"),
    [
        (ProcessingJob('close > sym("S0001", close)'), "no symbol named 'S0001'. Did you mean 'S001'?"),
        (ProcessingJob('tf("M", close) > 5', timeframe="1w"), "choose the timeframe 1d"),
        (ProcessingJob("true", {"x": 'sym("XX", close)'}), "no symbol named 'XX'"),
    ],
    ids=["unknown symbol", "tf over weeks", "unknown symbol in a column"],
)
def test_what_the_data_cannot_give_is_said_before_the_scan(repository, job, sentence):
    with pytest.raises(JobError, match=sentence.replace("?", r"\?")):
        plan_scan(job, repository)


def test_data_of_another_symbol_are_part_of_the_data_version(repository):
    alone = plan_scan(ProcessingJob("true", symbols=("S002",)), repository)
    beside = plan_scan(ProcessingJob('sym("S001", close) > 0', symbols=("S002",)), repository)
    assert alone.data_version != beside.data_version


def test_relative_strength_is_the_ratio_on_the_same_dates(repository, walks):
    job = ProcessingJob("true", {"rs": 'close / sym("S001", close)'}, symbols=("S002",))
    with ProcessingEngine(repository, max_workers=1) as engine:
        ratio = engine.run(job).matches.column("rs").to_numpy()
    np.testing.assert_array_equal(ratio, walks["S002"].close / walks["S001"].close)


def test_a_chart_reads_the_other_symbol_by_itself(repository, walks):
    compiled = compile_scan("true", {"spy": 'sym("S001", close)'})
    view = view_symbol(repository, "S002", Timeframe.DAY, compiled, MatchWindow())
    np.testing.assert_array_equal(view.evaluation.values["spy"], walks["S001"].close)
