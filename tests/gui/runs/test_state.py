from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.scan.runs.history import Catch, Comparison
from gui.runs.state import catch_rows, change_sentence, changes_by_symbol, run_rows, when_text


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
