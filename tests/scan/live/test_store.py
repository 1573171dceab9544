from __future__ import annotations

import numpy as np

from engine.scan.live.store import ArrayStore


def array(count: int) -> np.ndarray:
    return np.zeros(count)


def test_what_is_put_in_comes_out_by_term_and_block():
    store = ArrayStore(10_000)
    kept = array(10)
    store.put((1, None), 0, kept)
    assert store.get((1, None), 0) is kept
    assert store.get((1, None), 1) is None
    assert store.get((2, None), 0) is None
    assert store.size == 80


def test_the_terms_that_were_needed_longest_ago_make_room():
    store = ArrayStore(240)
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
    store = ArrayStore(160)
    store.begin([(1, None), (2, None)])
    for block in range(4):
        store.put((1, None), block, array(10))
    assert [store.get((1, None), block) is not None for block in range(4)] == [True, True, False, False]
    store.put((2, None), 0, array(10))
    assert store.get((2, None), 0) is None


def test_several_outputs_count_together_and_clearing_frees_all():
    store = ArrayStore(10_000)
    store.put((1, None), 0, (array(10), np.zeros(10, np.int8)))
    assert store.size == 90
    store.clear()
    assert (store.size, store.get((1, None), 0)) == (0, None)
