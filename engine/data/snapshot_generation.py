"""One generation of a snapshot, as a program keeps it open from run to run.

A generation's files never change while they have their names. So a program that scans again and again reads the table
once, maps each shard once, and makes a symbol's bars, which are slices of the map, once; what was found out about
them stays with them. Only the last generation is kept: the next one lets its maps go, and with them the disk space of
files that others have removed.

:func:`open_generation` looks at the files each time: what is not as it was is opened anew. Not here: which rows a run
may use and whether their checksums have been verified (``snapshot``).
"""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TypeAlias

from engine.data.snapshot_block import Place, Shard
from engine.data.snapshot_table import Table
from engine.market.bars import Bars
from engine.market.quality import QualityReport
from engine.market.resample import resample
from engine.market.timeframe import Timeframe

# What tells that a file is the one that was opened: its number, size and time of change.
_State: TypeAlias = tuple[int, int, int]


class Generation:
    """A table and its mapped shards. A shard that is missing or empty is None."""

    def __init__(self, path: Path, table: Table) -> None:
        self.path = path
        self.table = table
        self._shards: dict[int, tuple[_State | None, Shard | None]] = {}
        self._bars: dict[int, tuple[Bars, QualityReport]] = {}
        self._daily: set[int] = set()

    def look_again(self) -> None:
        """Let go of shards that are not what they were, and of all bars with them."""
        for number, (state, _) in list(self._shards.items()):
            if _state(self._shard_path(number)) != state:
                self._bars.clear()
                self._daily.clear()
                self._shards.pop(number, None)

    def holds(self, place: Place) -> bool:
        """Tell whether the block in that place is sound: all there, and its checksum right."""
        shard = self._shard(place.shard)
        return shard is not None and shard.holds(place)

    def bars(self, row: int, symbol: str) -> tuple[Bars, QualityReport] | None:
        """Return the bars of a row, which is that symbol's and sound, and their report; None without its shard."""
        kept = self._bars.get(row)
        if kept is None:
            _, place, quality = self.table.entry(row, symbol)
            shard = self._shard(place.shard) if place is not None else None
            if place is not None and shard is None:
                return None
            bars = Bars.empty(symbol) if place is None or shard is None else shard.bars(symbol, place)
            self._bars[row] = kept = (bars, quality)
        return kept

    def daily(self, row: int, bars: Bars) -> Bars:
        """Return the bars of a row as daily bars; that they are so already is found out once."""
        if row in self._daily:
            return bars
        days = resample(bars, Timeframe.DAY)
        if days is bars:
            self._daily.add(row)
        return days

    def _shard(self, number: int) -> Shard | None:
        if number not in self._shards:
            path = self._shard_path(number)
            state = _state(path)
            try:
                self._shards[number] = state, Shard(path)
            except (OSError, ValueError):
                self._shards[number] = state, None
        return self._shards[number][1]

    def _shard_path(self, number: int) -> Path:
        return self.path.with_name(self.table.shards[number])


def open_generation(path: Path) -> Generation | None:
    """Return the generation whose table is that file; None for a table that is not there or not sound."""
    try:
        return generation_of(path, path.read_bytes())
    except OSError:
        return None


def generation_of(path: Path, data: bytes) -> Generation | None:
    """Return the generation whose table is that file with these contents; None when they are not sound."""
    generation = _decoded(path, data)
    if generation is not None:
        generation.look_again()
    return generation


# By the contents, for nothing else tells that a file is sound; they are compared in no time.
@functools.lru_cache(maxsize=1)
def _decoded(path: Path, data: bytes) -> Generation | None:
    table = Table.decode(data)
    return Generation(path, table) if table is not None else None


def _state(path: Path) -> _State | None:
    try:
        status = os.stat(path)  # noqa: PTH116  for every scan
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
