"""CSV: UTF-8, ISO dates, points in numbers, nothing for unknown; the same bytes from window and command line.

Free text that a spreadsheet could take for a formula gets a leading apostrophe; symbols and numbers stay as they
are.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv

from engine.market.timeframe import Timeframe
from engine.scan.exporters.base import Exporter, Progress, exporters, untold

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FORMULA_START = r"^[=+\-@\t\r]"
_NEEDS_QUOTES = '[",\r\n]'
_BATCH_ROWS = 50_000


def write_csv(matches: pa.Table, timeframe: str, path: Path, progress: Progress = untold) -> None:
    """Write the table to a new file."""
    with path.open("wb") as file:
        _write(matches, timeframe, file, progress)


def csv_bytes(matches: pa.Table, timeframe: str) -> bytes:
    """Return the file's content."""
    buffer = io.BytesIO()
    _write(matches, timeframe, buffer)
    return buffer.getvalue()


def result_sha256(matches: pa.Table, timeframe: str) -> str:
    """Return the checksum that ``sha256sum`` gives for the exported CSV file."""
    return hashlib.sha256(csv_bytes(matches, timeframe)).hexdigest()


def _write(matches: pa.Table, timeframe: str, file: IO[bytes], progress: Progress = untold) -> None:
    file.write((",".join(_header_cell(name) for name in matches.column_names) + "\n").encode())
    if matches.num_rows == 0:
        return
    if "timestamp" in matches.column_names:
        when = _when(matches.column("timestamp"), timeframe)
        matches = matches.set_column(matches.column_names.index("timestamp"), "timestamp", when)
    table = _guarded(matches)
    options = pc_csv.WriteOptions(include_header=False, quoting_style=_quoting(table))
    for first in range(0, table.num_rows, _BATCH_ROWS):
        progress(first, table.num_rows)
        pc_csv.write_csv(table.slice(first, _BATCH_ROWS), file, options)
    progress(table.num_rows, table.num_rows)


def _when(moments: pa.ChunkedArray, timeframe: str) -> pa.ChunkedArray:
    """Return days, or for intraday bars times to the second, finer only where the bars are."""
    if is_daily(timeframe):
        return moments.cast(pa.date32())
    try:
        return moments.cast(pa.timestamp("s"))
    except pa.ArrowInvalid:
        return moments


def is_daily(timeframe: str) -> bool:
    """Tell whether bars of this timeframe stand for days or longer."""
    return not Timeframe.parse(timeframe).is_intraday


def _guarded(table: pa.Table) -> pa.Table:
    """Put an apostrophe before free text that a spreadsheet would run; a symbol is no free text."""
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type) and field.name != "symbol":
            texts = table.column(place)
            runs = pc.match_substring_regex(texts, _FORMULA_START)
            if pc.any(runs).as_py():
                marked = pc.binary_join_element_wise("'", texts, "")
                table = table.set_column(place, field.name, pc.if_else(runs, marked, texts))
    return table


def _header_cell(name: str) -> str:
    guarded = f"'{name}" if name.startswith(_FORMULA_STARTS) else name
    if any(sign in guarded for sign in '",\r\n'):
        return '"' + guarded.replace('"', '""') + '"'
    return guarded


def _quoting(table: pa.Table) -> Any:
    """Arrow quotes every text or none; texts that need quotes are rare enough to look for."""
    texts = [
        table.column(name) for name in table.column_names if pa.types.is_string(table.schema.field(name).type)
    ]
    special = any(pc.any(pc.match_substring_regex(text.unique(), _NEEDS_QUOTES)).as_py() for text in texts)
    return "needed" if special else "none"


exporters.add(".csv", Exporter(".csv", "CSV", write_csv))
