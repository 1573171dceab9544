"""What the table was measured on, in the words of someone who compares it with another machine."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.environments import ROOT


@dataclass(frozen=True)
class Machine:
    """Processor, cores, memory and system; the load average just before the first round."""

    processor: str
    cores: int
    gigabytes: float
    system: str
    python: str
    day: str
    commit: str
    load: float

    @property
    def is_busy(self) -> bool:
        """Whether others wanted the processors too."""
        return self.load > 0.25 * self.cores

    def lines(self) -> list[str]:
        """Return what it is, line by line."""
        return [
            f"{self.processor}, {self.cores} cores, {self.gigabytes:.0f} GB",
            f"{self.system}, Python {self.python}",
            f"{self.day}, Candlewick at {self.commit}",
            f"load average before the first round: {self.load:.2f}",
        ]


def this_machine() -> Machine:
    """Look at the machine now."""
    return Machine(
        processor=_field(Path("/proc/cpuinfo"), "model name", ":")
        or platform.processor()
        or platform.machine(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        gigabytes=_memory(),
        system=_field(Path("/etc/os-release"), "PRETTY_NAME", "=").strip('"') or platform.platform(),
        python=platform.python_version(),
        day=datetime.now(UTC).date().isoformat(),
        commit=_commit(),
        load=load(),
    )


def load() -> float:
    """Return how many programs wanted to run in the last minute; not a number where nobody counts."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def _memory() -> float:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return float("nan")
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30


def _field(path: Path, name: str, sign: str) -> str:
    if not path.exists():
        return ""
    lines = (line.partition(sign) for line in path.read_text().splitlines())
    return next((value.strip() for key, _, value in lines if key.strip() == name), "")


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "an unknown commit"
