"""Columns that grow."""

from __future__ import annotations

import numpy as np

from gui.results.column_data import GrowingArray


def test_many_small_appends_move_what_is_there_a_few_times_only():
    array: GrowingArray[np.float64] = GrowingArray(np.float64)
    rooms, piece = [], np.arange(500.0)
    for _ in range(400):
        array.extend(piece)
        if not rooms or array.values.base is not rooms[-1]:
            rooms.append(array.values.base)
    assert len(array) == 200_000
    # 200,000 are reached from 1,024 by doubling eight times.
    assert len(rooms) <= 9
    assert np.array_equal(array.values, np.tile(piece, 400))
