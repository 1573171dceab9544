"""What a source of bars is: something that tells, event by event, what it found and what it refused.

Here: the events, the protocol and the registry. Each module of this package registers one source; a new kind
of file is one new module. Not here: writing bars and adding up (``engine.data.ingest``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from engine.market.bars import Bars
from engine.registry import Registry


@dataclass(frozen=True, slots=True)
class Expected:
    """The first event: how many steps of progress follow, one per ``Step``."""

    steps: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of progress is done."""


@dataclass(frozen=True, slots=True)
class FileFound:
    """A file was opened and holds so many rows; each comes out in a ``SymbolRows`` or is refused."""

    file: str
    rows: int


@dataclass(frozen=True, slots=True)
class FileRefused:
    """Nothing of the file is used; ``rows`` are those that no ``RowsRefused`` accounts for."""

    file: str
    reason: str
    rows: int = 0


@dataclass(frozen=True, slots=True)
class RowsRefused:
    """Rows that cannot be bars; ``examples`` are the first of them, each with its place."""

    file: str
    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SymbolRows:
    """All rows of one symbol, exactly as the source has them."""

    bars: Bars


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about the source that the user should see."""

    sentence: str


SourceEvent: TypeAlias = Expected | Step | FileFound | FileRefused | RowsRefused | SymbolRows | Note


class BarSource(Protocol):
    """One kind of files that hold bars."""

    name: str
    label: str

    def recognises(self, path: Path) -> bool:
        """Tell whether the file or folder at ``path`` is of this kind, by a glance."""
        ...

    def read(self, path: Path) -> Iterator[SourceEvent]:
        """Yield ``Expected`` and then what is found; raises DataError when nothing at all can be read."""
        ...


SOURCES: Registry[BarSource] = Registry("source of bars")
