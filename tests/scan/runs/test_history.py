"""What kept runs say together, on bars made for the purpose."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from engine.data.repository import InMemoryCandleRepository
from engine.errors import RunError, UnknownNameError
from engine.scan.job import DateRange, ProcessingJob
from engine.scan.runs.history import catches, compare, held_symbols

HIGH = ProcessingJob("close > 100")
UNTIL = date(2024, 1, 10)


def bars(*close: float) -> pd.DataFrame:
    day = pd.date_range("2024-01-01", periods=len(close))
    return pd.DataFrame({"date": day, "open": close, "high": close, "low": close, "close": close})


@pytest.fixture
def market():
    opened = []

    def make(**closes: tuple[float, ...]) -> InMemoryCandleRepository:
        opened.append(InMemoryCandleRepository({name: bars(*close) for name, close in closes.items()}))
        return opened[-1]

    yield make
    for repository in opened:
        repository.close()


@pytest.fixture
def at_one_place(monkeypatch):
    """Let repositories of a test pass for one place whose bars change."""
    monkeypatch.setattr("engine.scan.processing.without_password", lambda _: "bars")


def test_a_symbol_is_caught_on_the_days_of_its_matches(market, scan, store) -> None:
    repository = market(A=(101, 1, 102, 1, 1, 1, 1, 103, 104, 1), B=(1,) * 10)
    scan(repository, HIGH)
    run = store.find("last").id
    found = catches(store, "A", 3, UNTIL)
    assert [(each.timestamp.day, each.run_id, each.title, each.formula) for each in found] == [
        (9, run, "close > 100", ""),
        (8, run, "close > 100", ""),
    ]
    assert [each.timestamp.day for each in catches(store, "A", 8, UNTIL)] == [9, 8, 3]
    assert catches(store, "A", 3, date(2024, 1, 8))[0].timestamp.day == 8
    assert catches(store, "B", 1000, UNTIL) == ()


def test_a_match_comes_once_however_many_runs_have_it(market, scan, store) -> None:
    repository = market(A=(1, 101))
    for job in (HIGH, ProcessingJob("close > 100", symbols=("A",)), ProcessingJob("close > 99")):
        scan(repository, job)
    assert [each.title for each in catches(store, "A", 100, UNTIL)] == ["close > 99", "close > 100"]


def test_of_several_formulas_each_is_named(market, scan, store) -> None:
    scan(market(A=(1, 101)), ProcessingJob(formulas={"high": "close > 100", "any": "close > 0"}))
    assert {(each.formula, each.timestamp.day) for each in catches(store, "A", 100, UNTIL)} == {
        ("high", 2),
        ("any", 1),
        ("any", 2),
    }


def test_a_symbol_that_no_run_has_scanned_is_said(market, scan, store) -> None:
    scan(market(ABC=(1, 101)), HIGH)
    with pytest.raises(UnknownNameError, match="Did you mean 'ABC'"):
        catches(store, "ABD", 10, UNTIL)


def test_symbols_enter_stay_and_leave(market, scan, store, at_one_place) -> None:
    scan(market(IN=(1, 1), STAY=(1, 101), OUT=(1, 101), NEVER=(1, 1), GONE=(1, 101)), HIGH)
    then = store.find("last").id
    scan(market(IN=(1, 1, 101), STAY=(1, 1, 101), OUT=(1, 101, 1), NEVER=(101, 1, 1), NEW=(1, 101)), HIGH)
    found = compare(store, "last")
    assert found.previous_id == then
    assert (found.entered, found.persisting, found.left) == (("IN",), ("STAY",), ("OUT",))
    assert [str(each)[:10] for each in found.left_held] == ["2024-01-02"]
    assert found.undecided == ("GONE", "NEW")
    assert held_symbols(store, "last") == ("IN", "NEW", "STAY")


def test_other_dates_symbols_and_columns_are_the_same_scan(market, scan, store, at_one_place) -> None:
    repository = market(A=(1, 101), B=(1, 1))
    scan(repository, HIGH)
    then = store.find("last").id
    scan(repository, ProcessingJob("close > 99"))
    scan(repository, ProcessingJob("close  >  100", {"open": "open"}, date_range=DateRange(date(2024, 1, 1))))
    assert compare(store, "last").previous_id == then
    with pytest.raises(RunError, match="of different scans"):
        compare(store, "last", store.list_runs()[1].id)


def test_the_first_run_of_a_scan_has_nothing_to_be_compared_with(market, scan, interrupt, store) -> None:
    repository = market(A=(1, 101), B=(1, 1))
    interrupt(repository, HIGH, 1)
    interrupted = store.find("last").id
    with pytest.raises(RunError, match="only runs that have ended"):
        compare(store, "last")
    scan(repository, HIGH)
    with pytest.raises(RunError, match="first of its scan"):
        compare(store, "last")
    with pytest.raises(RunError, match="is interrupted"):
        compare(store, "last", interrupted)
