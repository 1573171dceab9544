"""A delimited text file as columns of text: nothing is guessed or touched, every line is accounted for.

Here: reading and line numbers. Not here: what the texts mean (``normalise``, ``rows``).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from engine.data.reading_rules import AS_FOUND, ReadingRules

_DELIMITERS = ",;\t|"
_START = 65_536
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_EXCEL_SEPARATOR = re.compile(r'"?sep=(.)"?')


class TextTableError(ValueError):
    """A file that cannot be read as a table at all; the text says why."""


@dataclass(frozen=True, slots=True)
class RaggedLine:
    """A line with too few or too many fields."""

    line: int
    fields: int
    expected: int
    text: str


@dataclass(frozen=True, slots=True)
class TextTable:
    """The lines of a file that have the header's number of fields, and those that have not.

    Empty lines are no rows. ``lines`` gives each row's line number in the file, counted from 1.
    """

    table: pa.Table
    lines: NDArray[np.int64]
    ragged: tuple[RaggedLine, ...]

    @property
    def rows(self) -> int:
        """All rows of the file, ragged ones included."""
        return len(self.lines) + len(self.ragged)


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the text is cut into fields; ``before`` lines come before the first row."""

    names: tuple[str, ...]
    separator: str
    before: int
    skipped: int


def read_header(path: Path, rules: ReadingRules = AS_FOUND) -> tuple[str, ...]:
    """Return the column names in a text file's first line; raises TextTableError."""
    return _shape(_start(path), rules).names


def read_text_table(path: Path, rules: ReadingRules = AS_FOUND, *, only_start: bool = False) -> TextTable:
    """Read the whole file, or the lines within its first 64 KiB; raises TextTableError."""
    start = _start(path)
    shape = _shape(start, rules)
    if len(set(shape.names)) < len(shape.names):
        raise TextTableError("two of its columns have the same name")
    ragged: list[RaggedLine] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        ragged.append(RaggedLine(row.number, row.actual_columns, row.expected_columns, row.text))
        return "skip"

    try:
        with _stream(path, start if only_start else None) as stream:
            table = arrow_csv.read_csv(
                stream,
                # Row numbers are known to a single thread only.
                arrow_csv.ReadOptions(
                    use_threads=False,
                    block_size=1 << 22,
                    encoding=_encoding(start, rules),
                    skip_rows=shape.skipped,
                    column_names=None if rules.has_header else list(shape.names),
                ),
                arrow_csv.ParseOptions(
                    delimiter=shape.separator, ignore_empty_lines=False, invalid_row_handler=note
                ),
                arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(shape.names, pa.string()), null_values=[]
                ),
            )
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise TextTableError(f"it cannot be read as text: {str(error).splitlines()[0]}") from error
    first = 1 + shape.before
    lines = np.arange(first, first + table.num_rows + len(ragged))
    if ragged:
        lines = np.delete(lines, [row.line - first for row in ragged])
    empty = reduce(pc.and_, (pc.equal(column, "") for column in table.columns)).to_numpy()
    if empty.any():
        table, lines = table.filter(pa.array(~empty)), lines[~empty]
    return TextTable(table, lines, tuple(ragged))


def _stream(path: Path, start: bytes | None) -> pa.NativeFile:
    if start is None:
        return pa.input_stream(str(path))
    if len(start) == _START:
        # A line that is cut off is no line of the file.
        if start.startswith(_UTF_16):
            text = start.decode("utf-16", "ignore")
            start = text[: text.rfind("\n") + 1].encode("utf-16")
        else:
            start = start[: start.rfind(b"\n") + 1]
    return pa.BufferReader(start)


def _start(path: Path) -> bytes:
    try:
        if path.stat().st_size == 0:
            raise TextTableError("it is empty (0 bytes)")
        with pa.input_stream(str(path)) as stream:
            start: bytes = stream.read(_START)
    except (pa.ArrowException, OSError) as error:
        raise TextTableError(f"it cannot be read: {str(error).splitlines()[0]}") from error
    if b"\0" in start and not start.startswith(_UTF_16):
        raise TextTableError("it is not a text file")
    return start


def _encoding(start: bytes, rules: ReadingRules) -> str:
    return "utf-16" if start.startswith(_UTF_16) else rules.encoding


def _shape(start: bytes, rules: ReadingRules) -> _Shape:
    first, second = _first_lines(start, _encoding(start, rules))
    # Excel says in a line of its own what stands between the fields.
    said = _EXCEL_SEPARATOR.fullmatch(first.strip())
    skipped = 1 if said is not None else 0
    line = first if said is None else second
    separator = rules.separator or (said[1] if said is not None else max(_DELIMITERS, key=line.count))
    names = tuple(next(csv.reader([line], delimiter=separator), []))
    if not any(name.strip() for name in names):
        raise TextTableError("its first line names no columns")
    if not rules.has_header:
        names = tuple(f"column {number}" for number in range(1, len(names) + 1))
    return _Shape(names, separator, skipped + int(rules.has_header), skipped)


def _first_lines(start: bytes, encoding: str) -> tuple[str, str]:
    """Return a text's first line, and the second one where that may be needed."""
    if encoding == "utf-16":
        found = [line.rstrip("\r") for line in start.decode(encoding, "ignore").split("\n", 2)]
        return found[0], found[1] if len(found) > 1 else ""
    lines = [line.rstrip(b"\r") for line in start.split(b"\n", 2)]
    try:
        first = lines[0].decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError:
        raise TextTableError("its first line is not UTF-8 text") from None
    return first, lines[1].decode(encoding, "replace") if len(lines) > 1 else ""
