"""Problem entries without Qt."""

from __future__ import annotations

import pytest

from engine.scan.results import ProcessingResult, SymbolStatus
from gui.problems.state import ProblemEntry, ProblemList, Severity, entry_of


@pytest.mark.parametrize("status", list(SymbolStatus), ids=lambda status: status.value)
def test_every_status_is_a_problem_but_ok_and_cancelled(status):
    entry = entry_of(ProcessingResult.from_error("AAP", "It failed.", status))
    assert (entry is None) == (status in (SymbolStatus.OK, SymbolStatus.CANCELLED))


def test_an_entry_takes_sentence_and_details_from_the_result():
    result = ProcessingResult.from_error("AAP", "It failed.", SymbolStatus.CRASH, details="signal 11")
    entry = entry_of(result)
    assert entry == ProblemEntry("AAP", Severity.CRASH, "It failed.", "signal 11")
    assert entry.clipboard_text == "AAP: It failed.\n\nsignal 11"


def test_the_worst_come_first_then_by_symbol():
    entries = ProblemList()
    entries.add(
        [
            ProblemEntry("b", Severity.NOT_EVALUABLE, "x"),
            ProblemEntry("C", Severity.ERROR, "x"),
            ProblemEntry("A", Severity.ERROR, "x"),
            ProblemEntry("", Severity.UNEXPECTED, "bug"),
        ]
    )
    assert [entry.symbol for entry in entries.entries] == ["", "A", "C", "b"]


def test_later_entries_go_to_their_places_in_the_chosen_order():
    entries = ProblemList()
    entries.sort(0, descending=True)
    entries.add([ProblemEntry("A", Severity.ERROR, "x"), ProblemEntry("C", Severity.ERROR, "x")])
    entries.add([ProblemEntry("B", Severity.ERROR, "x")])
    assert [entry.symbol for entry in entries.entries] == ["C", "B", "A"]


def test_the_same_problem_stands_once():
    entries = ProblemList()
    same = ProblemEntry("A", Severity.ERROR, "x")
    assert entries.add([same, same])
    assert not entries.add([same])
    assert entries.entries == (same,)
