from __future__ import annotations

import pytest

from gui.palette.state import MOST_SHOWN, MOST_SYMBOLS, Entry, PaletteState

RUN = Entry("run", "Run scan", "Scan", "F5")
CANCEL = Entry("cancel", "Cancel scan", "Scan", is_available=False)
LOG = Entry("log", "Log scale", "Chart", is_on=True)
SAVE = Entry("save", "Save scan as", "File")
ENTRIES = (RUN, CANCEL, LOG, SAVE)


@pytest.fixture
def state() -> PaletteState:
    made = PaletteState()
    made.set_entries(ENTRIES)
    made.set_symbols(["AAPL", "AA", "AAL", "MSFT", "brk.b", "RUN", "NA"])
    return made


def texts(state: PaletteState) -> list[str]:
    return [found.entry.text for found in state.found]


def test_with_nothing_typed_everything_is_there_in_its_order(state):
    assert texts(state) == [entry.text for entry in ENTRIES]
    assert state.entry == RUN


def test_what_was_used_last_comes_first(state):
    state.note_used(LOG)
    state.note_used(SAVE)
    state.look_for("")
    assert texts(state) == ["Save scan as", "Log scale", "Run scan", "Cancel scan"]


def test_what_is_not_available_now_comes_last(state):
    state.look_for("scan")
    assert texts(state)[-1] == "Cancel scan"
    assert set(texts(state)) == {"Run scan", "Save scan as", "Cancel scan"}


def test_a_symbol_that_is_typed_whole_comes_first(state):
    state.look_for("run")
    assert texts(state)[:2] == ["Go to RUN", "Run scan"]
    state.look_for("aa")
    assert texts(state)[:3] == ["Go to AA", "Go to AAL", "Go to AAPL"]
    assert state.entry.id == "symbol:AA"


@pytest.mark.parametrize("typed", ["go to msft", "GO TO MS", "msft"])
def test_a_symbol_is_found_with_and_without_go_to(state, typed):
    state.look_for(typed)
    assert state.entry.id == "symbol:MSFT"


def test_in_another_language_the_typed_letters_are_still_those_of_the_symbol():
    state = PaletteState(tr={"Go to {symbol}": "Gehe zu {symbol}"}.__getitem__)
    state.set_symbols(["AAPL"])
    state.look_for("aa")
    assert (texts(state), state.found[0].places) == (["Gehe zu AAPL"], (8, 9))


def test_symbols_keep_their_own_case(state):
    state.look_for("BRK")
    assert state.entry.id == "symbol:brk.b"


def test_only_a_few_symbols_are_offered(state):
    state.set_symbols([f"Q{number:03}" for number in range(500)])
    state.look_for("q")
    assert len(state.found) == MOST_SYMBOLS


def test_the_current_entry_goes_round(state):
    state.move(-1)
    assert state.entry == SAVE
    state.move(1)
    assert state.entry == RUN
    state.point_at(2)
    assert state.entry == LOG
    state.point_at(9)
    assert state.entry == LOG


def test_where_nothing_is_found_nothing_is_current(state):
    state.look_for("zzzz")
    state.move(1)
    assert state.entry is None


def test_typing_makes_the_best_entry_the_current_one(state):
    state.move(2)
    state.look_for("sav")
    assert state.entry == SAVE


def test_new_entries_are_looked_through_for_what_is_typed(state):
    state.look_for("evid")
    state.set_entries([Entry("evidence", "Go to evidence")])
    assert state.entry.id == "evidence"


def test_not_more_is_shown_than_anybody_reads(state):
    state.set_entries([Entry(str(number), f"Scan number {number}") for number in range(300)])
    state.look_for("scan")
    assert len(state.found) == MOST_SHOWN


@pytest.mark.parametrize(
    ("entry", "spoken"),
    [
        (RUN, "Run scan, Scan, F5"),
        (LOG, "Log scale, Chart, on"),
        (Entry("x", "Auto-scale", is_on=False), "Auto-scale, off"),
        (CANCEL, "Cancel scan, Scan, not available now"),
    ],
)
def test_screen_readers_hear_all_of_an_entry(entry, spoken):
    assert entry.spoken == spoken
