"""CSV: UTF-8, ISO dates, points in numbers, nothing for unknown; the same bytes from window and command line.

Free text that a spreadsheet could take for a formula gets a leading apostrophe; symbols and numbers stay as they
are.
"""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc_csv
from numpy.typing import NDArray

from engine.data.arrow_arrays import array_of, values_of
from engine.market.timeframe import Timeframe
from engine.scan.exporters.base import Exporter, Progress, exporters, untold
from engine.scan.results import ScanResult

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NEEDS_QUOTES = re.compile('[",\r\n]')
_BATCH_ROWS = 50_000
_FEW_ROWS = 20_000


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


def checksum_of(result: ScanResult) -> str:
    """Return the same of a whole result, worked out once however many ask."""
    known = result.memo.get("sha256")
    if known is None:
        known = result.memo["sha256"] = result_sha256(result.matches, result.timeframe)
    return known


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
        days = [values_of(chunk).astype("datetime64[D]") for chunk in moments.chunks]
        return pa.chunked_array([_dates(each) for each in days], pa.date32())
    try:
        return moments.cast(pa.timestamp("s"))
    except pa.ArrowInvalid:
        return moments


def _dates(days: NDArray[np.datetime64]) -> pa.Array:
    """Return known days as an array of Arrow's; any with an unknown one as above."""
    if np.isnat(days).any():
        return pa.array(days, pa.date32())
    return array_of(days.astype(np.int64).astype(np.int32), pa.date32())


def is_daily(timeframe: str) -> bool:
    """Tell whether bars of this timeframe stand for days or longer."""
    return not Timeframe.parse(timeframe).is_intraday


def _guarded(table: pa.Table) -> pa.Table:
    """Put an apostrophe before free text that a spreadsheet would run; a symbol is no free text."""
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type) and field.name != "symbol":
            column = table.column(place)
            if any(text is not None and text.startswith(_FORMULA_STARTS) for text in _distinct(column)):
                marked = [
                    f"'{text}" if text and text.startswith(_FORMULA_STARTS) else text
                    for text in column.to_pylist()
                ]
                table = table.set_column(place, field.name, pa.array(marked, field.type))
    return table


def _distinct(column: pa.ChunkedArray) -> set[str | None]:
    """Return the different texts; of few rows without Arrow's functions, which take longer to load."""
    return set((column if len(column) <= _FEW_ROWS else column.unique()).to_pylist())


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
    special = any(_NEEDS_QUOTES.search(text or "") for column in texts for text in _distinct(column))
    return "needed" if special else "none"


exporters.add(".csv", Exporter(".csv", "CSV", write_csv))
