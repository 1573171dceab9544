"""Files of bars into a repository, with an account of every file and every row.

Here: choosing the source, writing each symbol in one step, adding up. Not here: the formats (``sources``), and
tables of a database (``sql_writing``).

Prices are written as they were read, bit for bit, and no row is judged: a broken bar is kept and left out
when the symbol is scanned. What cannot be a bar at all is refused with its place and a reason. For files and
for rows, those that came in are those written plus those refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from engine.atomic import remove_leftovers
from engine.data.folder_names import PREFIX, encode_symbol
from engine.data.hive import symbol_folders
from engine.data.opening import is_database
from engine.data.parquet import BARS_FILE, write_bars
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
from engine.data.sources.synthetic import is_demo
from engine.errors import DataError, OutputError
from engine.market.bars import Bars
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


def ingest(source: str | Path, into: str | Path, progress: Progress | None = None) -> IngestReport:
    """Read the bars at ``source`` into the folder or database ``into``; ``progress`` receives done and total.

    A symbol that the repository has already is replaced as a whole. Raises DataError when the source is
    missing or of no known kind, OutputError when the repository cannot be written.
    """
    origin = Path(source).expanduser()
    reader = find_source(origin)
    target = open_target(into)
    ledger = _Ledger(target, progress)
    try:
        for event in reader.read(origin):
            ledger.enter(event)
    finally:
        target.close()
    return ledger.report(str(origin), target.shown)


class Target(Protocol):
    """A repository that is written; ``shown`` is its address for the report."""

    shown: str

    def write(self, bars: Bars) -> bool:
        """Write all of one symbol in one step; tell whether it was there before. Raises OutputError."""
        ...

    def close(self) -> None:
        """End the writing."""
        ...


def open_target(into: str | Path) -> Target:
    """Return the folder or the table to write; raises DataError for no address, OutputError as writing does."""
    if is_database(into):
        from engine.data.sql_writing import SqlTarget  # noqa: PLC0415  nobody else needs it

        return SqlTarget(str(into))
    return FolderTarget(Path(into).expanduser())


def find_source(path: Path) -> BarSource:
    """Return the kind of source that can read ``path``; raises DataError."""
    if not path.exists():
        raise DataError(str(path), f"There is nothing at {path}: check the path.")
    if path.is_dir() and any(path.glob(f"{PREFIX}*")):
        raise DataError(str(path), f"{path} is a folder of bars already: scan it as it is.")
    discover("engine.data.sources")
    for source in SOURCES:
        if source.recognises(path):
            return source
    kinds = "; or ".join(source.label for source in SOURCES)
    raise DataError(str(path), f"{path} holds no bars in a form that can be read. That would be {kinds}.")


class FolderTarget:
    """The folder that is written, and which symbols it had before."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.shown = str(root)
        if root.is_dir() and is_demo(root):
            raise OutputError(str(root), "it holds the synthetic demo, which must not mix with other bars")
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            exists = isinstance(error, FileExistsError)
            reason = "it is a file" if exists else (error.strerror or str(error)).lower()
            raise OutputError(str(root), reason) from error
        has_bars = any(root.glob(f"{PREFIX}*"))
        self._before = symbol_folders(root) if has_bars else {}

    def write(self, bars: Bars) -> bool:
        """Write one symbol's file and remove all others of it; tell whether it was there before."""
        before = self._before.get(bars.symbol, ())
        folder = self._root / (before[0] if before else f"{PREFIX}{encode_symbol(bars.symbol)}")
        try:
            folder.mkdir(exist_ok=True)
            write_bars(bars, folder / BARS_FILE)
            remove_leftovers(folder)
            for name in before:
                for file in (self._root / name).glob("*.parquet"):
                    if file != folder / BARS_FILE:
                        file.unlink()
            for name in before[1:]:
                (self._root / name).rmdir()
        except OSError as error:
            raise OutputError(str(folder), (error.strerror or str(error)).lower()) from error
        return bool(before)

    def close(self) -> None:
        """Nothing is open between two symbols."""


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
