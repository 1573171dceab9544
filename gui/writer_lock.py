"""Which of several windows on the same settings may write: the first one, until it ends, however it ends.

Two windows that both keep their layout, marks, watch lists and runs would undo each other's. The second one reads only.
"""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QLockFile

log = logging.getLogger(__name__)

FILE = "window.lock"


class WriterLock:
    """A lock file in a folder; ``is_held`` tells whether this process may write.

    A lock whose process has gone, by a crash or a power cut, is taken over. One that cannot be made at all, because
    the folder cannot be written, is as good as held: there is nobody to protect, and whatever cannot be kept says so.
    """

    def __init__(self, folder: Path) -> None:
        self._lock: QLockFile | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            log.warning("no lock in %s: %s", folder, error)
            self.is_held = True
            return
        lock = QLockFile(str(folder / FILE))
        # A window stays open for weeks: only the end of its process makes its lock stale, never its age.
        lock.setStaleLockTime(0)
        self.is_held = lock.tryLock(0) or lock.error() is not QLockFile.LockError.LockFailedError
        if self.is_held:
            self._lock = lock

    def release(self) -> None:
        """Let another window write; may be called twice."""
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None
