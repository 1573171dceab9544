"""One symbol's clean bars as one block of a snapshot's shard, and back without a copy.

A shard is an Arrow IPC stream: the schema, then one record batch per symbol. Any Arrow program can read it; we
do not need one, because the table of the snapshot (``snapshot_table``) says where in the file the six columns
of a block lie. They follow one another at equal distances, so that a block is read by slicing a mapped file.

Not here: files (``snapshot_files``), and which block is whose (``snapshot_table``).
"""

from __future__ import annotations

import functools
import mmap
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from engine.data.arrow_arrays import array_of
from engine.market.bars import FIELDS, Bars

SCHEMA = pa.schema(
    [pa.field("timestamp", pa.timestamp("us")), *(pa.field(name, pa.float64()) for name in FIELDS)]
)
COLUMNS = len(SCHEMA)
_WORD = 8
# Before the first block of a shard: the schema, filled up so that blocks begin at whole words.
PREAMBLE = SCHEMA.serialize().to_pybytes()


class Block(NamedTuple):
    """A packed block, on its way into a shard.

    ``message`` is the record batch as it stands in the file; ``begin`` is where in it the first column begins,
    ``stride`` the bytes from one column to the next. ``checksum`` is that of the bars, as in the seal of their file:
    what was read with it is not gone through again.
    """

    message: bytes
    begin: int
    stride: int
    bars: int
    checksum: int


class Place(NamedTuple):
    """Where a block lies: the number of its shard, and the byte at which its first column begins."""

    shard: int
    begin: int
    stride: int
    bars: int
    checksum: int


def pack_block(bars: Bars) -> Block:
    """Return the bars, of which there is at least one, as a block."""
    pieces, begin, stride, checksum = block_pieces(bars)
    return Block(b"".join(pieces), begin, stride, len(bars), checksum)


def block_pieces(bars: Bars) -> tuple[list[bytes | memoryview], int, int, int]:
    """Return a block's message in pieces that share memory with the bars, its begin, stride and checksum."""
    head, stride, tail = _frame(len(bars))
    gap = bytes(stride - len(bars) * _WORD)
    columns = [np.ascontiguousarray(getattr(bars, name)).view(np.uint8).data for name in SCHEMA.names]
    pieces: list[bytes | memoryview] = [head, columns[0]]
    for column in columns[1:]:
        pieces += [gap, column]
    pieces.append(bytes(tail))
    return pieces, len(head), stride, bars.checksum()


@functools.lru_cache(maxsize=1024)
def _frame(bars: int) -> tuple[bytes, int, int]:
    """Return what surrounds the values in the record batch of so many bars, which their values do not change.

    That is: the bytes before the first column, the bytes from one column to the next, and how many follow.
    """
    nothing = np.zeros(bars, np.int64)
    empty = [array_of(nothing, field.type) for field in SCHEMA]
    message = pa.RecordBatch.from_arrays(empty, schema=SCHEMA).serialize()
    columns = pa.ipc.read_record_batch(message, SCHEMA).columns
    places = [column.buffers()[1].address - message.address for column in columns]
    begin, stride = places[0], places[1] - places[0]
    if places != [begin + number * stride for number in range(COLUMNS)]:
        raise AssertionError("Arrow lays out a batch as columns at equal distances")
    return message.to_pybytes()[:begin], stride, len(message.to_pybytes()) - begin - _extent(stride, bars)


class Shard:
    """A shard, mapped into memory for reading.

    The arrays that it hands out keep the map alive. Raises OSError or ValueError for a file that is not there
    or is empty.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        whole_words = len(self._map) // _WORD
        self._numbers = np.frombuffer(self._map, np.float64, whole_words)
        self._times = np.frombuffer(self._map, "datetime64[us]", whole_words)

    def holds(self, place: Place) -> bool:
        """Tell whether there is a sound block: all there, and its checksum right."""
        begin, stride = place.begin, place.stride
        end = begin + _extent(stride, place.bars)
        if min(begin, place.bars) < 1 or stride < place.bars * _WORD or end > len(self._numbers) * _WORD:
            return False
        checksum, data = 0, memoryview(self._map)
        for start in range(begin, end, stride):
            checksum = zlib.crc32(data[start : start + place.bars * _WORD], checksum)
        return checksum == place.checksum

    def bars(self, symbol: str, place: Place) -> Bars:
        """Return the bars of a sound block: slices of the mapped file that nobody can write into."""
        first, step = place.begin // _WORD, place.stride // _WORD
        begins = range(first, first + COLUMNS * step, step)
        numbers, length = self._numbers, place.bars
        when, *fields = begins
        return Bars(
            symbol,
            self._times[when : when + length],
            *[numbers[field : field + length] for field in fields],
        )

    def raw(self, place: Place) -> memoryview:
        """Return the bytes of a block's columns, for copying them into another shard."""
        return memoryview(self._map)[place.begin : place.begin + _extent(place.stride, place.bars)]


def _extent(stride: int, bars: int) -> int:
    """Return how many bytes a block's columns take."""
    return (COLUMNS - 1) * stride + bars * _WORD
