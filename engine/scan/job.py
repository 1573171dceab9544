"""What is asked of a scan: names and numbers only, so that a job pickles, hashes and saves as YAML.

Here: ``ProcessingJob``, ``DateRange``, ``JobType`` and their own limits. Whether the formula, the symbols and the
columns make sense against real data is checked by ``checks`` before a scan starts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from engine.errors import JobError


class JobType(str, Enum):
    """What a job is for."""

    SCAN = "scan"


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days on which bars may match, both inclusive; None leaves that side open."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.end < self.start:
            sentence = f"The date range ends ({self.end}) before it starts ({self.start}): swap the two dates."
            raise JobError((("date_range", sentence),))


@dataclass(frozen=True)
class ProcessingJob:
    """One scan.

    ``columns`` are extra result columns, name to formula. ``parameters`` fill ``:name`` in all formulas.
    ``last_bars`` lets only each symbol's last n bars match, ``lookback_days`` only the calendar days before its
    last bar; every series is still computed from the symbol's first bar.
    """

    formula: str
    columns: Mapping[str, str] = field(default_factory=dict)
    timeframe: str = "1d"
    date_range: DateRange | None = None
    symbols: tuple[str, ...] | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    last_bars: int | None = None
    lookback_days: int | None = None
    job_type: JobType = JobType.SCAN
    name: str = ""
