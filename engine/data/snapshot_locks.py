"""Locks on files that end with the program that holds them, however it ends.

Here: :func:`try_lock`. Nothing waits: who cannot have a lock goes another way. On Windows a file that is open
cannot be removed or replaced, which does what a shared lock is for here; only exclusive ones are taken there.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import msvcrt

    def try_lock(descriptor: int, *, exclusive: bool) -> bool:
        """Lock an open file until it is closed; False when another program has it."""
        if exclusive:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            except PermissionError:
                return False
        return True

else:
    import fcntl

    def try_lock(descriptor: int, *, exclusive: bool) -> bool:
        """Lock an open file until it is closed; False when another program has it."""
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
