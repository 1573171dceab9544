"""What a pair job refuses before any work."""

from __future__ import annotations

import importlib.util
from datetime import date

import pytest

from engine.errors import JobError
from engine.pairs.job import PairJob


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"measure": "corelation"},
            "There is no measure of pairs named 'corelation'. Did you mean 'correlation'?",
        ),
        ({"window": 5}, "The window of a correlation must be 10 bars or more, not 5."),
        ({"measure": "cointegration", "window": 49}, "must be 50 bars or more, not 49."),
        ({"min_overlap": 9}, "The least overlap must be from 10 bars to the window (252), not 9."),
        ({"window": 100, "min_overlap": 101}, "from 10 bars to the window (100), not 101."),
        ({"top": 0}, "The number of strongest pairs must be 1 or more, not 0."),
        (
            {"start": date(2024, 2, 1), "end": date(2024, 1, 1)},
            "ends (2024-01-01) before it starts (2024-02-01)",
        ),
        ({"timeframe": "1x"}, "1x"),
    ],
)
def test_values_without_sense_are_refused_in_a_sentence(values, sentence):
    with pytest.raises(JobError) as refused:
        PairJob(**values)
    assert sentence in str(refused.value)


def test_all_problems_are_told_together():
    with pytest.raises(JobError) as refused:
        PairJob(measure="spread", window=3, top=-1, start=date(2024, 2, 1), end=date(2024, 1, 1))
    assert [field for field, _ in refused.value.problems] == ["date_range", "top", "window"]


def test_a_measure_whose_package_is_missing_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        JobError, match=r"Cointegration needs the package statsmodels: pip install 'candlewick\[pairs\]'"
    ):
        PairJob(measure="cointegration")
    assert PairJob(measure="correlation").bars == 252


@pytest.mark.parametrize(
    ("values", "bars", "overlap"),
    [
        ({}, 252, 60),
        ({"measure": "cointegration"}, 504, 60),
        ({"window": 40}, 40, 40),
        ({"window": 40, "min_overlap": 20}, 40, 20),
    ],
)
def test_window_and_overlap_have_usual_values(values, bars, overlap):
    job = PairJob(**values)
    assert (job.bars, job.least_overlap) == (bars, overlap)


@pytest.mark.parametrize("symbols", [0, 1])
def test_one_symbol_makes_no_pair(symbols):
    with pytest.raises(JobError, match=f"A pair needs two symbols, and {symbols} can be used"):
        PairJob().refuse_size(symbols)


def test_too_many_pairs_for_a_table_are_refused_unless_a_top_is_kept():
    PairJob().refuse_size(3000)
    with pytest.raises(JobError, match="12,000 symbols make 71,994,000 pairs"):
        PairJob().refuse_size(12_000)
    PairJob(top=100).refuse_size(12_000)
