"""A generation stays open from run to run, and what is not as it was is opened anew."""

from __future__ import annotations

import pytest

from engine.data.snapshot_block import pack_block
from engine.data.snapshot_files import ShardWriter
from engine.data.snapshot_generation import open_generation
from engine.data.snapshot_table import Entry, Stamp, Table
from engine.market.quality import QualityReport
from engine.testing import generate_test_bars

BARS = generate_test_bars("A", 30)


@pytest.fixture
def path(tmp_path):
    """A table of one symbol with bars and one without."""
    writer = ShardWriter(tmp_path)
    place = writer.add(pack_block(BARS))
    shard = writer.finish()
    entries = {
        "A": Entry(Stamp("a", 1), place, QualityReport(30, 30)),
        "EMPTY": Entry(Stamp("b", 1), None, QualityReport(2, 0, {"no_time": 2})),
    }
    table = tmp_path / "table-00000001-000000000000"
    table.write_bytes(Table.of("/bars", (shard,), entries).encode())
    return table


def test_a_symbols_bars_are_made_once(path):
    bars, report = open_generation(path).bars(0, "A")
    assert bars.close.tolist() == BARS.close.tolist()
    assert report.rows == 30
    assert open_generation(path).bars(0, "A")[0] is bars


def test_a_symbol_without_bars_has_its_report(path):
    bars, report = open_generation(path).bars(1, "EMPTY")
    assert len(bars) == 0
    assert report.masked == {"no_time": 2}


def test_that_bars_are_daily_is_found_out_once(path, monkeypatch):
    generation = open_generation(path)
    bars, _ = generation.bars(0, "A")
    assert generation.daily(0, bars) is bars
    monkeypatch.setattr("engine.data.snapshot_generation.resample", None)
    assert generation.daily(0, bars) is bars


def test_a_shard_that_was_replaced_is_mapped_anew(path):
    generation = open_generation(path)
    bars, _ = generation.bars(0, "A")
    [shard] = path.parent.glob("bars-*")
    data = shard.read_bytes()
    shard.unlink()
    assert open_generation(path).bars(0, "A") is None
    shard.write_bytes(data)
    again, _ = open_generation(path).bars(0, "A")
    assert again is not bars
    assert again.close.tolist() == bars.close.tolist()


def test_a_table_of_other_contents_is_another_generation(path):
    generation = open_generation(path)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert open_generation(path) is None
    data[-1] ^= 1
    path.write_bytes(data)
    assert open_generation(path).table.rows == generation.table.rows


def test_a_table_that_is_not_there_is_none(tmp_path):
    assert open_generation(tmp_path / "gone") is None
