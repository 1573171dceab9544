from __future__ import annotations

import numpy as np

from engine.scan.live.store import ArrayStore


def array(count: int) -> np.ndarray:
    return np.zeros(count)


def test_what_is_put_in_comes_out_by_term_and_block():
    store = ArrayStore(10_000, bars=10)
    kept = array(10)
    store.put((1, None), 0, kept)
    assert store.get((1, None), 0) is kept
    assert store.get((1, None), 1) is None
    assert store.get((2, None), 0) is None
    assert store.size == 80


def test_the_terms_that_were_needed_longest_ago_make_room():
    store = ArrayStore(240, bars=10)
    for term in (1, 2, 3):
        store.begin([(term, None)])
        store.put((term, None), 0, array(10))
    store.begin([(1, None), (4, None)])
    store.put((4, None), 0, array(10))
    assert store.get((2, None), 0) is None
    assert store.get((1, None), 0) is not None
    assert store.get((3, None), 0) is not None
    assert store.size == 240


def test_what_is_needed_now_is_not_dropped_for_more_of_it():
    store = ArrayStore(160, bars=10)
    store.begin([(1, None), (2, None)])
    for block in range(4):
        store.put((1, None), block, array(10))
    assert [store.get((1, None), block) is not None for block in range(4)] == [True, True, False, False]
    store.put((2, None), 0, array(10))
    assert store.get((2, None), 0) is None


def test_several_outputs_count_together_and_clearing_frees_all():
    store = ArrayStore(10_000, bars=10)
    store.put((1, None), 0, (array(10), np.zeros(10, np.int8)))
    assert store.size == 90
    store.clear()
    assert (store.size, store.get((1, None), 0)) == (0, None)


def test_rows_of_one_term_are_one_piece_of_memory():
    store = ArrayStore(10_000, bars=10)
    first, second = (
        store.blank((1, 0), slice(0, 4), np.float64),
        store.blank((1, 0), slice(4, 10), np.float64),
    )
    assert (len(first), len(second)) == (4, 6)
    assert first.base is second.base
    assert store.blank((1, 1), slice(0, 4), np.int8).base is not first.base
    store.begin([])
    assert store.blank((1, 0), slice(0, 4), np.float64).base is not first.base


def test_memory_for_all_rows_is_not_asked_for_where_it_could_not_be_kept():
    store = ArrayStore(79, bars=10)
    assert store.blank((1, 0), slice(2, 4), np.float64).base is None
    assert store.blank((1, 0), slice(2, 4), np.int8).base is not None


def test_what_is_not_needed_makes_room_for_a_piece():
    store = ArrayStore(80, bars=10)
    store.put((1, None), 0, array(10))
    assert store.blank((2, 0), slice(0, 4), np.float64).base is not None
    assert store.get((1, None), 0) is None
