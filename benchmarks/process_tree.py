"""Processor seconds and memory of a program and all that it has started; not a number where there is no /proc."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

_PROC = Path("/proc")


def family(root: int) -> list[int]:
    """Return the process and its descendants that are alive."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                children.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def processor_seconds(root: int) -> float:
    """Return what the family has used so far, members that have ended and been waited for included."""
    if not (_PROC / "self/stat").exists():
        return float("nan")
    ticks = 0
    for pid in family(root):
        with contextlib.suppress(OSError):
            ticks += sum(int(field) for field in _stat(pid)[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def unique_bytes(root: int) -> int:
    """Return the family's memory: anonymous and shared pages, each counted once; pages of mapped files are not."""
    total = 0
    for pid in family(root):
        with contextlib.suppress(OSError):
            for line in (_PROC / f"{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith(("Pss_Anon:", "Pss_Shmem:")):
                    total += 1024 * int(line.split()[1])
    return total


class PeakMemory:
    """Samples the memory of a family from another process than its own, until :meth:`stop`."""

    def __init__(self, root: int, every: float = 0.02) -> None:
        self._root, self._every = root, every
        self._stop = threading.Event()
        self._peak = 0
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    @property
    def has_looked(self) -> bool:
        """Whether there is a sample yet."""
        return self._peak > 0

    def stop(self) -> float:
        """Return the peak in megabytes."""
        self._stop.set()
        self._thread.join()
        return self._peak / 1e6 if self._peak else float("nan")

    def _watch(self) -> None:
        while not self._stop.wait(self._every):
            with contextlib.suppress(OSError):
                self._peak = max(self._peak, unique_bytes(self._root))


def _stat(pid: int) -> list[str]:
    """Return the fields of a process from its state on; its name may hold anything."""
    return (_PROC / f"{pid}/stat").read_text().rsplit(")", 1)[1].split()
