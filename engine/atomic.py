"""How a file is replaced: the reader sees the old one or the new one, never a mixture and never a torn one.

Here: :func:`atomic_path`, used by everything that writes a file worth keeping. Not here: what is written.

1. A temporary name in the target's own folder is handed to the caller, who writes it.
2. Its bytes are forced to the disk, then it takes the target's name in one step.
3. The folder's entry is forced to the disk too, where the system can do that.
4. If anything fails, the temporary file goes and the old file stays.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import OutputError

# Temporary files begin with this: readers of a folder skip names with a leading dot.
TEMPORARY_PREFIX = ".cw-"
_ARROW_ERRNO = re.compile(r"\[errno (\d+)\]")
# Virus scanners and indexers on Windows hold new files open for moments.
_REPLACE_WAITS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)


@contextmanager
def atomic_path(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """Yield a temporary path to write; when the block ends well, it replaces ``path`` in one step.

    The block should do nothing but write: an OSError in it is taken for a failure of this file and comes out
    as OutputError, as do failures of the replacing itself. Any other exception passes through. The temporary
    name keeps the ending of ``path``. What is not ``durable`` outlives the program, but perhaps not a power failure:
    whoever reads it must be able to tell.
    """
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(6)}{path.suffix}")
    try:
        yield temporary
        if durable:
            _force_to_disk(temporary)
        _replace(temporary, path)
        if durable:
            _force_folder_to_disk(path.parent)
    except OSError as error:
        raise OutputError(str(path), _reason(error)) from error
    finally:
        temporary.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Remove temporary files that a writer which was killed has left in ``folder``."""
    for leftover in folder.glob(f"{TEMPORARY_PREFIX}*"):
        leftover.unlink(missing_ok=True)


def _force_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _force_folder_to_disk(folder: Path) -> None:
    if sys.platform == "win32":  # a folder cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace(temporary: Path, path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    for wait in _REPLACE_WAITS if sys.platform == "win32" else ():
        try:
            temporary.replace(path)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    temporary.replace(path)


def _reason(error: OSError) -> str:
    """Return the system's words for a failure, without the temporary file's name."""
    # Arrow's errors name the system's error only inside their text.
    found = _ARROW_ERRNO.search(str(error))
    reason = os.strerror(int(found[1])) if found else (error.strerror or str(error).split("\n", 1)[0])
    return reason[:1].lower() + reason[1:]
