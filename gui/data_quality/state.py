"""The badge's words and the list's rows, from the engine's report; no Qt.

Here: what is shown, filtered and sorted. Not here: what is wrong with a bar (``engine.data.inspection``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal, TypeAlias

from engine.data.inspection import STALE_SESSIONS, DataReport, FaultKind
from gui.wording import Translate, as_written

Level: TypeAlias = Literal["sound", "warning", "error", "unknown"]
MARKS: dict[Level, str] = {"sound": "✓", "warning": "⚠", "error": "✗", "unknown": "…"}


@dataclass(frozen=True, slots=True)
class Badge:
    """What the badge says; the mark comes before the text, and the level decides the colour of both."""

    level: Level
    text: str
    tip: str

    @property
    def label(self) -> str:
        """Mark and text."""
        return f"{MARKS[self.level]} {self.text}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list."""

    title: str
    meaning: str


COLUMNS = (
    Column("Symbol", "Double click shows its chart"),
    Column("Last bar", "The day of its last bar that can be used"),
    Column(
        "Behind",
        "How many sessions have followed its last bar; a session is a day on which any symbol has a bar",
    ),
    Column("Bars", "How many of its rows are bars that can be used"),
    Column("What is wrong", "Why rows are left out, and what else is to be known"),
)
NUMBERS = (2, 3)


class Shown(Enum):
    """Which symbols the list shows."""

    FAULTS = "Everything that is wrong"
    BROKEN = "Broken bars"
    STALE = "Stale"
    NOTES = "Notes only"
    ALL = "All symbols"


@dataclass(frozen=True, slots=True)
class Row:
    """One symbol; ``kinds`` are those of its faults."""

    symbol: str
    last: str
    behind: int
    bars: int
    words: str
    kinds: frozenset[FaultKind]

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the texts of the columns."""
        behind = f"{self.behind:,}" if self.last else ""
        return (self.symbol, self.last or "–", behind, f"{self.bars:,}", self.words or "✓ nothing")


_BROKEN = {FaultKind.UNREADABLE, FaultKind.EMPTY, FaultKind.BROKEN, FaultKind.FUTURE}
_KEYS: tuple[Callable[[Row], object], ...] = (
    lambda row: row.symbol.casefold(),
    lambda row: row.last,
    lambda row: row.behind,
    lambda row: row.bars,
    lambda row: (not row.words, row.words.casefold()),
)


def badge_of(report: DataReport, tr: Translate = as_written) -> Badge:
    """Return what is said of the data in a few words."""
    if report.newest is None:
        return Badge("error", tr("no bars"), tr("No bar of this data can be used."))
    parts = [tr("to {day}").format(day=report.newest)]
    if report.stale:
        parts.append(tr("{n} stale").format(n=f"{len(report.stale):,}"))
    if report.broken:
        parts.append(tr("{n} with broken bars").format(n=f"{len(report.broken):,}"))
    level: Level = "error" if report.unreadable else "warning" if report.broken or report.stale else "sound"
    lines = (
        tr("Bars from {first} to {newest}, {bars} in {symbols} symbols.").format(
            first=report.first,
            newest=report.newest,
            bars=f"{report.bars:,}",
            symbols=f"{len(report.symbols):,}",
        ),
        tr("{n} ended more than {sessions} sessions before that.").format(
            n=f"{len(report.stale):,}", sessions=STALE_SESSIONS
        ),
        tr("{n} have bars that cannot be used.").format(n=f"{len(report.broken):,}"),
        tr("Click for the list."),
    )
    return Badge(level, " · ".join(parts), "\n".join(lines))


def rows_of(report: DataReport) -> tuple[Row, ...]:
    """Return a row for every symbol."""
    rows = []
    for check in report.symbols:
        faults = report.faults(check)
        rows.append(
            Row(
                check.symbol,
                str(check.last) if check.last is not None else "",
                report.sessions_behind(check),
                check.quality.bars,
                " ".join(fault.sentence for fault in faults),
                frozenset(fault.kind for fault in faults),
            )
        )
    return tuple(rows)


def shown_rows(rows: Sequence[Row], shown: Shown, text: str) -> list[Row]:
    """Return the rows of one kind that hold every word of a text."""
    words = text.casefold().split()
    return [
        row
        for row in rows
        if _is_shown(row, shown)
        and all(word in f"{row.symbol} {row.last} {row.words}".casefold() for word in words)
    ]


def sorted_rows(rows: list[Row], column: int, *, descending: bool) -> list[Row]:
    """Return rows in the order of a column; equal ones by symbol."""
    by_symbol = sorted(rows, key=lambda row: row.symbol.casefold())
    return sorted(by_symbol, key=_KEYS[column], reverse=descending)  # type: ignore[arg-type]


def as_text(rows: Sequence[Row]) -> str:
    """Return rows with their titles for the clipboard."""
    head = "\t".join(column.title for column in COLUMNS)
    return "\n".join((head, *("\t".join(row.cells) for row in rows)))


def _is_shown(row: Row, shown: Shown) -> bool:
    match shown:
        case Shown.FAULTS:
            return bool(row.kinds)
        case Shown.BROKEN:
            return bool(row.kinds & _BROKEN)
        case Shown.STALE:
            return FaultKind.STALE in row.kinds
        case Shown.NOTES:
            return row.kinds == {FaultKind.NOTE}
    return True
