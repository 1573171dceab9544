"""The table of a snapshot: which symbol's clean bars lie where, from which source files, in which condition.

Here: the table as a value, and as the bytes of one file with a checksum over all of them. A file that is torn,
damaged or of another format is no table. Not here: where such files are kept (``snapshot_files``).

A table is bound to the code that cleaned its bars (:func:`format_key`): another version of it starts anew.
"""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data import normalise, parquet, snapshot_block
from engine.data.snapshot_block import COLUMNS, Place
from engine.market import bars, quality
from engine.market.quality import QualityReport

_FORMAT = 1
_MAGIC = b"CWSNAP"
_CHECKSUM_BYTES = 4
# What decides the values of clean bars, given a file.
_CODE = (bars, quality, normalise, parquet, snapshot_block)


class Stamp(NamedTuple):
    """The state of a symbol's source files: paths, sizes, times of change; and their folder's time of change."""

    identity: str
    folder_mtime_ns: int


class Entry(NamedTuple):
    """One symbol in the table; without a place for a symbol that has no clean bar."""

    stamp: Stamp
    place: Place | None
    quality: QualityReport


class Table:
    """All that a snapshot holds. ``source`` is the repository's folder, ``shards`` the names of the files.

    Rows become entries when they are asked for: a worker opens the table for every run.
    """

    def __init__(
        self,
        source: str,
        shards: Sequence[str],
        texts: Sequence[str],
        numbers: NDArray[np.int64],
        masked: Mapping[str, Mapping[str, int]],
    ) -> None:
        """Take the parts as :meth:`of` and :meth:`decode` make them: symbols, then identities; row after row."""
        self.source = source
        self.shards = tuple(shards)
        self._numbers = numbers
        count = len(numbers)
        self._identities = texts[count:]
        self._masked = masked
        self.rows: Mapping[str, int] = dict(zip(texts[:count], range(count), strict=True))

    @classmethod
    def of(cls, source: str, shards: Sequence[str], entries: Mapping[str, Entry]) -> Table:
        """Return the table of these entries; names that no table can hold are left out."""
        fit = {
            symbol: entry
            for symbol, entry in entries.items()
            if _BREAK not in symbol and _BREAK not in entry.stamp.identity
        }
        texts = [*fit, *(entry.stamp.identity for entry in fit.values())]
        numbers = np.array([_numbers(entry) for entry in fit.values()], np.int64).reshape(-1, _WIDTH)
        masked = {symbol: entry.quality.masked for symbol, entry in fit.items() if entry.quality.masked}
        return cls(source, shards, texts, numbers, masked)

    def __len__(self) -> int:
        return len(self.rows)

    def entry(self, row: int, symbol: str) -> Entry:
        """Return the entry of a row, which is that symbol's."""
        place, counts = _row(self._numbers[row].tolist())
        rows, bars_left, unsorted, unknown_volume, folder_mtime_ns = counts
        masked = self._masked.get(symbol, {})
        report = QualityReport(rows, bars_left, masked, bool(unsorted), unknown_volume)
        return Entry(Stamp(self._identities[row], folder_mtime_ns), place, report)

    def stamps(self) -> Sequence[Stamp]:
        """Return the stamps of all rows."""
        return self._stamps

    @cached_property
    def _stamps(self) -> Sequence[Stamp]:
        return list(map(Stamp, self._identities, self._numbers[:, -1].tolist()))

    @cached_property
    def blocks(self) -> Sequence[tuple[str, int]]:
        """What tells one block from all others, row by row: its shard's name and where it begins."""
        shards = (*self.shards, "")  # the last, at _NO_SHARD, for symbols without bars
        numbers, begins = self._numbers[:, 0].tolist(), self._numbers[:, 1].tolist()
        return [(shards[number], begin) for number, begin in zip(numbers, begins, strict=True)]

    @cached_property
    def sizes(self) -> Sequence[int]:
        """How many bytes of a shard each row's block takes."""
        return [stride * COLUMNS for stride in self._numbers[:, 2].tolist()]

    @cached_property
    def bars(self) -> Sequence[int]:
        """How many bars each row holds."""
        counts: list[int] = self._numbers[:, 3].tolist()
        return counts

    def entries(self) -> dict[str, Entry]:
        """Return all entries by symbol."""
        return {symbol: self.entry(row, symbol) for symbol, row in self.rows.items()}

    def encode(self) -> bytes:
        """Return the table as the contents of a file."""
        head = {
            "key": format_key(),
            "source": self.source,
            "shards": self.shards,
            "rows": len(self),
            "masked": {symbol: dict(counts) for symbol, counts in self._masked.items()},
        }
        texts = _BREAK.join((*self.rows, *self._identities))
        parts = [json.dumps(head).encode(), texts.encode("utf-8", "surrogatepass"), self._numbers.tobytes()]
        payload = b"".join(len(part).to_bytes(8, "little") + part for part in parts)
        return _MAGIC + zlib.crc32(payload).to_bytes(_CHECKSUM_BYTES, "little") + payload

    @classmethod
    def decode(cls, data: bytes) -> Table | None:
        """Return the table that a file holds; None for one that is damaged or of another format."""
        start = len(_MAGIC) + _CHECKSUM_BYTES
        checksum = int.from_bytes(data[len(_MAGIC) : start], "little")
        if (
            len(data) <= start
            or not data.startswith(_MAGIC)
            or zlib.crc32(memoryview(data)[start:]) != checksum
        ):
            return None
        head, words, numbers = _parts(data, start)
        told = json.loads(head)
        if told["key"] != format_key():
            return None
        texts = words.decode("utf-8", "surrogatepass").split(_BREAK) if told["rows"] else []
        rows = np.frombuffer(numbers, np.int64).reshape(-1, _WIDTH)
        return cls(told["source"], told["shards"], texts, rows, told["masked"])


# Stands between texts; no symbol has it, and the path of a file that has it is not kept.
_BREAK = "\x1e"
_NO_SHARD = -1
_WIDTH = 10


def _numbers(entry: Entry) -> tuple[int, ...]:
    place = entry.place if entry.place is not None else Place(_NO_SHARD, 0, 0, 0, 0)
    report = entry.quality
    counts = (report.rows, report.bars, int(report.unsorted), report.unknown_volume)
    return (*place, *counts, entry.stamp.folder_mtime_ns)


def _row(numbers: list[int]) -> tuple[Place | None, list[int]]:
    place = Place(*numbers[:5]) if numbers[0] != _NO_SHARD else None
    return place, numbers[5:]


def _parts(data: bytes, start: int) -> Iterator[bytes]:
    while start < len(data):
        stop = start + 8 + int.from_bytes(data[start : start + 8], "little")
        yield data[start + 8 : stop]
        start = stop


@functools.cache
def format_key() -> str:
    """Return what a table must have been written with: format, Arrow, and the code that makes clean bars."""
    checksum = 0
    for module in _CODE:
        source = Path(module.__file__ or "")
        if source.is_file():
            checksum = zlib.crc32(source.read_bytes(), checksum)
    return f"{_FORMAT} pyarrow {pa.__version__} code {checksum:08x}"
