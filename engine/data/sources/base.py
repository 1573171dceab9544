"""What a source of bars is: something that tells, event by event, what it found and what it refused.

Here: the events, the protocol and the registry. Each module of this package registers one source; a new kind
of file is one new module. Not here: writing bars and adding up (``engine.data.ingest``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.reading_rules import AS_FOUND, ReadingRules
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


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a source, as they stand there.

    ``file`` is the one of ``files`` that they come from; ``numbers`` are their places there, in a count of ``word``
    (``line`` or ``row``). ``symbol`` is theirs where no column says it.
    """

    file: str
    files: int
    table: pa.Table
    word: str
    numbers: NDArray[np.int64]
    symbol: str = ""


class BarSource(Protocol):
    """One kind of files that hold bars; ``rules`` say what the files do not say themselves."""

    name: str
    label: str

    def recognises(self, path: Path, rules: ReadingRules = AS_FOUND) -> bool:
        """Tell whether the file or folder at ``path`` is of this kind, by a glance."""
        ...

    def sample(self, path: Path, rules: ReadingRules = AS_FOUND) -> Sample:
        """Return the first rows, quickly; raises DataError when there are none."""
        ...

    def read(self, path: Path, rules: ReadingRules = AS_FOUND) -> Iterator[SourceEvent]:
        """Yield ``Expected`` and then what is found; raises DataError when nothing at all can be read."""
        ...


SOURCES: Registry[BarSource] = Registry("source of bars")
