"""Every pair is measured once, on the last bars that both symbols have, and on no others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.pairs.alignment import Alignment

MASKS = st.tuples(st.integers(2, 9), st.integers(1, 40)).flatmap(lambda shape: arrays.arrays(bool, shape))


def panel_of(has_bar):
    return np.where(has_bar, np.arange(has_bar.shape[1], dtype=float)[None, :], np.nan)


def windows(panel, window, rows):
    """Return the columns of each pair's window, and fail when a pair comes twice."""
    found = {}
    for block in Alignment(panel, window).blocks(rows):
        for first in block.first.tolist():
            for second in block.second.tolist():
                if second > first:
                    assert (first, second) not in found
                    found[first, second] = block.bars.tolist()
    return found


@given(MASKS, st.integers(1, 50), st.data())
def test_the_window_of_each_pair_is_its_last_common_bars(has_bar, window, data):
    symbols = len(has_bar)
    start = data.draw(st.integers(0, symbols - 2))
    rows = range(start, data.draw(st.integers(start + 1, symbols - 1)))
    expected = {
        (a, b): np.flatnonzero(has_bar[a] & has_bar[b])[-window:].tolist()
        for a in rows
        for b in range(a + 1, symbols)
    }
    assert windows(panel_of(has_bar), window, rows) == expected


def test_symbols_without_gaps_go_together_in_one_block():
    has_bar = np.ones((6, 100), dtype=bool)
    has_bar[2, :50] = False
    (block,) = Alignment(panel_of(has_bar), 20).blocks(range(5))
    assert (len(block.first), len(block.second), block.bars.tolist()) == (5, 5, list(range(80, 100)))


@pytest.mark.parametrize("rows", [range(1), range(1, 3), range(3)])
def test_molecules_do_not_disturb_each_other(rows):
    has_bar = np.random.default_rng(3).random((4, 60)) < 0.7
    alignment = Alignment(panel_of(has_bar), 10)
    before = [block.bars.tolist() for block in alignment.blocks(rows)]
    list(alignment.blocks(range(3)))
    assert [block.bars.tolist() for block in alignment.blocks(rows)] == before
