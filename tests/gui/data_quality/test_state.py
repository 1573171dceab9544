from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engine.data.inspection import DataReport, SymbolCheck
from engine.market.quality import QualityReport
from gui.data_quality.state import Shown, as_text, badge_of, rows_of, shown_rows, sorted_rows

DAY = date(2026, 11, 20)
OLD = date(2026, 10, 1)
SESSIONS = np.arange("2026-09-01", "2026-11-21", dtype="datetime64[D]")


def check(symbol: str, last: date | None = DAY, bars: int = 9, **more) -> SymbolCheck:
    quality = {name: more.pop(name) for name in ("masked", "unsorted", "unknown_volume") if name in more}
    rows = bars + sum(quality.get("masked", {}).values())
    return SymbolCheck(symbol, QualityReport(rows, bars, **quality), last, last, **more)


GOOD, STALE = check("GOOD"), check("STALE", OLD)
BROKEN = check("BROKEN", masked={"not_positive": 2})
NOTED = check("NOTED", unsorted=True)
LOST = SymbolCheck("LOST", QualityReport(0, 0), unreadable="LOST cannot be read.")
NONE = check("NONE", None, bars=0, masked={"not_positive": 1})


def report(*checks: SymbolCheck) -> DataReport:
    return DataReport(checks, DAY if any(each.last for each in checks) else None, SESSIONS)


@pytest.mark.parametrize(
    ("checks", "label", "level"),
    [
        ((GOOD, NOTED), "✓ to 2026-11-20", "sound"),
        ((GOOD, STALE), "⚠ to 2026-11-20 · 1 stale", "warning"),
        ((GOOD, BROKEN, NONE), "⚠ to 2026-11-20 · 2 with broken bars", "warning"),
        ((GOOD, STALE, LOST), "✗ to 2026-11-20 · 1 stale · 1 with broken bars", "error"),
        ((NONE,), "✗ no bars", "error"),
    ],
    ids=["sound", "stale", "broken", "unreadable", "nothing"],
)
def test_the_badge_says_in_mark_and_words_how_the_data_is(checks, label, level):
    badge = badge_of(report(*checks))
    assert (badge.label, badge.level) == (label, level)


def test_each_kind_of_symbol_can_be_shown():
    rows = rows_of(report(GOOD, STALE, BROKEN, NOTED, LOST, NONE))
    names = {shown: [row.symbol for row in shown_rows(rows, shown, "")] for shown in Shown}
    assert names == {
        Shown.FAULTS: ["STALE", "BROKEN", "NOTED", "LOST", "NONE"],
        Shown.BROKEN: ["BROKEN", "LOST", "NONE"],
        Shown.STALE: ["STALE"],
        Shown.NOTES: ["NOTED"],
        Shown.ALL: ["GOOD", "STALE", "BROKEN", "NOTED", "LOST", "NONE"],
    }


@pytest.mark.parametrize(
    ("text", "symbols"),
    [("zero LEFT", ["BROKEN", "NONE"]), ("stal", ["STALE"]), ("2026-10", ["STALE"]), ("good zero", [])],
)
def test_every_word_of_the_filter_must_be_there(text, symbols):
    rows = rows_of(report(GOOD, STALE, BROKEN, NONE))
    assert [row.symbol for row in shown_rows(rows, Shown.ALL, text)] == symbols


@pytest.mark.parametrize(
    ("column", "symbols"),
    [(0, ["BROKEN", "GOOD", "NONE", "STALE"]), (2, ["BROKEN", "GOOD", "NONE", "STALE"]),
     (1, ["NONE", "STALE", "BROKEN", "GOOD"]), (3, ["NONE", "BROKEN", "GOOD", "STALE"]),
     (4, ["BROKEN", "STALE", "NONE", "GOOD"])],
)  # fmt: skip
def test_each_column_sorts_and_equal_rows_go_by_symbol(column, symbols):
    rows = list(rows_of(report(STALE, GOOD, NONE, BROKEN)))
    assert [row.symbol for row in sorted_rows(rows, column, descending=False)] == symbols


def test_rows_are_copied_with_their_titles():
    text = as_text(rows_of(report(GOOD, STALE)))
    assert text.splitlines() == [
        "Symbol\tLast bar\tBehind\tBars\tWhat is wrong",
        "GOOD\t2026-11-20\t0\t9\t✓ nothing",
        "STALE\t2026-10-01\t50\t9\tEnded 50 sessions before the newest bar.",
    ]
