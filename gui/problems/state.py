"""Problems of a scan as plain rows: what they are, which come first, what can be copied.

Here: no Qt. Not here: the table (``problems_model``) and the panel.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from engine.scan.results import ProcessingResult, SymbolStatus


class Severity(IntEnum):
    """How bad a problem is; the worst come first."""

    UNEXPECTED = 0
    CRASH = 1
    TIMEOUT = 2
    ERROR = 3
    NOT_EVALUABLE = 4


_SEVERITIES = {
    SymbolStatus.CRASH: Severity.CRASH,
    SymbolStatus.TIMEOUT: Severity.TIMEOUT,
    SymbolStatus.ERROR: Severity.ERROR,
    SymbolStatus.NOT_EVALUABLE: Severity.NOT_EVALUABLE,
}


@dataclass(frozen=True, slots=True)
class ProblemEntry:
    """One row; ``symbol`` is empty for problems of the program itself."""

    symbol: str
    severity: Severity
    sentence: str
    details: str = ""

    @property
    def clipboard_text(self) -> str:
        """What is worth sending to somebody who can help."""
        head = f"{self.symbol}: {self.sentence}" if self.symbol else self.sentence
        return f"{head}\n\n{self.details}" if self.details else head


def entry_of(result: ProcessingResult) -> ProblemEntry | None:
    """Return a symbol's problem, or None: a symbol that was scanned or cancelled has none."""
    severity = _SEVERITIES.get(result.status)
    if severity is None:
        return None
    return ProblemEntry(result.symbol, severity, result.error or result.status.value, result.details)


class ProblemList:
    """Entries sorted by one of the three columns; equal ones by severity, symbol and sentence."""

    def __init__(self) -> None:
        self.entries: tuple[ProblemEntry, ...] = ()
        self._column = 1
        self._descending = False

    def add(self, entries: Iterable[ProblemEntry]) -> bool:
        """Add entries not known yet; False when there were none."""
        known = set(self.entries)
        fresh = [entry for entry in dict.fromkeys(entries) if entry not in known]
        if not fresh:
            return False
        self.entries = self._sorted([*self.entries, *fresh])
        return True

    def clear(self) -> None:
        """Take all entries away."""
        self.entries = ()

    def sort(self, column: int, *, descending: bool) -> None:
        """Sort by symbol (0), severity (1) or sentence (2), now and from now on."""
        self._column, self._descending = column, descending
        self.entries = self._sorted(list(self.entries))

    def _sorted(self, entries: list[ProblemEntry]) -> tuple[ProblemEntry, ...]:
        entries.sort(key=lambda entry: (entry.severity, entry.symbol.casefold(), entry.sentence))
        if self._column == 0:
            entries.sort(key=lambda entry: entry.symbol.casefold(), reverse=self._descending)
        elif self._column == 1:
            entries.sort(key=lambda entry: entry.severity, reverse=self._descending)
        else:
            entries.sort(key=lambda entry: entry.sentence.casefold(), reverse=self._descending)
        return tuple(entries)
