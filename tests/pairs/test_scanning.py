"""The whole pair scan against the slow way, and what it does when something goes wrong."""

from __future__ import annotations

import math
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.tsa.stattools import coint

from engine.data.opening import open_repository
from engine.data.repository import InMemoryCandleRepository
from engine.errors import BackendError, DataError, JobError
from engine.execution.backend import CancelFlag, ErrorInfo, Status
from engine.execution.inline import InlineBackend
from engine.execution.pool import SupervisedPool
from engine.pairs.job import PairJob
from engine.pairs.measures import measures
from engine.pairs.scanning import WORKER_IMPORTS, pairs_of, scan_pairs, triangle


class Spoiling:
    """An inline backend on which some items end badly."""

    def __init__(self, spoilt, **changes):
        self.workers = 1
        self._spoilt = spoilt
        self._changes = {"value": None, **changes}

    def run(self, task, items, **options):
        for outcome in InlineBackend().run(task, items, **options):
            yield replace(outcome, **self._changes) if outcome.key in self._spoilt else outcome

    def close(self, grace=2.0):
        pass


@pytest.fixture
def small_molecules(monkeypatch):
    for measure in list(measures):
        monkeypatch.setitem(measures._things, measure.name, replace(measure, molecule_pairs=5))


def scanned(repository, backend=None, **values):
    return scan_pairs(repository, PairJob(**values), backend or InlineBackend())


def rows(result):
    return result.table.to_pylist()


def slow_correlation(logs):
    with np.errstate(invalid="ignore", divide="ignore"):
        returns = np.diff(logs, axis=0)
        moves = returns.std(axis=0) > 1e-12
        return {"correlation": np.corrcoef(returns.T)[0, 1] if moves.all() else None}


def slow_spread(logs):
    a, b = logs.T
    if b.std() < 1e-12:
        return {"beta": None, "spread": None, "zscore": None}
    slope, constant = np.polyfit(b, a, 1)
    rest = a - slope * b - constant
    known = rest.std() > 1e-6 * a.std() and a.std() > 1e-12
    flat = (
        {"spread": rest[-1], "zscore": rest[-1] / rest.std()} if known else {"spread": None, "zscore": None}
    )
    return {"beta": slope, **flat}


def slow_cointegration(logs):
    a, b = logs.T
    unknown = {"statistic": None, "pvalue": None}
    if min(a.std(), b.std()) < 1e-12 or np.corrcoef(a, b)[0, 1] ** 2 > 1 - 1.4e-6:
        return unknown
    ways = [coint(a, b, autolag="aic")[:2], coint(b, a, autolag="aic")[:2]]
    return dict(zip(unknown, min(ways), strict=True))


@pytest.mark.parametrize(
    ("measure", "slow", "window"),
    [
        ("correlation", slow_correlation, 100),
        ("correlation", slow_correlation, 10_000),
        ("spread", slow_spread, 100),
        ("spread", slow_spread, 252),
        ("cointegration", slow_cointegration, 120),
    ],
)
def test_every_pair_has_the_numbers_of_the_slow_way(universe, each_pair, measure, slow, window):
    result = scanned(universe, measure=measure, window=window)
    expected = list(each_pair(window))
    assert [(row["symbol_a"], row["symbol_b"]) for row in rows(result)] == [(a, b) for a, b, _, _ in expected]
    known = 0
    for row, (a, b, days, logs) in zip(rows(result), expected, strict=True):
        assert row["overlap"] == len(days)
        assert row["timestamp"] == (days[-1].to_pydatetime() if len(days) else None)
        for name, value in slow(logs).items() if len(days) >= 60 else ():
            known += value is not None
            wanted = value if value is None else pytest.approx(value, rel=1e-6, abs=1e-9)
            assert row[name] == wanted, (a, b, name)
        if len(days) < 60:
            assert all(row[column.name] is None for column in measures.get(measure).columns), (a, b)
    assert known > 30
    assert result.complete
    assert result.pairs == len(expected) == 66


def test_the_table_is_the_same_for_any_number_of_workers(universe, small_molecules):
    tables = {"correlation": [], "spread": []}
    for workers in (1, 2):
        with closing(SupervisedPool(workers, initial_imports=WORKER_IMPORTS)) as pool:
            for measure, found in tables.items():
                result = scan_pairs(universe, PairJob(measure, window=100), pool, timeout=60.0)
                assert result.complete
                found.append(result.table)
    for one, two in tables.values():
        assert one.equals(two)
        assert one.num_rows == 66


def test_workers_find_the_cointegration_that_this_process_finds(universe):
    some = {"measure": "cointegration", "window": 100, "symbols": ("BASE", "FOLLOW", "FREE", "LATE")}
    with closing(SupervisedPool(1, initial_imports=WORKER_IMPORTS)) as pool:
        there = rows(scanned(universe, pool, **some))
    for row, here in zip(there, rows(scanned(universe, **some)), strict=True):
        numbers = {"beta", "statistic", "pvalue"}
        assert row == {
            name: pytest.approx(value) if name in numbers else value for name, value in here.items()
        }
    assert len(there) == 6


def test_a_symbol_that_is_too_short_is_left_out_and_does_not_make_the_result_partial(universe):
    result = scanned(universe)
    (short,) = result.left_out
    assert (short.symbol, short.failed) == ("SHORT", False)
    assert short.reason == "It has 30 bars in the dates, and a pair needs 60."
    assert "SHORT" not in result.symbols
    assert result.complete


def test_a_pair_does_not_depend_on_who_else_is_in_the_universe(universe):
    alone = rows(scanned(universe, symbols=("BASE", "FREE"), window=90))
    (among,) = [
        row
        for row in rows(scanned(universe, window=90))
        if row["symbol_b"] == "FREE" and row["symbol_a"] == "BASE"
    ]
    assert alone == [{**among, "correlation": pytest.approx(among["correlation"], rel=1e-12)}]


@pytest.mark.parametrize("measure", ["correlation", "spread", "cointegration"])
def test_bars_after_the_end_change_nothing(closes, repository_of, measure):
    end = date(2021, 5, 31)
    known = {symbol: close[close.index.date <= end] for symbol, close in closes.items()}
    changed = {symbol: close.where(close.index.date <= end, close * 7) for symbol, close in closes.items()}
    tables = [
        scanned(repository_of(each), measure=measure, window=90, end=end).table for each in (known, changed)
    ]
    assert tables[0].equals(tables[1])
    assert tables[0].num_rows == 66


def test_the_strongest_pairs_come_first_and_the_unknown_not_at_all(universe, small_molecules):
    everything = rows(scanned(universe, window=100))
    top = rows(scanned(universe, window=100, top=7))
    known = [row for row in everything if row["correlation"] is not None]
    ranked = sorted(known, key=lambda row: (-abs(row["correlation"]), row["symbol_a"], row["symbol_b"]))
    assert top == ranked[:7]
    assert rows(scanned(universe, window=100, top=1000)) == ranked


def test_a_molecule_that_crashes_is_missing_and_its_neighbours_are_there(universe, small_molecules):
    backend = Spoiling({"rows 0 to 0"}, status=Status.CRASH, exit_code=-9)
    result = scanned(universe, backend)
    assert (result.complete, result.missing, result.pairs) == (False, 11, 66)
    assert result.table.num_rows == 55
    (crashed,) = [each for each in result.outcomes if each.status is not Status.OK]
    assert (crashed.rows, crashed.pairs) == (range(1), 11)
    assert crashed.error == "Its worker process died (signal SIGKILL)."
    assert sum(each.pairs for each in result.outcomes) == 66


def test_a_symbol_that_cannot_be_read_is_left_out_and_the_result_is_partial(universe):
    error = ErrorInfo("DataError", "The file is torn: ingest it again.", "")
    result = scanned(universe, Spoiling({"FREE"}, status=Status.ERROR, error=error))
    assert [(each.symbol, each.reason, each.failed) for each in result.left_out] == [
        ("FREE", "The file is torn: ingest it again.", True),
        ("SHORT", "It has 30 bars in the dates, and a pair needs 60.", False),
    ]
    assert not result.complete
    assert result.pairs == result.table.num_rows == 55


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": Status.TIMEOUT}, "Took longer than 5 s; its worker was stopped and replaced."),
        ({"status": Status.ERROR, "error": ErrorInfo("ValueError", "no")}, "ValueError: no"),
        ({"status": Status.CRASH, "exit_code": None}, "Its worker process died (exit code unknown)."),
    ],
)
def test_every_bad_end_has_a_sentence(universe, changes, words):
    result = scan_pairs(universe, PairJob(), Spoiling({"FREE"}, **changes), timeout=5.0)
    assert result.left_out[0].reason == words


def test_a_cancel_keeps_what_is_finished_and_every_molecule_has_an_outcome(universe, small_molecules):
    flag = CancelFlag()

    def stop_half_way(what, completed, total):
        if what == "pairs" and completed > total / 2:
            flag.set()

    result = scan_pairs(universe, PairJob(), InlineBackend(), cancel=flag, progress=stop_half_way)
    ends = [each.status for each in result.outcomes]
    assert set(ends) == {Status.OK, Status.CANCELLED}
    assert [row for each in result.outcomes for row in each.rows] == list(range(11))
    assert 0 < result.table.num_rows == result.pairs - result.missing < 66
    assert not result.complete


def test_a_cancel_while_reading_gives_an_empty_table_of_the_same_shape(universe):
    flag = CancelFlag()
    flag.set()
    result = scan_pairs(universe, PairJob("cointegration"), InlineBackend(), cancel=flag)
    assert (result.table.num_rows, result.complete) == (0, False)
    assert result.table.schema == scanned(universe, measure="cointegration").table.schema


def test_progress_counts_symbols_then_pairs_up_to_their_totals(universe, small_molecules):
    heard = []
    scan_pairs(universe, PairJob(), InlineBackend(), progress=lambda *news: heard.append(news))
    symbols = [completed for what, completed, _ in heard if what == "symbols"]
    pairs = [completed for what, completed, _ in heard if what == "pairs"]
    assert symbols == list(range(1, 14))
    assert pairs == sorted(pairs)
    assert pairs[-1] == 66
    assert {(what, total) for what, _, total in heard} == {("symbols", 13), ("pairs", 66)}


@pytest.mark.parametrize("fails", [False, True])
def test_the_shared_file_is_gone_afterwards(universe, tmp_path, monkeypatch, fails):
    assert universe.address
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen = []

    def look(what, completed, total):
        seen.extend(path.name for path in tmp_path.rglob("*.npy"))
        if what == "pairs" and fails:
            raise BackendError("enough")

    if fails:
        with pytest.raises(BackendError):
            scan_pairs(universe, PairJob(), InlineBackend(), progress=look)
    else:
        scan_pairs(universe, PairJob(), InlineBackend(), progress=look)
    assert seen == ["closes.npy"]
    assert list(tmp_path.iterdir()) == []


def test_symbols_that_are_not_there_are_named(universe):
    with pytest.raises(JobError, match=r"'FREEE' \(did you mean 'FREE'\?\)"):
        scanned(universe, symbols=("BASE", "FREEE"))


def test_a_single_usable_symbol_makes_no_pair(universe):
    with pytest.raises(JobError, match="A pair needs two symbols, and 1 can be used"):
        scanned(universe, symbols=("BASE", "SHORT"))


def test_a_folder_that_is_not_there_is_a_data_error(tmp_path):
    with pytest.raises(DataError):
        scanned(open_repository(tmp_path / "nowhere"))


def test_dates_limit_the_bars_that_count(universe, closes):
    result = scanned(
        universe, symbols=("BASE", "FREE"), start=date(2020, 2, 3), end=date(2020, 6, 30), window=1000
    )
    (row,) = rows(result)
    days = closes["BASE"].loc["2020-02-03":"2020-06-30"].index
    assert row["overlap"] == len(days)
    assert row["timestamp"] == days[-1].to_pydatetime()


@given(st.integers(2, 400), st.integers(1, 9000))
def test_the_triangle_is_cut_into_molecules_that_hold_every_row_once(symbols, each):
    parts = triangle(symbols, each)
    assert [row for part in parts for row in part] == list(range(symbols - 1))
    pairs = [pairs_of(part, symbols) for part in parts]
    assert sum(pairs) == symbols * (symbols - 1) // 2
    # Boundaries are rounded by half a row, and no row has more pairs than there are other symbols.
    assert max(pairs) <= each + symbols
    assert len(parts) <= math.ceil(sum(pairs) / each)


def test_an_empty_repository_says_that_there_is_no_pair():
    with pytest.raises(JobError, match="A pair needs two symbols"):
        scanned(InMemoryCandleRepository({}))
