from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.snapshot_block import PREAMBLE, SCHEMA, Place, Shard, pack_block
from engine.market.bars import FIELDS, Bars
from engine.testing import generate_test_bars


def written(path, *bars: Bars) -> list[Place]:
    """Write a shard of these bars; return their places."""
    places, data = [], PREAMBLE
    for each in bars:
        block = pack_block(each)
        places.append(Place(0, len(data) + block.begin, block.stride, block.bars, block.checksum))
        data += block.message
    path.write_bytes(data)
    return places


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 63, 64, 65, 500])
def test_a_message_is_what_arrow_itself_would_write(count):
    bars = generate_test_bars("AAA", count)
    arrays = [pa.array(bars.timestamp), *(pa.array(bars.field(name)) for name in FIELDS)]
    batch = pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)
    assert pack_block(bars).message == batch.serialize().to_pybytes()


def test_a_shard_is_a_stream_that_any_arrow_program_can_read(tmp_path):
    both = [generate_test_bars("AAA", 9), generate_test_bars("BBB", 30)]
    written(tmp_path / "shard", *both)
    with pa.ipc.open_stream((tmp_path / "shard").read_bytes()) as stream:
        table = stream.read_all()
    assert table.column("close").to_pylist() == [*both[0].close, *both[1].close]
    assert table.column("timestamp").to_numpy().tolist()[:9] == both[0].timestamp.tolist()


def test_bars_come_back_as_slices_that_nobody_can_write_into(tmp_path, rows_of):
    given_bars = [generate_test_bars("AAA", 9), generate_test_bars("BBB", 30)]
    places = written(tmp_path / "shard", *given_bars)
    shard = Shard(tmp_path / "shard")
    for bars, place in zip(given_bars, places, strict=True):
        assert shard.holds(place)
        back = shard.bars(bars.symbol, place)
        assert rows_of(back) == rows_of(bars)
        assert not any(array.flags.writeable or array.flags.owndata for array in (back.timestamp, back.close))


@given(
    st.lists(
        st.tuples(*[st.floats(width=64) for _ in FIELDS], st.integers(-(2**62), 2**62)),
        min_size=1,
        max_size=20,
    )
)
def test_every_value_survives_bit_by_bit(tmp_path_factory, rows):
    *fields, when = zip(*rows, strict=True)
    times = np.array(when, np.int64).view("datetime64[us]")
    bars = Bars("X", times, *(np.array(values) for values in fields))
    path = tmp_path_factory.mktemp("shard") / "shard"
    (place,) = written(path, bars)
    back = Shard(path).bars("X", place)
    assert back.timestamp.tobytes() == bars.timestamp.tobytes()
    assert [back.field(name).tobytes() for name in FIELDS] == [bars.field(name).tobytes() for name in FIELDS]


def test_every_flipped_byte_of_the_values_is_noticed(tmp_path):
    (place,) = written(tmp_path / "shard", generate_test_bars("AAA", 12))
    sound = (tmp_path / "shard").read_bytes()
    for number in range(place.begin, place.begin + 6 * 12 * 8):
        damaged = bytearray(sound)
        damaged[number] ^= 1 << number % 8
        (tmp_path / f"shard{number}").write_bytes(damaged)
        assert not Shard(tmp_path / f"shard{number}").holds(place)


def test_a_shard_cut_off_anywhere_does_not_hold_the_block(tmp_path):
    (place,) = written(tmp_path / "shard", generate_test_bars("AAA", 12))
    sound = (tmp_path / "shard").read_bytes()
    for length in range(1, len(sound), 7):
        (tmp_path / f"shard{length}").write_bytes(sound[:length])
        assert not Shard(tmp_path / f"shard{length}").holds(place)


@pytest.mark.parametrize(
    "wrong",
    [{"begin": 0}, {"begin": -8}, {"bars": 0}, {"bars": 13}, {"stride": 8}, {"begin": 1 << 40}],
    ids=str,
)
def test_a_place_that_cannot_be_is_not_held(tmp_path, wrong):
    (place,) = written(tmp_path / "shard", generate_test_bars("AAA", 12))
    assert not Shard(tmp_path / "shard").holds(place._replace(**wrong))


def test_an_empty_or_missing_file_is_no_shard(tmp_path):
    (tmp_path / "empty").touch()
    with pytest.raises(ValueError, match="empty"):
        Shard(tmp_path / "empty")
    with pytest.raises(FileNotFoundError):
        Shard(tmp_path / "missing")
