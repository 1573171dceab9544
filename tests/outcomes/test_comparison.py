"""Rows of the comparison: who stands first, what differs from whom, and how the years are counted."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.errors import UnknownNameError
from engine.outcomes.comparison import Coverage, Events, compare
from engine.outcomes.forward_returns import OutcomeTerms
from engine.outcomes.statistics import Sample

TERMS = OutcomeTerms((5,))
COVERAGE = Coverage(np.datetime64("2020-01-01", "us"), np.datetime64("2024-01-01", "us"), 8.0, 2)


def events_of(rows: list[tuple[str, str, float]]) -> Events:
    """Rows of detector, event and return, all of one symbol."""
    detectors = sorted({row[0] for row in rows})
    names = sorted({row[1] for row in rows})
    count = len(rows)
    values = np.array([[row[2]] for row in rows], dtype=float).reshape(count, 1)
    sample = Sample(
        np.full(count, np.datetime64("2021-01-04", "us")), values, np.zeros((count, 1), np.int8), values * 0
    )
    return Events(
        ["AAA"],
        detectors,
        names,
        np.zeros(count, np.int32),
        np.array([detectors.index(row[0]) for row in rows], np.int32),
        np.array([names.index(row[1]) for row in rows], np.int32),
        sample,
    )


def test_the_baseline_stands_first_and_the_others_keep_their_order():
    found = events_of([("b", "match", 0.1), ("a", "match", 0.2), ("c", "match", 0.3)])
    rows = compare(found, TERMS, COVERAGE, detectors=["c", "a", "b"], baseline="a")
    assert [(row.detector, row.is_baseline) for row in rows] == [("a", True), ("c", False), ("b", False)]


def test_the_first_detector_is_the_baseline_when_none_is_named():
    rows = compare(events_of([("b", "match", 0.1)]), TERMS, COVERAGE, detectors=["b"])
    assert rows[0].is_baseline
    assert rows[0].differences == {}


def test_a_variant_differs_from_the_baselines_row_for_the_same_event():
    found = events_of(
        [("base", "SC", 0.10), ("base", "UT", 0.50), ("new", "SC", 0.25), ("new", "SPRING", 0.30)]
    )
    rows = {
        (row.detector, row.event): row for row in compare(found, TERMS, COVERAGE, detectors=["base", "new"])
    }
    assert math.isclose(rows["new", "SC"].differences["median"][0], 0.15)
    assert math.isnan(rows["new", "SPRING"].differences["median"][0])


def test_a_baseline_of_one_row_is_compared_with_whatever_the_variant_calls_its_event():
    found = events_of([("base", "match", 0.10), ("new", "SPRING", 0.30)])
    rows = compare(found, TERMS, COVERAGE, detectors=["base", "new"])
    assert math.isclose(rows[1].differences["mean"][0], 0.2)


def test_the_density_counts_events_per_symbol_year():
    rows = compare(events_of([("a", "match", 0.1)] * 4), TERMS, COVERAGE, detectors=["a"])
    assert rows[0].density == 0.5


def test_a_detector_that_found_nothing_has_a_row_that_says_so():
    rows = compare(events_of([("a", "match", 0.1)]), TERMS, COVERAGE, detectors=["a", "silent"])
    assert (rows[1].detector, rows[1].event, rows[1].count) == ("silent", "", 0)
    assert rows[1].windows[0].evaluated == 0


def test_a_baseline_that_is_not_there_is_refused_with_the_name_that_was_meant():
    with pytest.raises(UnknownNameError, match="Did you mean 'golden'"):
        compare(
            events_of([("golden", "match", 0.1)]), TERMS, COVERAGE, detectors=["golden"], baseline="goldn"
        )


def test_the_years_of_all_symbols_do_not_depend_on_their_order():
    random = np.random.default_rng(2)
    start = np.datetime64("2000-01-03", "us")
    spans = [
        (start, start + np.timedelta64(int(days), "D") + np.timedelta64(int(days) * 37, "s"))
        for days in random.integers(1, 9000, 200)
    ]
    years = Coverage.of(spans).years
    assert {Coverage.of([spans[place] for place in random.permutation(200)]).years for _ in range(20)} == {
        years
    }


def test_a_run_without_dates_has_no_density_and_no_middle():
    nothing = Coverage.of([])
    assert nothing.middle is None
    row = compare(events_of([("a", "match", 0.1)]), TERMS, nothing, detectors=["a"])[0]
    assert math.isnan(row.density)


def test_the_halves_are_those_of_the_dates():
    assert COVERAGE.middle == np.datetime64("2021-12-31T12:00", "us")
