from __future__ import annotations

import numpy as np
import pytest

from engine.data.spill import HeldBars, SpilledCandleRepository, write_spill
from engine.errors import DataError
from engine.market.bars import Bars
from engine.testing import generate_test_bars


@pytest.fixture
def spilled(tmp_path):
    held = {
        symbol: HeldBars.of(generate_test_bars(symbol, count)) for symbol, count in (("AAA", 5), ("BBB", 7))
    }
    held["NONE"] = HeldBars.of(Bars.empty("NONE"))
    held["BAD"] = HeldBars.broken("BAD", "The bars of BAD are bad.")
    write_spill(held, tmp_path / "bars.arrow")
    return SpilledCandleRepository(tmp_path / "bars.arrow")


def test_each_symbol_is_a_slice_of_one_mapped_file(spilled, rows_of):
    one, two = spilled.read_raw("AAA"), spilled.read_raw("BBB")
    assert rows_of(one) == rows_of(generate_test_bars("AAA", 5))
    assert rows_of(two) == rows_of(generate_test_bars("BBB", 7))
    # Nothing is copied: the next symbol begins where this one ends.
    assert two.close.__array_interface__["data"][0] - one.close.__array_interface__["data"][0] == 5 * 8


def test_a_symbol_without_rows_has_none(spilled):
    assert len(spilled.read_raw("NONE")) == 0


def test_a_fault_keeps_its_words(spilled):
    with pytest.raises(DataError, match=r"^The bars of BAD are bad\.$"):
        spilled.read_raw("BAD")


def test_mapped_bars_cannot_be_written_into(spilled):
    with pytest.raises(ValueError, match="read-only"):
        spilled.read_raw("AAA").close[0] = 1.0


def test_bars_outlive_the_file_and_the_repository(spilled, rows_of):
    bars = spilled.read_raw("AAA")
    spilled.path.unlink()
    del spilled
    assert np.isfinite(bars.close).all()


@pytest.mark.parametrize("contents", [None, b"", b"ARROW1 and rubbish"], ids=["missing", "empty", "rubbish"])
def test_a_file_that_is_gone_says_so(tmp_path, contents):
    if contents is not None:
        (tmp_path / "x.arrow").write_bytes(contents)
    with pytest.raises(DataError, match="The bars in memory are gone"):
        SpilledCandleRepository(tmp_path / "x.arrow").symbols()
