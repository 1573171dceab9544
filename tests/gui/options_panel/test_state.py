"""Contracts as texts, without Qt."""

from __future__ import annotations

from gui.options_panel.state import COLUMNS, cells_of, refusals_text, summary_text


def column(contracts, title: str) -> list[str]:
    place = [each.title for each in COLUMNS].index(title)
    return [row[place] for row in cells_of(contracts.table)]


def test_each_row_says_what_became_of_it(contracts):
    assert column(contracts, "Symbol") == ["ABC", "XYZ", "DEF", "GHI"]
    assert column(contracts, "Date") == ["2026-02-13"] * 4
    assert column(contracts, "Status") == ["Success", "No Chain Data", "Success", "Fast Reject"]


def test_a_row_without_contracts_shows_its_reason_in_their_place(contracts):
    told = column(contracts, "Contracts")
    assert told[0] == "buy 2026-03-27 100 call"
    assert told[1] == "No chain of XYZ."
    assert "moonshot" in told[3]


def test_entries_are_named_debit_or_credit(contracts):
    entries = column(contracts, "Entry")
    assert entries[0].startswith("debit ")
    assert entries[2].startswith("credit ")
    assert entries[1] == ""


def test_an_unlimited_profit_is_said_not_left_empty(contracts):
    profits = column(contracts, "Max profit")
    assert profits[0] == "no limit"
    assert profits[1] == ""


def test_two_break_evens_stand_side_by_side(contracts):
    edges = column(contracts, "Break-even")
    assert " – " in edges[2]
    assert " – " not in edges[0]


def test_the_summary_counts_rows_in_and_out(contracts):
    counts = "4 rows in, 4 rows out · 2 Success · 1 Fast Reject · 1 No Chain Data"
    assert summary_text(contracts) == f"{counts} · quotes of 2026-02-13"


def test_refused_candidates_are_listed_up_to_a_limit(contracts):
    told = refusals_text(contracts, 2, most=2).splitlines()
    assert told[0] == contracts.table.column("Contract_Legs")[2].as_py()
    assert told[1].startswith("Iron condor")
    assert len(told) == 5
    assert told[-1].endswith("more refused")


def test_a_share_is_written_with_a_space_before_its_sign(contracts):
    told = column(contracts, "IV")
    volatility = contracts.table.column("Implied_Volatility")[0].as_py()
    assert told[0] == f"{100 * volatility:.1f} %"
    assert told[1] == ""
