from __future__ import annotations

import random

import pytest

from engine.data import snapshot_table
from engine.data.snapshot_block import Place
from engine.data.snapshot_table import Entry, Stamp, Table
from engine.market.quality import QualityReport


def entry(number: int, place: Place | None = None) -> Entry:
    stamp = Stamp(f"symbol=S{number}/bars.parquet\0{number}\0{number * 7}\n", number * 11)
    report = QualityReport(number + 3, number, {"no_time": 2, "duplicate": 1}, bool(number % 2), number)
    return Entry(stamp, place, report)


ENTRIES = {
    "AAA": entry(1, Place(0, 400, 80, 10, 2**32 - 1)),
    "005930": entry(2, Place(1, 2**40, 88, 11, 0)),
    "BRK/B": entry(3),
    "NO": entry(4, Place(0, 1000, 80, 10, 17))._replace(quality=QualityReport(10, 10)),
    "Ä\udc80": entry(5),
}


def table() -> Table:
    return Table.of("/data/bars", ("one.arrow", "two.arrow"), ENTRIES)


def test_a_table_comes_back_from_its_file():
    back = Table.decode(table().encode())
    assert back.entries() == ENTRIES
    assert back.source == "/data/bars"
    assert back.shards == ("one.arrow", "two.arrow")
    assert list(back.rows) == list(ENTRIES)
    assert back.stamps() == [entry.stamp for entry in ENTRIES.values()]
    assert back.blocks == [("one.arrow", 400), ("two.arrow", 2**40), ("", 0), ("one.arrow", 1000), ("", 0)]
    assert back.sizes == [480, 528, 0, 480, 0]


def test_an_empty_table_comes_back_empty():
    assert Table.decode(Table.of("/x", (), {}).encode()).entries() == {}


def test_every_flipped_byte_makes_it_no_table():
    data = table().encode()
    for number in range(len(data)):
        damaged = bytearray(data)
        damaged[number] ^= random.Random(number).randrange(1, 256)
        assert Table.decode(bytes(damaged)) is None


def test_a_table_cut_off_anywhere_is_no_table():
    data = table().encode()
    assert [length for length in range(len(data)) if Table.decode(data[:length]) is not None] == []


def test_a_table_of_another_format_is_no_table(monkeypatch):
    data = table().encode()
    monkeypatch.setattr(snapshot_table, "format_key", lambda: "another")
    assert Table.decode(data) is None


def test_the_format_changes_with_the_code_that_makes_clean_bars(monkeypatch, tmp_path):
    before = snapshot_table.format_key()
    changed = tmp_path / "quality.py"
    changed.write_text("other = 1")
    monkeypatch.setattr("engine.market.quality.__file__", str(changed))
    snapshot_table.format_key.cache_clear()
    try:
        assert snapshot_table.format_key() != before
    finally:
        snapshot_table.format_key.cache_clear()


@pytest.mark.parametrize("symbol", ["A\x1eB", "AB"])
def test_a_name_that_no_table_can_hold_is_left_out(symbol):
    stamp = entry(1).stamp if "\x1e" in symbol else Stamp("symbol=AB/\x1e.parquet\0001\0002\n", 3)
    kept = Table.of("/x", (), {symbol: entry(1)._replace(stamp=stamp), "OK": entry(2)})
    assert list(Table.decode(kept.encode()).rows) == ["OK"]
