"""What happens while a scan runs, as immutable data: the stream's only vocabulary.

A stream is one ``ScanStarted``, any number of ``MatchBatch``, ``SymbolOutcome`` and ``ScanProgress``, and exactly
one ``ScanFinished`` at its end, whatever happened in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import pyarrow as pa

    from engine.scan.results import ProcessingResult, ScanResult


@dataclass(frozen=True, slots=True)
class ScanStarted:
    """The job is checked and planned; ``columns`` are the result columns in order."""

    run_id: str
    total: int
    workers: int
    columns: tuple[str, ...]
    history: int


@dataclass(frozen=True, slots=True)
class MatchBatch:
    """Matches of symbols that have just finished: the columns of the result, each symbol's rows by time."""

    run_id: str
    matches: pa.Table


@dataclass(frozen=True, slots=True)
class SymbolOutcome:
    """How one symbol ended; there is exactly one per symbol of the universe.

    A symbol that failed while the universe was being ranked is unranked: the others were ranked without it.
    """

    run_id: str
    result: ProcessingResult
    is_unranked: bool = False


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """Symbols done so far, monotone up to the total; ``seconds`` since the start."""

    run_id: str
    completed: int
    total: int
    matches: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ScanFinished:
    """The last event, also after a cancel: the whole result, marked partial where it is."""

    run_id: str
    result: ScanResult


ScanEvent: TypeAlias = ScanStarted | MatchBatch | SymbolOutcome | ScanProgress | ScanFinished
