"""What a system under measurement is, and which ones there are.

A module in ``peers`` holds ``SYSTEMS``; it is found by being there. Each of its systems runs in an interpreter of
its own (``one_run.py``), so that libraries are imported inside functions and only the standard library at the top.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import peers

# A symbol and a day such as 2020-03-09.
Match = tuple[str, str]
HERE = "candlewick"


@dataclass(frozen=True)
class Places:
    """Where a system finds the bars, and a folder of its own in which it may keep things from round to round."""

    bars: Path
    own: Path


@dataclass
class Prepared:
    """A system that is ready: ``scan`` is what the clock sees, everything else is not.

    ``before`` is called before each scan. ``matches`` turns what a scan returned into symbols and days; without it the
    work is not S1, and only its time is looked at. ``seconds`` reads that time from what the scan returned, for work
    that only it can clock.
    """

    scan: Callable[[], Any]
    matches: Callable[[Any], Iterable[Match]] | None = None
    before: Callable[[], object] = lambda: None
    seconds: Callable[[Any], float] | None = None
    close: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class System:
    """One row of the table: who does the work, in which environment, and what happens before the clock starts.

    ``store`` writes the system's own store, once. ``differs`` says why its matches may be others by design.
    """

    name: str
    environment: str
    ready: str
    prepare: Callable[[Places], Prepared]
    packages: tuple[str, ...] = ()
    store: Callable[[Places], None] | None = None
    differs: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether this is Candlewick."""
        return self.environment == HERE and self.name.startswith("Candlewick")


class NotYetError(Exception):
    """What is to be measured does not exist in this version of a system; the message says so."""


def all_systems() -> tuple[System, ...]:
    """Return the systems of every module in ``peers``, ours first."""
    found: list[System] = []
    for module in pkgutil.iter_modules(peers.__path__):
        found += importlib.import_module(f"{peers.__name__}.{module.name}").SYSTEMS
    return tuple(sorted(found, key=lambda system: not system.is_ours))
