from __future__ import annotations

import dataclasses
import pickle

import numpy as np
import pytest

from engine.market.bars import FIELDS, Bars
from engine.testing import generate_test_bars


def test_a_slice_shares_memory_and_a_mask_copies():
    bars = generate_test_bars("T", 10)
    assert np.shares_memory(bars.take(slice(2, 5)).close, bars.close)
    assert not np.shares_memory(bars.take(bars.close > 0).close, bars.close)


def test_take_cuts_every_array_alike():
    part = generate_test_bars("T", 10).take(slice(2, 5))
    assert part.symbol == "T"
    assert {len(part), len(part.timestamp), *(len(part.field(name)) for name in FIELDS)} == {3}


def test_an_empty_symbol_has_typed_arrays():
    nothing = Bars.empty("T")
    assert len(nothing) == 0
    assert nothing.timestamp.dtype == np.dtype("datetime64[us]")
    assert nothing.close.dtype == np.float64


def test_bars_are_frozen_and_survive_pickling():
    bars = generate_test_bars("T", 3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        bars.symbol = "U"
    assert pickle.loads(pickle.dumps(bars)).close.tolist() == bars.close.tolist()


def test_the_checksum_is_worked_out_once_and_is_that_of_every_value():
    bars = generate_test_bars("A", 30)
    assert bars.checksum() == generate_test_bars("A", 30).checksum() == bars.take(slice(None)).checksum()
    assert bars.checksum() != dataclasses.replace(bars, volume=bars.volume + 1).checksum()
    bars.close[3] += 1.0
    assert bars.checksum() == generate_test_bars("A", 30).checksum()
