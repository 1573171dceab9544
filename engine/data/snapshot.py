"""The repository over a snapshot: clean bars as slices of mapped files, and the source for what it lacks.

A snapshot is a copy of a repository's clean bars, made for speed, in the user's cache folder. It is never
needed and never trusted: a block that is not sound, or that the run has found out of date, is read from the
source as if there were no snapshot. What such a read gives is offered to whoever keeps the snapshot
(:func:`gather_finds`), so that the next run finds it there.

1. :class:`SnapshotAddress` names a pinned table, the source, and which rows of the table are up to date and
   which of these are verified. It travels to workers as text.
2. :meth:`SnapshotRepository.read_clean` takes a block's bars from the open generation (``snapshot_generation``); the
   first time in a program it verifies its checksum.
3. Otherwise :meth:`_read_source` reads and cleans, sure that the rows did not change in between.

Not here: who decides what is out of date and what is kept (``snapshot_run``): workers write nothing but blocks into
parts of their own (``snapshot_parts``).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from urllib.parse import parse_qs, urlencode

import numpy as np

from engine.data.addresses import without_password
from engine.data.hive import version_of
from engine.data.series import RangeReading
from engine.data.snapshot_block import Block, pack_block
from engine.data.snapshot_generation import Generation, open_generation
from engine.data.snapshot_parts import NoRoomError, PartWriter, Written
from engine.data.snapshot_source import SnapshotSource, open_source
from engine.data.snapshot_table import Stamp
from engine.errors import DataError
from engine.market.bars import Bars
from engine.market.quality import QualityReport
from engine.market.resample import resample
from engine.market.timeframe import Timeframe

if TYPE_CHECKING:
    from engine.data.repository import CandleRepository

SCHEME = "snapshot"


class Find(NamedTuple):
    """What a read has found out, for the keeper of the snapshot.

    ``stamp`` is None when the snapshot's own block was verified and is sound. Otherwise the source was read in
    that state; ``quality`` and the bars, ``written`` or as a ``block``, are there when they are worth keeping (neither
    for no bars). ``no_room`` tells that the limit has kept them from being written, ``fault`` what else has.
    ``damaged`` tells that the snapshot had a block which is not sound.
    """

    stamp: Stamp | None = None
    quality: QualityReport | None = None
    block: Block | None = None
    damaged: bool = False
    written: Written | None = None
    no_room: bool = False
    fault: tuple[int, str] | None = None


Finds: TypeAlias = tuple[tuple[str, Find], ...]


@dataclass(frozen=True, slots=True)
class SnapshotAddress:
    """A pinned table and what is known about its rows, as numbers of rows; ``keep`` asks for finds.

    ``parts`` is the token of the run's new shard, beside which a worker may write at most ``room`` bytes.
    """

    table: Path
    source: str = field(repr=False)  # it may hold a password
    current: frozenset[int] = frozenset()
    verified: frozenset[int] = frozenset()
    keep: bool = False
    parts: str = ""
    room: int = 0

    def __str__(self) -> str:
        known = {
            "source": self.source,
            "current": _packed(self.current),
            "verified": _packed(self.verified),
            "keep": int(self.keep),
            "parts": self.parts,
            "room": self.room,
        }
        return f"{SCHEME}:{self.table}?{urlencode(known, errors='surrogatepass')}"

    @classmethod
    def parse(cls, rest: str) -> SnapshotAddress:
        """Return the address whose text, after the scheme, this is; raises DataError."""
        table, _, query = rest.rpartition("?")
        try:
            known = parse_qs(query, keep_blank_values=True, strict_parsing=True, errors="surrogatepass")
            return cls(
                Path(table),
                known["source"][0],
                _unpacked(known["current"][0]),
                _unpacked(known["verified"][0]),
                known["keep"][0] == "1",
                known["parts"][0],
                int(known["room"][0]),
            )
        except (ValueError, KeyError) as error:
            shown = f"{SCHEME}:{table or rest}"
            sentence = f"'{shown}' is no address of a snapshot: name the folder of bars instead."
            raise DataError(shown, sentence) from error


class SnapshotRepository(RangeReading):
    """Bars of a pinned snapshot, and of its source where the snapshot has none.

    A table that cannot be read is an empty one.
    """

    def __init__(
        self,
        address: str | SnapshotAddress,
        source: SnapshotSource | None = None,
        versions: Mapping[str, str] | None = None,
    ) -> None:
        """Open an address; ``versions`` are symbols' identities that a run goes by, whatever happens later."""
        self._at = SnapshotAddress.parse(address) if isinstance(address, str) else address
        self._source = source or open_source(self._at.source)
        self._versions = versions or {}
        self._sound: set[int] = set(self._at.verified)
        self._finds: dict[str, Find] | None = None
        at = self._at
        self._part = PartWriter(at.table.parent, at.parts, at.room) if at.parts else None

    def __repr__(self) -> str:
        return f"SnapshotRepository({str(self._at.table)!r}, source={without_password(self._at.source)!r})"

    @property
    def address(self) -> str:
        """``snapshot:``, the path of the table and what is known about its rows."""
        return str(self._at)

    def symbols(self) -> tuple[str, ...]:
        """All symbols of the source, sorted."""
        return self._source.repository.symbols()

    def read_raw(self, symbol: str) -> Bars:
        """Return the source's rows as stored; raises UnknownNameError or DataError."""
        return self._source.repository.read_raw(symbol)

    def read_clean(self, symbol: str) -> tuple[Bars, QualityReport]:
        """Return the symbol's clean daily bars and their report; raises UnknownNameError or DataError."""
        return self._read(symbol)[:2]

    def read_as(self, symbol: str, timeframe: Timeframe) -> tuple[Bars, QualityReport]:
        """Return the same bars in that timeframe: what comes from the snapshot is known to be daily bars."""
        bars, quality, row = self._read(symbol)
        if row is not None and self._generation is not None and timeframe is Timeframe.DAY:
            return self._generation.daily(row, bars), quality
        return resample(bars, timeframe), quality

    def _read(self, symbol: str) -> tuple[Bars, QualityReport, int | None]:
        """Return clean bars, their report, and the row of the table when they are from the snapshot."""
        generation = self._generation
        row = generation.table.rows.get(symbol) if generation is not None else None
        if generation is None or row is None or row not in self._at.current:
            return *self._read_source(symbol), None
        if row not in self._sound and not self._is_sound(generation, row, symbol):
            return *self._read_source(symbol, damaged=True), None
        kept = generation.bars(row, symbol)
        return (*kept, row) if kept is not None else (*self._read_source(symbol, damaged=True), None)

    def _is_sound(self, generation: Generation, row: int, symbol: str) -> bool:
        """Verify a block, the first time in this program, and tell so."""
        place = generation.table.entry(row, symbol).place
        if place is not None:
            if not generation.holds(place):
                return False
            self._tell(symbol, Find())
        self._sound.add(row)
        return True

    def gather(self) -> Callable[[], Finds]:
        """From now on keep what reads find out; return the function that hands it over, each once."""
        gathered: dict[str, Find] = {}
        self._finds = gathered

        def take() -> Finds:
            taken = tuple(gathered.items())
            gathered.clear()
            return taken

        return take

    def data_version(self, symbols: tuple[str, ...] | None = None) -> str:
        """Return the source's version; of symbols whose files the run has looked at, as they were then."""
        wanted = sorted(self.symbols() if symbols is None else symbols)
        unknown = [symbol for symbol in wanted if symbol not in self._versions]
        known = {**self._versions, **self._source.look(unknown, {})[0]} if unknown else self._versions
        return version_of(known[symbol] for symbol in wanted)

    @cached_property
    def _generation(self) -> Generation | None:
        return open_generation(self._at.table)

    def _tell(self, symbol: str, find: Find) -> None:
        if self._finds is not None:
            self._finds[symbol] = find

    def _kept(self, bars: Bars, find: Find) -> Find:
        """Add the bars to what is told about them, written into this worker's part where the run has such."""
        if not len(bars):
            return find
        if self._part is None:
            return find._replace(block=pack_block(bars))
        try:
            return find._replace(written=self._part.add(bars))
        except NoRoomError:
            return find._replace(no_room=True)
        except OSError as error:
            return find._replace(fault=(error.errno or 0, error.strerror or str(error)))

    def _read_source(self, symbol: str, *, damaged: bool = False) -> tuple[Bars, QualityReport]:
        bars, quality, stamp = self._source.read_unchanged(symbol)
        if self._finds is not None and self._at.keep and self._source.is_lasting(stamp):
            self._tell(symbol, self._kept(bars, Find(stamp, quality, damaged=damaged)))
        else:
            self._tell(symbol, Find(stamp, damaged=damaged))
        return bars, quality


def gather_finds(repository: CandleRepository) -> Callable[[], Finds]:
    """Let a repository over a snapshot keep what its reads find out; others find nothing."""
    return repository.gather() if isinstance(repository, SnapshotRepository) else _nothing


def _nothing() -> Finds:
    return ()


def _packed(rows: Iterable[int]) -> str:
    """Return row numbers as text: one bit each."""
    numbers = np.fromiter(rows, np.int64)
    bits = np.zeros(int(numbers.max()) + 1 if len(numbers) else 0, np.uint8)
    bits[numbers] = 1
    return base64.urlsafe_b64encode(np.packbits(bits).tobytes()).decode()


def _unpacked(text: str) -> frozenset[int]:
    bits = np.unpackbits(np.frombuffer(base64.urlsafe_b64decode(text), np.uint8))
    return frozenset(np.flatnonzero(bits).tolist())
