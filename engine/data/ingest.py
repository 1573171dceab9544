"""Files of bars into a repository, with an account of every file and every row.

Here: choosing the source and adding up. Not here: the formats (``sources``), folders that are written
(``ingest_target``), tables of a database (``sql_writing``), and what a source looks like (``preview``).

Prices are written as they were read, bit for bit, and no row is judged: a broken bar is kept and left out
when the symbol is scanned. What cannot be a bar at all is refused with its place and a reason. For files and
for rows, those that came in are those written plus those refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from engine.data.folder_names import PREFIX
from engine.data.ingest_target import Target, open_target
from engine.data.reading_rules import AS_FOUND, ReadingRules
from engine.data.sources.base import (
    SOURCES,
    BarSource,
    Expected,
    FileFound,
    FileRefused,
    Note,
    RowsRefused,
    SourceEvent,
    Step,
    SymbolRows,
)
from engine.errors import DataError
from engine.registry import discover

Progress = Callable[[int, int], None]
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Refusal:
    """All rows refused for one reason, with the places of the first ones."""

    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of a source.

    ``files_in == files_written + len(files_refused)`` and ``rows_in == rows_written + rows_refused`` always
    hold. ``files_refused`` pairs each file with its reason, ``replaced`` names symbols that the repository
    had before.
    """

    source: str
    into: str
    files_in: int
    files_written: int
    files_refused: tuple[tuple[str, str], ...]
    rows_in: int
    rows_written: int
    refusals: tuple[Refusal, ...]
    symbols: int
    replaced: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def rows_refused(self) -> int:
        """How many rows were refused, for all reasons."""
        return sum(refusal.count for refusal in self.refusals)

    def summary_rows(self) -> tuple[tuple[str, str], ...]:
        """Return the report as pairs of a label and a text, in the order to print them."""
        rows = [
            (
                "files",
                f"{self.files_in:,} in, {self.files_written:,} written, {len(self.files_refused):,} refused",
            ),
            ("rows", f"{self.rows_in:,} in, {self.rows_written:,} written, {self.rows_refused:,} refused"),
            ("symbols", f"{self.symbols:,} written, {len(self.replaced):,} of them replaced"),
        ]
        rows += [("refused file", f"{file}: {reason}") for file, reason in self.files_refused]
        for refusal in self.refusals:
            rows.append(("refused rows", f"{refusal.count:,}: {refusal.reason}"))
            rows += [("", example) for example in refusal.examples]
        return (*rows, *(("note", note) for note in self.notes))


def ingest(
    source: str | Path,
    into: str | Path,
    progress: Progress | None = None,
    rules: ReadingRules = AS_FOUND,
) -> IngestReport:
    """Read the bars at ``source`` into the folder or database ``into``; ``progress`` receives done and total.

    A symbol that the repository has already is replaced as a whole. A folder changes when everything has been
    read: what ``progress`` raises ends the work and leaves the folder as it was. Raises DataError when the source
    is missing or of no known kind, OutputError when the repository cannot be written.
    """
    origin = Path(source).expanduser()
    reader = find_source(origin, rules)
    target = open_target(into)
    ledger = _Ledger(target, progress)
    try:
        for event in reader.read(origin, rules):
            ledger.enter(event)
        target.keep()
    finally:
        target.close()
    return ledger.report(str(origin), target.shown)


def find_source(path: Path, rules: ReadingRules = AS_FOUND) -> BarSource:
    """Return the kind of source that can read ``path``; raises DataError."""
    if not path.exists():
        raise DataError(str(path), f"There is nothing at {path}: check the path.")
    if path.is_dir() and any(path.glob(f"{PREFIX}*")):
        raise DataError(str(path), f"{path} is a folder of bars already: scan it as it is.")
    discover("engine.data.sources")
    for source in SOURCES:
        if source.recognises(path, rules):
            return source
    kinds = "; or ".join(source.label for source in SOURCES)
    raise DataError(str(path), f"{path} holds no bars in a form that can be read. That would be {kinds}.")


@dataclass
class _Ledger:
    """Adds up the events of a source while writing what they bring."""

    target: Target
    progress: Progress | None
    steps: int = 0
    done: int = 0
    files: int = 0
    rows_in: int = 0
    rows_written: int = 0
    symbols: int = 0
    refused_files: list[tuple[str, str]] = field(default_factory=list)
    refused_rows: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    replaced: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def enter(self, event: SourceEvent) -> None:
        match event:
            case Expected(steps):
                self.steps = steps
            case Step():
                self.done += 1
                if self.progress is not None:
                    self.progress(self.done, self.steps)
            case FileFound(_, rows):
                self.files += 1
                self.rows_in += rows
            case FileRefused(file, reason, rows):
                self.refused_files.append((file, reason))
                if rows:
                    self._refuse("the whole file was refused", rows, (f"{file}: {reason}",))
            case RowsRefused(_, reason, count, examples):
                self._refuse(reason, count, examples)
            case SymbolRows(bars):
                if self.target.write(bars):
                    self.replaced.append(bars.symbol)
                self.symbols += 1
                self.rows_written += len(bars)
            case Note(sentence):
                self.notes.append(sentence)

    def _refuse(self, reason: str, count: int, examples: tuple[str, ...]) -> None:
        so_far, known = self.refused_rows.get(reason, (0, []))
        known += examples[: _EXAMPLES - len(known)]
        self.refused_rows[reason] = (so_far + count, known)

    def report(self, source: str, into: str) -> IngestReport:
        refusals = (
            Refusal(reason, count, tuple(examples)) for reason, (count, examples) in self.refused_rows.items()
        )
        report = IngestReport(
            source=source,
            into=into,
            files_in=self.files,
            files_written=self.files - len(self.refused_files),
            files_refused=tuple(self.refused_files),
            rows_in=self.rows_in,
            rows_written=self.rows_written,
            refusals=tuple(refusals),
            symbols=self.symbols,
            replaced=tuple(self.replaced),
            notes=tuple(self.notes),
        )
        assert report.rows_in == report.rows_written + report.rows_refused, "a source lost count of its rows"
        return report
