from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.scan.runs.history import Catch, Comparison
from gui.runs.state import (
    catch_rows,
    change_sentence,
    changes_by_symbol,
    newest_first,
    run_rows,
    unrun_rows,
    when_text,
)


def test_a_run_tells_when_what_how_many_and_how_it_ended(kept, now):
    (row,) = run_rows([kept()], now)
    assert row.cells == ("18:30", "close > 10", "1,234", "complete")
    assert (row.can_open, row.can_resume, row.can_remove) == (True, False, True)
    assert "/bars" in row.tip


def test_a_named_scan_goes_by_its_name(kept, now):
    assert run_rows([kept(name="dips")], now)[0].cells[1] == "dips"


@pytest.mark.parametrize(
    ("state", "can"),
    [
        ("interrupted", (True, True, True)),
        ("cancelled", (True, True, True)),
        ("partial", (True, True, True)),
        ("running", (False, False, False)),
        ("damaged", (False, False, True)),
    ],
)
def test_what_can_be_done_follows_from_the_state(kept, now, state, can):
    (row,) = run_rows([kept(state)], now)
    assert (row.can_open, row.can_resume, row.can_remove) == can
    assert row.cells[3] == state


def test_matches_of_a_run_without_an_end_are_not_known(kept, now):
    assert run_rows([kept("interrupted")], now)[0].cells[2] == "–"


def test_a_run_of_another_day_tells_its_day(now):
    assert when_text(now - timedelta(days=1), now) == "2026-11-19"


def test_a_catch_leads_to_the_run_that_has_it(now):
    found = [
        Catch(datetime(2026, 11, 19), "dips", "", "r2", now),
        Catch(datetime(2026, 11, 18, 9, 35), "both", "up", "r1", now - timedelta(days=2)),
    ]
    rows = catch_rows(found, now)
    assert [row.run_id for row in rows] == ["r2", "r1"]
    assert rows[0].cells == ("2026-11-19", "dips", "–", "18:30")
    assert rows[1].cells == ("2026-11-18 09:35", "both", "up", "2026-11-18")
    assert not rows[0].can_remove


def test_a_scan_that_was_never_run_says_so_whatever_it_finds():
    found = [(datetime(2026, 11, 19), ""), (datetime(2026, 11, 18), "up")]
    rows = unrun_rows("AAA", "ready:dips", "dips", found, "")
    assert [row.cells for row in rows] == [
        ("2026-11-19", "dips", "–", "not run yet"),
        ("2026-11-18", "dips", "up", "not run yet"),
    ]
    (none,) = unrun_rows("AAA", "ready:dips", "dips", [], "")
    (unknown,) = unrun_rows("AAA", "ready:dips", "dips", [], "csrank compares all symbols.")
    assert (none.cells[0], unknown.cells[0]) == ("no match", "?")
    assert unknown.tip.endswith("csrank compares all symbols.")
    every = (*rows, none, unknown)
    assert {row.scan for row in every} == {"ready:dips"}
    assert not any(row.can_open or row.can_remove or row.run_id for row in every)


def test_a_look_up_begins_with_the_newest_match_and_ends_with_those_without_one(now):
    caught = catch_rows([Catch(datetime(2026, 11, 18), "kept", "", "r1", now)], now)
    rows = [
        *unrun_rows("AAA", "a", "unknown", [], "why not"),
        *unrun_rows("AAA", "b", "none", [], ""),
        *caught,
        *unrun_rows("AAA", "c", "new", [(datetime(2026, 11, 19), "")], ""),
    ]
    assert [row.cells[1] for row in newest_first(rows)] == ["new", "kept", "none", "unknown"]


def test_every_symbol_has_one_word_for_what_became_of_it():
    comparison = Comparison("b", "a", ("A",), ("B", "C"), ("D",), ("E",))
    assert changes_by_symbol(comparison) == {
        "A": "entered",
        "B": "persisting",
        "C": "persisting",
        "D": "left",
        "E": "not comparable",
    }
    assert change_sentence(comparison) == (
        "On the last bar, since the run before: 1 entered (A), 2 persisting, 1 left (D), 1 not comparable."
    )


def test_many_symbols_are_counted_and_only_some_are_named():
    many = tuple(f"S{number}" for number in range(9))
    assert "9 entered (S0 S1 S2 S3 S4 S5 …)" in change_sentence(Comparison("b", "a", many, (), (), ()))
