"""The folder of one run, and who works on it.

    <runs>/20261122-071502-417-3f9a1c/
        manifest.json       what the run says about itself (``manifest``)
        finished.journal    the symbols that have finished (``segments``)
        lock                locked by the program that writes the run, for as long as it lives

Not here: what is written when (``journal``), and looking after all runs (``store``).
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from engine.data.snapshot_locks import try_lock
from engine.scan.runs.manifest import RunManifest, read_manifest, write_manifest
from engine.scan.runs.segments import JournalContent, read_journal

RUN_ID = re.compile(r"\d{8}-\d{6}-\d{3}-[0-9a-f]{6}")
# A folder on its way out; readers pass over names with a leading dot.
REMOVED_PREFIX = ".cw-removed-"
# Whoever lists the runs holds a lock for a moment: long enough to be waited for.
_LOCK_WAITS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.0)
# How much is read between two looks at whether somebody still waits for it.
_PIECE_BYTES = 4_000_000


def new_run_id(now: datetime | None = None) -> str:
    """Return a name that sorts by time, to the millisecond, and that no other program chooses."""
    when = (now or datetime.now(UTC)).astimezone(UTC)
    return f"{when:%Y%m%d-%H%M%S}-{when.microsecond // 1000:03d}-{secrets.token_hex(3)}"


class RunFolder:
    """One run's files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name
        self.journal = path / "finished.journal"
        self._manifest = path / "manifest.json"
        self._lock = path / "lock"

    def create(self) -> None:
        """Make the folder; raises OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.mkdir(mode=0o700)

    def hold(self) -> int | None:
        """Lock the run for writing; return the descriptor that holds it, None when another program does."""
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        for wait in _LOCK_WAITS:
            if try_lock(descriptor, exclusive=True):
                return descriptor
            time.sleep(wait)
        os.close(descriptor)
        return None

    def is_held(self) -> bool:
        """Tell whether a program is writing the run right now."""
        try:
            descriptor = os.open(self._lock, os.O_RDWR)
        except OSError:
            return False
        try:
            return not try_lock(descriptor, exclusive=True)
        finally:
            os.close(descriptor)

    def manifest(self) -> RunManifest:
        """Read the manifest; raises RunError."""
        return read_manifest(self._manifest)

    def write_manifest(self, manifest: RunManifest, *, durable: bool) -> None:
        """Replace the manifest; raises OutputError."""
        write_manifest(manifest, self._manifest, durable=durable)

    def content(self, progress: Callable[[int, int], object] | None = None) -> JournalContent:
        """Read what has finished; a journal that is missing or unreadable holds nothing.

        ``progress`` hears how far that is, of a total that it is told; what it raises ends the reading.
        """
        try:
            data = self._bytes_of_journal(progress)
        except OSError:
            data = b""
        if progress is None:
            return read_journal(data, self.id)
        # Every byte is taken from the disk, and then looked at.
        return read_journal(data, self.id, lambda done, size: progress(size + done, 2 * size))

    def _bytes_of_journal(self, progress: Callable[[int, int], object] | None) -> bytes:
        if progress is None:
            return self.journal.read_bytes()
        pieces, read = [], 0
        with self.journal.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            progress(0, 2 * size)
            while piece := file.read(_PIECE_BYTES):
                pieces.append(piece)
                read += len(piece)
                progress(read, 2 * max(size, read))
        return b"".join(pieces)

    def begun(self) -> datetime:
        """Return when the run began, by its name."""
        return datetime.strptime(self.id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)

    def remove(self) -> bool:
        """Remove the run unless a program is writing it; tell whether it is gone."""
        try:
            descriptor = self.hold()
        except FileNotFoundError:
            return True
        if descriptor is None:
            return False
        if os.name == "nt":  # an open file keeps its folder's name there
            os.close(descriptor)
        doomed = self.path.with_name(f"{REMOVED_PREFIX}{self.id}-{secrets.token_hex(3)}")
        try:
            self.path.rename(doomed)
        except FileNotFoundError:
            return True
        finally:
            if os.name != "nt":
                os.close(descriptor)
        shutil.rmtree(doomed, ignore_errors=True)
        return True
