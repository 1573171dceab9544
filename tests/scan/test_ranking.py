"""Percentiles by date: the definition, the file, and what becomes of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DataError
from engine.scan import ranking
from engine.scan.ranking import RankStore, percentiles
from engine.testing import generate_test_bars

NAN = float("nan")


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([3, 1, 2], [100, 0, 50]),
        ([1, 1, 2], [25, 25, 100]),
        ([7, 7, 7, 7], [50, 50, 50, 50]),
        ([5, NAN, 9], [0, NAN, 100]),
        ([5], [NAN]),
        ([NAN, 5], [NAN, NAN]),
        ([0.0, -0.0, 1.0], [25, 25, 100]),
        ([], []),
    ],
    ids=str,
)
def test_a_percentile_is_the_share_of_the_others_that_a_value_exceeds(values, wanted):
    found = percentiles(np.zeros(len(values), np.int64), np.array(values, float))
    np.testing.assert_array_equal(found, wanted)


ROWS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from([NAN, -1.0, 0.0, 0.5, 2.0])), max_size=40)


@given(ROWS)
def test_percentiles_are_those_of_a_loop_over_pairs(rows):
    periods = np.array([period for period, _ in rows], np.int64)
    values = np.array([value for _, value in rows], float)
    wanted = []
    for number, (period, value) in enumerate(rows):
        others = [
            v for place, (p, v) in enumerate(rows) if p == period and place != number and not np.isnan(v)
        ]
        below = sum((v < value) + (v == value) / 2 for v in others)
        wanted.append(100 * below / len(others) if others and not np.isnan(value) else NAN)
    np.testing.assert_allclose(percentiles(periods, values), wanted, rtol=1e-14)


def store_of(
    panel: dict[str, tuple[list[int], list[float]]], order, store: RankStore
) -> dict[str, list[float]]:
    ranking_pass = store.begin([0])
    for symbol in order:
        periods, values = panel[symbol]
        ranking_pass.add(symbol, np.array(periods, np.int64), [np.array(values, float)])
    list(ranking_pass.finish())
    return {
        symbol: store.tables[0].of(generate_test_bars(symbol, len(panel[symbol][0]))).tolist()
        for symbol in panel
    }


def test_neither_the_order_of_symbols_nor_the_blocks_of_dates_matter(monkeypatch):
    random = np.random.default_rng(5)
    panel = {
        f"S{number}": (
            sorted(random.choice(200, 80, replace=False).tolist()),
            random.integers(0, 9, 80).astype(float).tolist(),
        )
        for number in range(12)
    }
    with RankStore() as store:
        whole = store_of(panel, list(panel), store)
    monkeypatch.setattr(ranking, "BLOCK_VALUES", 37)
    with RankStore() as store:
        other = store_of(panel, list(reversed(panel)), store)
    for symbol in panel:
        np.testing.assert_array_equal(other[symbol], whole[symbol])


def test_symbols_without_bars_are_no_trouble():
    with RankStore() as store:
        assert store_of({"A": ([], []), "B": ([3], [1.0]), "C": ([3], [2.0])}, "ABC", store) == {
            "A": [],
            "B": [0.0],
            "C": [100.0],
        }
    with RankStore() as store:
        assert store_of({"A": ([], [])}, "A", store) == {"A": []}


def test_bars_that_changed_in_between_are_an_error():
    with RankStore() as store:
        store_of({"A": ([3], [1.0])}, "A", store)
        with pytest.raises(DataError, match="bars of A changed"):
            store.tables[0].of(generate_test_bars("A", 2))


def test_the_folder_goes_with_the_store_also_after_an_error():
    folders = []
    with pytest.raises(RuntimeError), RankStore() as store:
        store.begin([0]).close()
        folders.append(store.folder)
        assert folders[0].is_dir()
        raise RuntimeError
    assert not folders[0].exists()
