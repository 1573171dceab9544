"""When a symbol's source files are still the ones that were read, and when that cannot be told.

Here: :func:`take_stamp` before a read, :func:`is_unchanged` later, for thousands of symbols in milliseconds. A
stamp is the files' sizes and times of change, and their folder's, which changes when a file comes or goes.

A file that was changed a moment ago may be changed again without its time of change moving on, since that has
the grain of a clock tick, or of seconds on some file systems. And a link tells nothing about where it leads.
Such symbols have no stamp that holds (:func:`is_lasting`): they are read from their source each time.
"""

from __future__ import annotations

import os
import time
from typing import NamedTuple

from engine.data.hive import HiveCandleRepository
from engine.data.snapshot_table import Stamp

# The longest tick of a file system's clock, for times with and without a fraction of a second.
_TICK_NS = 50_000_000
_COARSE_TICK_NS = 2_000_000_000


def take_stamp(source: HiveCandleRepository, symbol: str) -> Stamp:
    """Return the state of the symbol's files; raises as reading them does."""
    try:
        # First the folder: a file that comes later shows in its next time of change.
        mtime_ns = os.stat(f"{source.root}{os.sep}{source.folder_name(symbol)}").st_mtime_ns  # noqa: PTH116
    except OSError:
        mtime_ns = 0
    return Stamp(source.identity(symbol), mtime_ns)


class Watch(NamedTuple):
    """A stamp taken apart: the paths to look at, with the sizes and times of change that they had."""

    folder: str
    folder_mtime_ns: int
    files: tuple[tuple[str, int, int], ...]


def watch(root: str, stamp: Stamp) -> Watch | None:
    """Return what to look at below ``root`` for that stamp; None for one that no files have."""
    folder, _, rest = stamp.identity.partition(os.sep)
    try:
        files = _files(stamp.identity)
    except ValueError:  # a name with a line break
        return None
    if not rest:
        return None
    # Text, not Path, which takes longer than the look itself.
    paths = tuple([(f"{root}{os.sep}{name}", size, mtime_ns) for name, size, mtime_ns in files])
    return Watch(f"{root}{os.sep}{folder}", stamp.folder_mtime_ns, paths)


def is_unchanged(watched: Watch) -> bool:
    """Tell whether files and folder are as they were: two looks for most symbols."""
    folder, folder_mtime_ns, files = watched
    try:
        if os.stat(folder).st_mtime_ns != folder_mtime_ns:  # noqa: PTH116
            return False
        for path, size, mtime_ns in files:
            status = os.stat(path)  # noqa: PTH116
            if status.st_mtime_ns != mtime_ns or status.st_size != size:
                return False
    except (OSError, ValueError):
        return False
    return True


def is_lasting(root: str, stamp: Stamp) -> bool:
    """Tell whether any later change of the files will show: no link among them, and none changed just now."""
    try:
        files = _files(stamp.identity)
    except ValueError:  # a name with a line break
        return False
    if not files:
        return False
    if any(map(changed_just_now, [stamp.folder_mtime_ns, *(mtime_ns for _, _, mtime_ns in files)])):
        return False
    paths = [f"{root}{os.sep}{name}" for name, _, _ in files]
    return not any(os.path.islink(path) for path in (os.path.dirname(paths[0]), *paths))  # noqa: PTH114, PTH120


def _files(identity: str) -> list[tuple[str, int, int]]:
    """Return path, size and time of change of each file."""
    found = []
    for line in identity.split("\n")[:-1]:
        name, size, mtime_ns = line.split("\0")
        found.append((name, int(size), int(mtime_ns)))
    return found


def changed_just_now(mtime_ns: int) -> bool:
    """Tell whether a file with that time of change may be changed once more and keep it."""
    tick = _TICK_NS if mtime_ns % 1_000_000_000 else _COARSE_TICK_NS
    return -_COARSE_TICK_NS < time.time_ns() - mtime_ns < tick
