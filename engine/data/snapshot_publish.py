"""From what a run has added to the next generation of a snapshot, and the room that it may take.

1. The latest generation is read again, under the lock: another program may have published meanwhile.
2. What the run has found to be outdated or removed goes; what it has added comes, unless it is there already.
3. Shards that are mostly unused, and the smallest of too many, are carried over into the new shard.
4. The generation is published; files that nobody holds and nobody needs are removed.
5. When all snapshots together take more than the limit, those that were used the longest ago are removed.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass, field
from pathlib import Path

from engine.data.snapshot_block import COLUMNS, Shard, pack_block
from engine.data.snapshot_files import ShardWriter, SnapshotFolder, remove_unless_held
from engine.data.snapshot_table import Entry, Stamp, Table

logger = logging.getLogger(__name__)

MOST_SHARDS = 8


@dataclass
class Additions:
    """What a run adds to a snapshot and takes from it.

    ``entries`` have places in shard 0 of the new shard. ``outdated`` are the stamps that no longer describe a
    symbol's files, ``removed`` symbols that the source lists no more, ``damaged`` those with a bad block.
    ``size`` is how many bytes the snapshot's blocks take with all this.
    """

    source: str
    limit: int
    entries: dict[str, Entry] = field(default_factory=dict)
    outdated: dict[str, Stamp] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)
    size: int = 0

    def __bool__(self) -> bool:
        return bool(self.entries or self.outdated or self.removed or self.damaged)


def publish(folder: SnapshotFolder, additions: Additions, writer: ShardWriter | None) -> None:
    """Publish the next generation; under the folder's lock, which the writer's file then needs no more."""
    latest = folder.newest()
    if latest is None or latest.source != additions.source:
        latest = Table.of(additions.source, (), {})
    old = _still_good(latest, additions)
    new = {name: entry for name, entry in additions.entries.items() if not _is_there(old.get(name), entry)}
    if not new and len(old) == len(latest):
        if writer is not None:
            writer.discard()
        return
    writer = _carry_over(folder, latest, old, new, writer)
    shards = _used_shards(latest, old)
    renumbered = {latest.shards.index(name): number for number, name in enumerate(shards)}
    merged = {name: _in_shard(entry, renumbered) for name, entry in old.items()}
    merged |= {name: _in_shard(entry, {0: len(shards)}) for name, entry in new.items()}
    if any(entry.place is not None for entry in new.values()):
        assert writer is not None
        shards.append(writer.finish())
    elif writer is not None:
        writer.discard()
    folder.publish(Table.of(additions.source, shards, dict(sorted(merged.items()))))
    with contextlib.suppress(OSError):  # others come and go there
        evict(folder.path, additions.limit)


def _still_good(latest: Table, additions: Additions) -> dict[str, Entry]:
    """Return the latest generation's entries that the run has found nothing against."""
    bad = additions.removed | additions.damaged
    return {
        symbol: entry
        for symbol, entry in latest.entries().items()
        if symbol not in bad and additions.outdated.get(symbol) != entry.stamp
    }


def _is_there(old: Entry | None, new: Entry) -> bool:
    return old is not None and old.stamp == new.stamp


def _in_shard(entry: Entry, numbers: dict[int, int]) -> Entry:
    if entry.place is None:
        return entry
    return entry._replace(place=entry.place._replace(shard=numbers[entry.place.shard]))


def _used_shards(latest: Table, old: dict[str, Entry]) -> list[str]:
    used = {entry.place.shard for entry in old.values() if entry.place is not None}
    return [name for number, name in enumerate(latest.shards) if number in used]


def _carry_over(
    folder: SnapshotFolder,
    latest: Table,
    old: dict[str, Entry],
    new: dict[str, Entry],
    writer: ShardWriter | None,
) -> ShardWriter | None:
    """Move the entries of shards that are not worth keeping from ``old`` to ``new``; damaged ones go."""
    doomed = _not_worth_keeping(folder, latest, old, new)
    opened: dict[int, Shard | None] = {}
    for symbol, entry in list(old.items()):
        if entry.place is None:
            continue
        number = entry.place.shard
        if number not in doomed or symbol in new:
            # A new entry of the same symbol takes the place of the old one.
            if symbol in new:
                del old[symbol]
            continue
        del old[symbol]
        if number not in opened:
            opened[number] = _opened(folder.path / latest.shards[number])
        shard = opened[number]
        if shard is not None and shard.holds(entry.place):
            writer = writer or ShardWriter(folder.path)
            place = writer.add(pack_block(shard.bars(symbol, entry.place)))
            new[symbol] = entry._replace(place=place)
    return writer


def _opened(path: Path) -> Shard | None:
    try:
        return Shard(path)
    except (OSError, ValueError):
        return None


def _not_worth_keeping(
    folder: SnapshotFolder, latest: Table, old: dict[str, Entry], new: dict[str, Entry]
) -> set[int]:
    """Return the numbers of shards of which half is unused or which are the smallest of too many."""
    used = dict.fromkeys(range(len(latest.shards)), 0)
    for symbol, entry in old.items():
        if entry.place is not None and symbol not in new:
            used[entry.place.shard] += entry.place.stride * COLUMNS
    there = [number for number in used if used[number] and (folder.path / latest.shards[number]).exists()]
    sizes = {number: (folder.path / latest.shards[number]).stat().st_size for number in there}
    doomed = {number for number in used if number not in sizes or 2 * used[number] < sizes[number]}
    kept = sorted((number for number in there if number not in doomed), key=lambda number: used[number])
    return doomed | set(kept[: max(0, len(kept) + 1 - MOST_SHARDS)])


def evict(mine: Path, limit: int) -> None:
    """Remove other repositories' snapshots, those used the longest ago first, until all fit into ``limit``."""
    folders = [path for path in mine.parent.iterdir() if path.is_dir()]
    sizes = {path: _size(path) for path in folders}
    total = sum(sizes.values())
    for path in sorted(folders, key=_last_use):
        if total <= limit:
            return
        if path != mine and _remove(path):
            logger.info("Removed the snapshot in %s: all together took more than %d bytes.", path, limit)
            total -= sizes[path]


def _size(folder: Path) -> int:
    return sum(_or_zero(path)[0] for path in folder.iterdir())


def _last_use(folder: Path) -> int:
    return max((_or_zero(path)[1] for path in folder.glob("table-*")), default=0)


def _or_zero(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _remove(folder: Path) -> bool:
    """Remove a snapshot that no program holds; tell whether it is gone."""
    with SnapshotFolder(folder).locked() as is_ours:
        if not is_ours:
            return False
        # Tables first: a snapshot without its table is none, and a table that is held keeps everything.
        files = sorted(folder.iterdir(), key=lambda path: not path.name.startswith("table-"))
        if not all(remove_unless_held(path) for path in files if path.name != "lock"):
            return False
    with contextlib.suppress(OSError):  # somebody has begun anew
        (folder / "lock").unlink()
        folder.rmdir()
    return True
