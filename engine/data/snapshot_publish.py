"""From what a run has added to the next generation of a snapshot, and the room that it may take.

1. The latest generation is read again, under the lock: another program may have published meanwhile.
2. What the run has found to be outdated or removed goes; what it has added comes, unless it is there already.
3. What workers have written into large parts becomes shards, what they have written into small ones is copied.
4. Shards that are mostly unused, and the smallest of too many, are carried over into the new shard.
5. The generation is published; files that nobody holds and nobody needs are removed.
6. When all snapshots together take more than the limit, those that were used the longest ago are removed.
"""

from __future__ import annotations

import contextlib
import logging
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from engine.data.snapshot_block import COLUMNS, Shard, pack_block
from engine.data.snapshot_files import ShardWriter, SnapshotFolder, remove_unless_held
from engine.data.snapshot_table import Entry, Stamp, Table

logger = logging.getLogger(__name__)

MOST_SHARDS = 16
# At most so many parts, each of at least so many bytes of which so much is wanted, become shards as they are.
MOST_ADOPTED = 8
LEAST_ADOPTED = 16_000_000
FULL_ENOUGH = 0.9


@dataclass
class Additions:
    """What a run adds to a snapshot and takes from it.

    ``entries`` have places in the new shard, which is number 0, or in the ``parts``, which are numbered from 1.
    ``outdated`` are the stamps that no longer describe a symbol's files, ``removed`` symbols that the source lists no
    more, ``damaged`` those with a bad block.
    ``size`` is how many bytes the snapshot's blocks take with all this.
    """

    source: str
    limit: int
    entries: dict[str, Entry] = field(default_factory=dict)
    outdated: dict[str, Stamp] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)
    parts: list[str] = field(default_factory=list)
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
    adopted, writer = _settle_parts(folder, additions.parts, new, writer)
    writer = _carry_over(folder, latest, old, new, writer, coming=max(1, len(adopted)))
    shards = _used_shards(latest, old)
    renumbered = {latest.shards.index(name): number for number, name in enumerate(shards)}
    merged = {name: _in_shard(entry, renumbered) for name, entry in old.items()}
    coming = sorted({entry.place.shard for entry in new.values() if entry.place is not None}, reverse=True)
    numbers = {number: len(shards) + place for place, number in enumerate(coming)}
    merged |= {name: _in_shard(entry, numbers) for name, entry in new.items()}
    for (
        number
    ) in coming:  # our own, number 0, comes last: then the parts that were not adopted belong to nobody
        assert writer is not None
        shards.append(writer.adopt(adopted[number]) if number else writer.finish())
    if writer is not None and 0 not in coming:
        writer.discard()
    folder.publish(Table.of(additions.source, shards, dict(sorted(merged.items()))))
    with contextlib.suppress(OSError):  # others come and go there
        evict(folder.path, additions.limit)


def _settle_parts(
    folder: SnapshotFolder, parts: list[str], new: dict[str, Entry], writer: ShardWriter | None
) -> tuple[dict[int, str], ShardWriter | None]:
    """Decide which parts become shards as they are, by number; copy what others hold of ``new`` into our own shard.

    What is small would make too many shards, and what is not wanted all but entirely would take room for nothing.
    """
    used: Counter[int] = Counter()
    for entry in new.values():
        if entry.place is not None and entry.place.shard:
            used[entry.place.shard] += entry.place.stride * COLUMNS
    adopted: dict[int, str] = {}
    for number, size in used.most_common(MOST_ADOPTED):
        path = folder.path / parts[number - 1]
        if size >= LEAST_ADOPTED and path.is_file() and size >= FULL_ENOUGH * path.stat().st_size:
            adopted[number] = path.name
    opened = {number: _opened(folder.path / parts[number - 1]) for number in used.keys() - adopted.keys()}
    for symbol, entry in list(new.items()):
        if entry.place is not None and entry.place.shard in opened:
            writer = writer or ShardWriter(folder.path)
            _copy(symbol, entry, opened[entry.place.shard], new, writer)
    return adopted, writer


def _copy(symbol: str, entry: Entry, shard: Shard | None, new: dict[str, Entry], writer: ShardWriter) -> None:
    """Bring a block into our own shard, number 0, if it is sound; otherwise it is not new either."""
    new.pop(symbol, None)
    assert entry.place is not None
    if shard is not None and shard.holds(entry.place):
        new[symbol] = entry._replace(place=writer.add(pack_block(shard.bars(symbol, entry.place))))


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
    *,
    coming: int,
) -> ShardWriter | None:
    """Move the entries of shards that are not worth keeping from ``old`` to ``new``; damaged ones go."""
    doomed = _not_worth_keeping(folder, latest, old, new, coming)
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
        writer = writer or ShardWriter(folder.path)
        _copy(symbol, entry, opened[number], new, writer)
    return writer


def _opened(path: Path) -> Shard | None:
    try:
        return Shard(path)
    except (OSError, ValueError):
        return None


def _not_worth_keeping(
    folder: SnapshotFolder, latest: Table, old: dict[str, Entry], new: dict[str, Entry], coming: int
) -> set[int]:
    """Return the numbers of shards of which half is unused or which are the smallest of too many with those coming."""
    used = dict.fromkeys(range(len(latest.shards)), 0)
    for symbol, entry in old.items():
        if entry.place is not None and symbol not in new:
            used[entry.place.shard] += entry.place.stride * COLUMNS
    there = [number for number in used if used[number] and (folder.path / latest.shards[number]).exists()]
    sizes = {number: (folder.path / latest.shards[number]).stat().st_size for number in there}
    doomed = {number for number in used if number not in sizes or 2 * used[number] < sizes[number]}
    kept = sorted((number for number in there if number not in doomed), key=lambda number: used[number])
    return doomed | set(kept[: max(0, len(kept) + coming - MOST_SHARDS)])


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
