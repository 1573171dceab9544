"""Which scans caught a symbol: kept runs and scans that were never run answer together."""

from __future__ import annotations

from datetime import date

import pytest

from engine.data.opening import open_repository
from engine.errors import UnknownNameError
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.scan.runs.store import RunStore
from gui.bridge.saved_look import SavedScans, saved_sources
from gui.bridge.symbol_look import Question, ask

UNTIL = date(2026, 12, 31)


@pytest.fixture
def store(tmp_path, universe) -> RunStore:
    made = RunStore(tmp_path / "runs")
    with ProcessingEngine(open_repository(str(universe)), backend="inline", runs=made) as engine:
        engine.run(ProcessingJob("close > 0"))
    return made


@pytest.fixture
def symbol(universe) -> str:
    return open_repository(universe).symbols()[0]


def test_the_question_counts_its_last_day():
    assert Question("AAA", 1, UNTIL).since == UNTIL
    assert Question("AAA", 30, UNTIL).since == date(2026, 12, 2)


def test_runs_and_scans_that_were_never_run_answer_together(store, universe, symbol):
    saved = SavedScans(saved_sources(()), str(universe))
    answer = ask(Question(symbol.lower(), 365, UNTIL), store, saved)
    assert answer.symbol == symbol
    assert {each.title for each in answer.caught} == {"close > 0"}
    assert len(answer.unrun) == 10


@pytest.mark.parametrize("address", ["", "/no/such/folder"], ids=["no data", "data that is gone"])
def test_without_data_the_runs_answer_alone(store, symbol, address):
    answer = ask(Question(symbol, 365, UNTIL), store, SavedScans(saved_sources(()), address))
    assert answer.caught
    assert answer.unrun == ()


def test_a_symbol_that_only_the_data_knows_is_answered(tmp_path, universe, symbol):
    saved = SavedScans(saved_sources(()), str(universe))
    answer = ask(Question(symbol.lower(), 365, UNTIL), RunStore(tmp_path / "none"), saved)
    assert (answer.symbol, answer.caught, len(answer.unrun)) == (symbol, (), 10)


def test_a_symbol_that_nobody_knows_is_refused(store, universe):
    with pytest.raises(UnknownNameError, match="NOBODY"):
        ask(Question("NOBODY", 30, UNTIL), store, SavedScans(saved_sources(()), str(universe)))
