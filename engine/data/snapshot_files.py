"""The folder of one snapshot: generations of its table, shards, and who may remove which of them when.

    <user's cache>/candlewick/snapshots/<hash of the repository's path>/
        lock                        held for the moments in which a generation is published
        table-00000012-<token>      a generation; the highest number counts
        bars-<token>.arrow          a shard; never changed once it has this name
        new-<token>.part            a shard that is being written, locked by its writer
    new-<token>-<token>.part    what a worker has to add to that shard (``snapshot_parts``)

Files are never changed, only added and removed. A program that reads holds a shared lock on the table it has
read and on that table's shards (:class:`Pin`); what is locked is not removed. Locks go with their program, so
that nothing has to be cleared up after a crash. Nothing is forced to the disk: every byte is under a checksum,
and a file that a power failure has emptied is read anew from its source.

Not here: what tables and shards hold, and whether that is still true (``snapshot_run``).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from engine.data.snapshot_block import PREAMBLE, Block, Place
from engine.data.snapshot_generation import generation_of
from engine.data.snapshot_locks import try_lock
from engine.data.snapshot_parts import keeper_of, parts_of
from engine.data.snapshot_table import Table

_TABLE = re.compile(r"table-(\d{8})-[0-9a-f]{12}")
_TRIES = 5
# Publishing takes moments, seconds on a busy disk; a program that was stopped in the middle of it is not waited for.
_LOCK_WAITS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
# A window looks through its data while it scans them: its threads publish in turn, however slow the disk is.
_TURN = threading.RLock()
_TURN_SECONDS = 30.0


def snapshots_folder() -> Path:
    """Return where all snapshots of this user are kept."""
    return platformdirs.user_cache_path("candlewick", appauthor=False) / "snapshots"


def folder_of(source: str, among: Path) -> Path:
    """Return the folder for the snapshot of one repository, by its resolved path."""
    return among / hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:24]


class Pin:
    """A table and its shards, held so that no program removes them, until :meth:`release`."""

    def __init__(self, path: Path, table: Table, held: contextlib.ExitStack) -> None:
        self.path = path
        self.table = table
        self._held = held

    def release(self) -> None:
        """Let the files go; may be called twice."""
        self._held.close()


class ShardWriter:
    """A new shard, not yet under its final name. Raises OSError when the disk does not take it."""

    def __init__(self, folder: Path) -> None:
        self.token = secrets.token_hex(6)
        self.path = folder / f"new-{self.token}.part"
        self._file = self.path.open("xb", buffering=0)
        try_lock(self._file.fileno(), exclusive=True)
        self.size = 0
        self._write(PREAMBLE)

    def add(self, block: Block) -> Place:
        """Append a block; its place is one in shard 0."""
        begin = self.size + block.begin
        self._write(block.message)
        return Place(0, begin, block.stride, block.bars, block.checksum)

    def finish(self) -> str:
        """Give the shard its name and return that; under the lock, since no table names it yet."""
        name = f"bars-{self.token}.arrow"
        # On Windows an open file keeps its name.
        if os.name == "nt":
            self._file.close()
        self.path.rename(self.path.with_name(name))
        self._file.close()
        return name

    def adopt(self, part: str) -> str:
        """Give a part the name of a shard and return that; as :meth:`finish`."""
        name = f"bars-{secrets.token_hex(6)}.arrow"
        self.path.with_name(part).rename(self.path.with_name(name))
        return name

    def discard(self) -> None:
        """Remove what was written, by workers as well."""
        self._file.close()
        for path in (self.path, *parts_of(self.path.parent, self.token)):
            path.unlink(missing_ok=True)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self.size += len(data)


def _is_had(descriptor: int) -> bool:
    """Take the lock that no other program has, or has for a moment only."""
    for wait in _LOCK_WAITS:
        if try_lock(descriptor, exclusive=True):
            return True
        time.sleep(wait)
    return try_lock(descriptor, exclusive=True)


class SnapshotFolder:
    """The files of one snapshot. Methods raise OSError where the folder cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def pin(self) -> Pin | None:
        """Hold the latest generation that is sound; None when there is none.

        A shard that has vanished although its table is the latest (somebody removed it) is not held.
        """
        for tries_left in reversed(range(_TRIES)):
            try:
                for path in reversed(self._tables()):
                    if (pin := _pin(path, without_shards=not tries_left)) is not None:
                        return pin
            except (
                FileNotFoundError
            ):  # another program has just published and removed what we were about to hold
                continue
            return None
        return None

    def newest(self) -> Table | None:
        """Return the latest sound table; only for who holds the lock."""
        for path in reversed(self._tables()):
            if (table := Table.decode(path.read_bytes())) is not None:
                return table
        return None

    def note_use(self, pin: Pin) -> None:
        """Note that the snapshot is in use, which keeps it longer than others (:func:`last_use`)."""
        with contextlib.suppress(OSError):
            os.utime(pin.path)

    @contextlib.contextmanager
    def locked(self) -> Iterator[bool]:
        """Hold the lock for publishing; the value tells whether it could be had in time.

        Threads of this program wait for each other, other programs are waited for a moment only.
        """
        if not _TURN.acquire(timeout=_TURN_SECONDS):
            yield False
            return
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                yield _is_had(descriptor)
            finally:
                os.close(descriptor)
        finally:
            _TURN.release()

    def publish(self, table: Table) -> None:
        """Make this the latest generation and remove what nobody needs any more; under the lock."""
        tables = self._tables()
        match = _TABLE.fullmatch(tables[-1].name) if tables else None
        number = int(match[1]) + 1 if match else 1
        token = secrets.token_hex(6)
        temporary = self.path / f"new-{token}.part"
        try:
            with temporary.open("xb") as file:
                try_lock(file.fileno(), exclusive=True)
                file.write(table.encode())
            temporary.rename(self.path / f"table-{number:08d}-{token}")
        finally:
            temporary.unlink(missing_ok=True)
        for old in tables:
            remove_unless_held(old)
        self.sweep(table.shards)

    def sweep(self, shards: tuple[str, ...]) -> None:
        """Remove shards that no generation uses, and unfinished ones whose writer is gone; under the lock."""
        for path in self.path.iterdir():
            if path.name in shards or path.suffix not in {".arrow", ".part"}:
                continue
            keeper = keeper_of(path)
            if keeper == path or remove_unless_held(keeper):
                remove_unless_held(path)

    def _tables(self) -> list[Path]:
        """Return the generations, the latest last."""
        if not self.path.is_dir():
            return []
        return sorted(path for path in self.path.iterdir() if _TABLE.fullmatch(path.name))


def remove_unless_held(path: Path) -> bool:
    """Remove a file that no program holds; tell whether it is gone."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        free = try_lock(descriptor, exclusive=True)
        if free and os.name != "nt":
            path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)
    if free and os.name == "nt":  # an open file cannot be removed there
        with contextlib.suppress(PermissionError):
            path.unlink(missing_ok=True)
    return free


def _pin(path: Path, *, without_shards: bool) -> Pin | None:
    """Hold a table and its shards; None for no sound table, FileNotFoundError for what is not there (any more)."""
    with contextlib.ExitStack() as stack:
        _hold(path, stack)
        generation = generation_of(path, path.read_bytes())
        if generation is None:
            return None
        table = generation.table
        for shard in table.shards:
            with contextlib.suppress(FileNotFoundError) if without_shards else contextlib.nullcontext():
                _hold(path.with_name(shard), stack)
        return Pin(path, table, stack.pop_all())


def _hold(path: Path, stack: contextlib.ExitStack) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    stack.callback(os.close, descriptor)
    # Whoever has it exclusively is about to remove it.
    if not try_lock(descriptor, exclusive=False) or not os.fstat(descriptor).st_nlink:
        raise FileNotFoundError(path)
