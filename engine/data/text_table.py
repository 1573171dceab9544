"""A delimited text file as columns of text: nothing is guessed or touched, every line is accounted for.

Here: reading and line numbers. Not here: what the texts mean (``normalise``, ``rows``).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

_DELIMITERS = ",;\t"


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


def read_header(path: Path) -> tuple[str, ...]:
    """Return the column names in a text file's first line; raises TextTableError."""
    return _header(path)[0]


def read_text_table(path: Path) -> TextTable:
    """Read the whole file; raises TextTableError."""
    names, delimiter = _header(path)
    if len(set(names)) < len(names):
        raise TextTableError("two of its columns have the same name")
    ragged: list[RaggedLine] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        ragged.append(RaggedLine(row.number, row.actual_columns, row.expected_columns, row.text))
        return "skip"

    try:
        with pa.input_stream(str(path)) as stream:
            table = arrow_csv.read_csv(
                stream,
                # Row numbers are known to a single thread only.
                arrow_csv.ReadOptions(use_threads=False, block_size=1 << 22),
                arrow_csv.ParseOptions(
                    delimiter=delimiter, ignore_empty_lines=False, invalid_row_handler=note
                ),
                arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), null_values=[]),
            )
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise TextTableError(f"it cannot be read as text: {str(error).splitlines()[0]}") from error
    lines = np.arange(2, 2 + table.num_rows + len(ragged))
    if ragged:
        lines = np.delete(lines, [row.line - 2 for row in ragged])
    empty = reduce(pc.and_, (pc.equal(column, "") for column in table.columns)).to_numpy()
    if empty.any():
        table, lines = table.filter(pa.array(~empty)), lines[~empty]
    return TextTable(table, lines, tuple(ragged))


def _header(path: Path) -> tuple[tuple[str, ...], str]:
    try:
        if path.stat().st_size == 0:
            raise TextTableError("it is empty (0 bytes)")
        with pa.input_stream(str(path)) as stream:
            start = stream.read(65_536)
    except (pa.ArrowException, OSError) as error:
        raise TextTableError(f"it cannot be read: {str(error).splitlines()[0]}") from error
    if b"\0" in start:
        raise TextTableError("it is not a text file")
    first = start.split(b"\n", 1)[0].rstrip(b"\r")
    try:
        line = first.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TextTableError("its first line is not UTF-8 text") from None
    delimiter = max(_DELIMITERS, key=line.count)
    names = tuple(next(csv.reader([line], delimiter=delimiter), []))
    if not any(name.strip() for name in names):
        raise TextTableError("its first line names no columns")
    return names, delimiter
