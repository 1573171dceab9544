"""What a scan gives back: one ``ProcessingResult`` per symbol, the table of matches, and the summary.

Here: the frozen containers. How they are assembled is in ``processing``; how they are written in ``exporters``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

import pyarrow as pa

from engine.execution.backend import ErrorInfo


class SymbolStatus(str, Enum):
    """How a symbol ended."""

    OK = "ok"
    NOT_EVALUABLE = "not_evaluable"
    ERROR = "error"
    TIMEOUT = "timeout"
    CRASH = "crash"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class SignalMatch:
    """One bar on which the formula was true."""

    symbol: str
    timestamp: datetime
    bar: int
    signal_type: str
    indicator_values: Mapping[str, float | None]


@dataclass(frozen=True)
class ScanSummary:
    """Counts and times of one scan; ``symbols`` counts every status and adds up to the universe."""

    matches: int
    symbols: Mapping[str, int]
    complete: bool
    seconds: Mapping[str, float]
    job_hash: str
    data_version: str
    result_sha256: str
    versions: Mapping[str, str]
    masked_bars: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
