"""How a snapshot is kept: what a run may use of it, and what the run adds to it.

A snapshot is not built before a scan but by it. A symbol that the snapshot lacks is read from its source by a
worker, which scans it and hands its clean bars back; this process, which owns every file, appends them.

1. :meth:`Snapshot.begin` pins the latest generation and looks at the source of the symbols of the run.
   What is up to date the run may use; the rest the workers read from the source.
2. :meth:`SnapshotRun.take` gets what workers have found out: new blocks go into a new shard, at most as much
   as the limit allows.
3. :meth:`SnapshotRun.finish` publishes a generation (:mod:`engine.data.snapshot_publish`) if there is anything
   new. Others who have published in the meantime lose nothing by it.

A run sees one state of the snapshot from its begin to its end. A cache folder that cannot be used costs a note,
never a scan.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from engine.data.repository import CandleRepository
from engine.data.snapshot import Find, Finds, SnapshotAddress, SnapshotRepository
from engine.data.snapshot_block import COLUMNS, Place
from engine.data.snapshot_files import Pin, ShardWriter, SnapshotFolder, folder_of, snapshots_folder
from engine.data.snapshot_parts import PARTS_ARE_POSSIBLE
from engine.data.snapshot_publish import Additions, publish
from engine.data.snapshot_source import FolderSource, SnapshotSource, source_of
from engine.data.snapshot_table import Entry, Stamp, Table
from engine.market.quality import QualityReport

logger = logging.getLogger(__name__)

_GIGABYTE = 1_000_000_000
DEFAULT_LIMIT_GB = 8.0


class Snapshot:
    """The snapshot of one repository, as one program knows it.

    It remembers which blocks have been verified, so that each is once. ``limit_gb`` bounds all snapshots of the
    user together.
    """

    def __init__(
        self,
        source: SnapshotSource,
        limit_gb: float = DEFAULT_LIMIT_GB,
        among: Path | None = None,
    ) -> None:
        self.source = source
        self.limit = int(limit_gb * _GIGABYTE)
        self.among = among or snapshots_folder()
        self.verified: set[tuple[str, int]] = set()

    def begin(self, symbols: Iterable[str] | None = None) -> SnapshotRun:
        """Return what a run over these symbols (None: all) may use; raises DataError as listing symbols does."""
        listed = self.source.repository.symbols()
        wanted: Sequence[str] = listed if symbols is None else sorted(set(symbols) & set(listed))
        resolved = self.source.key
        folder = SnapshotFolder(folder_of(resolved, self.among))
        try:
            pin = _pinned(folder, resolved)
        except OSError as error:
            return SnapshotRun(self, folder, resolved, None, wanted, note=_unusable(folder.path, error))
        return SnapshotRun(self, folder, resolved, pin, wanted)


class DirectRun:
    """A run that reads from a repository itself.

    ``repository`` is what the run reads from. ``ready_bars`` is how many bars lie ready in memory or in mapped files,
    None when some must be read and cleaned first; ``ready`` says of which symbols how many do, ``from_files`` that the
    others are read from a folder. ``notes`` are sentences for the user, complete after :meth:`finish`.
    """

    ready_bars: int | None = None
    ready: Mapping[str, int] = MappingProxyType({})
    from_files = False

    def __init__(self, repository: CandleRepository) -> None:
        self.repository = repository
        self.notes: list[str] = []

    def take(self, finds: Finds) -> None:
        """Take what a worker has found out."""

    def finish(self) -> None:
        """End the run; may be called twice."""


class SnapshotRun(DirectRun):
    """A run that reads from a pinned snapshot, or from the plain source when there is none to be had."""

    def __init__(
        self,
        snapshot: Snapshot,
        folder: SnapshotFolder,
        resolved: str,
        pin: Pin | None,
        symbols: Sequence[str],
        *,
        note: str = "",
    ) -> None:
        super().__init__(snapshot.source.repository)
        self._snapshot = snapshot
        self._folder = folder
        self._pin = pin
        self._table = pin.table if pin is not None else Table.of(resolved, (), {})
        self._blocks = self._table.blocks
        self._writer: ShardWriter | None = None
        self._additions = Additions(resolved, snapshot.limit)
        self._changed = 0
        self._is_full = False
        self._versions: dict[str, str] = {}
        if note:
            self._note(note)
        self._keeps = pin is not None
        if pin is not None:
            self.repository = self._look(pin, symbols)

    def take(self, finds: Finds) -> None:
        """Take what a worker has found out: verified blocks, and new ones."""
        for symbol, find in finds:
            if find.stamp is None:
                self._snapshot.verified.add(self._blocks[self._table.rows[symbol]])
            else:
                self._take_read(symbol, find.stamp, find)

    def _take_read(self, symbol: str, stamp: Stamp, find: Find) -> None:
        """Take what reading the source of a symbol gave."""
        if find.damaged:
            logger.warning("The snapshot's bars of %s are damaged: read from the source instead.", symbol)
            self._additions.damaged.add(symbol)
        if self._versions.get(symbol, stamp.identity) != stamp.identity:
            self._changed += 1
        if find.quality is None or not self._keeps or symbol in self._additions.entries:
            return
        try:
            if find.fault is not None:
                raise OSError(*find.fault)
            self._add(symbol, stamp, find.quality, find)
        except OSError as error:
            self._give_up(error)

    def finish(self) -> None:
        """Publish what is new and let the generation go."""
        if self._pin is None:
            return
        try:
            if self._additions:
                self._publish()
            else:
                self._discard()
        except OSError as error:
            self._give_up(error)
        finally:
            self._pin.release()
            self._pin = None
        if self._changed:
            self._note(
                f"The bars of {self._changed:,} symbols changed while the scan ran: theirs are the new ones."
            )
        if self._is_full:
            self._note(
                f"The snapshot has reached its limit of {self._snapshot.limit / _GIGABYTE:g} GB: what it does not "
                "hold is read more slowly. Raise the setting 'snapshot_limit_gb' to change that."
            )

    def _look(self, pin: Pin, symbols: Sequence[str]) -> SnapshotRepository:
        """Find out which rows of the table are up to date."""
        source, rows, stamps = self._snapshot.source, self._table.rows, self._table.stamps()
        kept = {symbol: stamps[rows[symbol]] for symbol in symbols if symbol in rows}
        versions, still = source.look(symbols, kept)
        self._versions.update(versions)
        current = [rows[symbol] for symbol in still]
        verified = [row for row in current if self._blocks[row] in self._snapshot.verified]
        bars = self._table.bars
        self.ready = {symbol: bars[rows[symbol]] for symbol in still}
        self.from_files = isinstance(source, FolderSource)
        if len(current) == len(symbols):
            self.ready_bars = sum(self.ready.values())
        self._additions.outdated = {symbol: kept[symbol] for symbol in kept.keys() - set(still)}
        self._additions.removed = rows.keys() - set(source.repository.symbols())
        outdated = self._additions.outdated.keys() | self._additions.removed
        sizes = self._table.sizes
        self._additions.size = sum(sizes[row] for symbol, row in rows.items() if symbol not in outdated)
        address = SnapshotAddress(
            pin.path,
            source.repository.address,
            frozenset(current),
            frozenset(verified),
            keep=self._snapshot.limit > 0,
            parts=self._begin_parts() if len(current) < len(symbols) else "",
            room=max(0, self._snapshot.limit - self._additions.size),
        )
        return SnapshotRepository(address, source, self._versions)

    def _begin_parts(self) -> str:
        """Begin the shard beside which workers may write, and return its token; none where that cannot be."""
        if not PARTS_ARE_POSSIBLE or not self._snapshot.limit:
            return ""
        try:
            self._writer = ShardWriter(self._folder.path)
        except OSError as error:
            self._give_up(error)
            return ""
        return self._writer.token

    def _add(self, symbol: str, stamp: Stamp, quality: QualityReport, find: Find) -> None:
        place = None
        if find.no_room:
            self._is_full = True
            return
        if find.block is not None or find.written is not None:
            size = self._additions.size + _stride(find) * COLUMNS
            if size > self._snapshot.limit:
                self._is_full = True
                return
            place = self._place(find)
            self._additions.size = size
        self._additions.entries[symbol] = Entry(stamp, place, quality)

    def _place(self, find: Find) -> Place:
        """Return where a block is: in the part that a worker has written, or in our own new shard, from now on."""
        if find.written is not None:
            parts = self._additions.parts
            if find.written.part not in parts:
                parts.append(find.written.part)
            return find.written.place._replace(shard=1 + parts.index(find.written.part))
        if self._writer is None:
            self._writer = ShardWriter(self._folder.path)
        assert find.block is not None
        return self._writer.add(find.block)

    def _publish(self) -> None:
        with self._folder.locked() as is_ours:
            if is_ours:
                if (
                    self._pin is not None
                ):  # what only this run has held may go; under the lock, nobody takes it away
                    self._pin.release()
                publish(self._folder, self._additions, self._writer)
                self._writer = None
            else:
                logger.warning(
                    "Another program holds the snapshot in %s: nothing is added.", self._folder.path
                )
                self._discard()

    def _give_up(self, error: OSError) -> None:
        self._discard()
        self._keeps = False
        self._additions.entries.clear()
        self._note(_unusable(self._folder.path, error))

    def _discard(self) -> None:
        if self._writer is not None:
            self._writer.discard()
            self._writer = None

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)
            logger.warning(sentence)


def _pinned(folder: SnapshotFolder, resolved: str) -> Pin:
    """Pin the latest generation, an empty one if need be; raises OSError."""
    pin = folder.pin()
    if pin is None or pin.table.source != resolved:
        if pin is not None:
            pin.release()
        with folder.locked() as is_ours:
            newest = folder.newest()
            if is_ours and (newest is None or newest.source != resolved):
                folder.publish(Table.of(resolved, (), {}))
        pin = folder.pin()
    if pin is None:
        raise BlockingIOError(errno.EAGAIN, "another program is writing there")
    folder.note_use(pin)
    return pin


def _stride(find: Find) -> int:
    if find.block is not None:
        return find.block.stride
    return find.written.place.stride if find.written is not None else 0


def _unusable(folder: Path, error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return f"The snapshot cannot be kept in {folder}: {reason}. Scans read the source files instead, more slowly."


def begin_reading(
    repository: CandleRepository, limit_gb: float, symbols: Iterable[str] | None = None
) -> DirectRun:
    """Return a run over these symbols (None: all): from a snapshot where the limit allows one and there can be one."""
    source = source_of(repository) if limit_gb > 0 else None
    return DirectRun(repository) if source is None else Snapshot(source, limit_gb).begin(symbols)
