"""Matches become events, whatever kind of scan they are of."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from engine.scan.evaluation.signals import EVENT_SCHEMA, codes_of, events_of_matches, joined_events

DAYS = pa.array([datetime(2024, 1, 3), datetime(2024, 1, 2)], pa.timestamp("us"))


def matches(**columns: object) -> pa.Table:
    return pa.table({"symbol": ["B", "A"], "timestamp": DAYS, "close": [1.0, 2.0], **columns})


def test_matches_of_one_formula_are_events_under_the_given_name():
    events = events_of_matches(matches(), "my scan")
    assert events.schema == EVENT_SCHEMA
    assert events["detector"].to_pylist() == ["my scan", "my scan"]
    assert events["event"].to_pylist() == ["match", "match"]
    assert events["score"].to_pylist() == [None, None]


def test_matches_of_several_formulas_keep_their_names():
    assert events_of_matches(matches(formula=["x", "y"]))["detector"].to_pylist() == ["x", "y"]


def test_events_of_detectors_keep_event_and_score():
    events = events_of_matches(matches(event=["SC", "UT"], score=[2.5, 1.0], detector=["wyckoff", "wyckoff"]))
    assert events.schema == EVENT_SCHEMA
    assert events["event"].to_pylist() == ["SC", "UT"]
    assert events["score"].to_pylist() == [2.5, 1.0]


def test_a_formulas_own_column_named_detector_is_no_detector():
    assert events_of_matches(matches(detector=[1.0, 2.0]))["detector"].to_pylist() == ["formula", "formula"]


def test_joined_events_are_sorted_whatever_came_first():
    one, other = events_of_matches(matches(), "x"), events_of_matches(matches(), "y")
    joined = joined_events([one, other])
    assert joined.equals(joined_events([other, one]))
    assert joined["symbol"].to_pylist() == ["A", "A", "B", "B"]
    assert joined["detector"].to_pylist() == ["x", "y", "x", "y"]
    assert joined_events([]).schema == EVENT_SCHEMA


def test_codes_number_the_texts_of_all_chunks():
    names, codes = codes_of(pa.chunked_array([["b", "a"], ["b"]], pa.string()))
    assert names == ["b", "a"]
    assert codes.tolist() == [0, 1, 0]
    assert codes_of(pa.chunked_array([], pa.string()))[0] == []
