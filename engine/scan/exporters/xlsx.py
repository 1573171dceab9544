"""Excel: one sheet of matches; dates are dates, symbols and every other text are text and never a formula.

The same matches give the same bytes: the time of writing is not in the file.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from engine.atomic import TEMPORARY_PREFIX
from engine.errors import OutputError
from engine.scan.exporters.base import Exporter, Progress, exporters, untold
from engine.scan.exporters.csv import is_daily

# Excel's last row, less the header.
MOST_ROWS = 1_048_575
# The first day that Excel knows for what it is; earlier ones are written as text.
_FIRST_DATE = datetime(1900, 3, 1)  # noqa: DTZ001  bars carry no zone
_ALWAYS = datetime(1980, 1, 1)  # noqa: DTZ001
_BATCH_ROWS = 5_000
# Packing the book takes about a tenth of the time that its rows take.
_PACKING = 10
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

_WriteCell = Callable[[int, int, Any], object]


def write_xlsx(matches: pa.Table, timeframe: str, path: Path, progress: Progress = untold) -> None:
    """Write the table to a new file; raises OutputError for more rows than a sheet holds."""
    rows = matches.num_rows
    if rows > MOST_ROWS:
        reason = f"a sheet of Excel holds {MOST_ROWS:,} matches, not {rows:,}; write .csv or .parquet"
        raise OutputError(path.name, reason)
    import xlsxwriter  # noqa: PLC0415  scans that write no book need not wait for it

    steps = rows + rows // _PACKING
    # The rows wait in a file of their own until the book is closed; it goes whatever happens.
    with (
        tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=path.parent) as folder,
        path.open("wb") as file,
    ):
        packed = _WatchedFile(file, lambda: progress(rows, steps))
        book = xlsxwriter.Workbook(packed, {**_OPTIONS, "tmpdir": folder})
        try:
            _write_book(matches, timeframe, book, lambda row: progress(row, steps))
            _pack(book)
        finally:
            packed.give_up()
            # After a failure xlsxwriter leaves the waiting rows open.
            for sheet in book.worksheets():
                sheet.row_data_fh.close()
    progress(steps, steps)


class _WatchedFile:
    """A file that looks up before each write; when that raises, or on ``give_up``, the rest is written nowhere.

    So that packing a large book can be cancelled, and what zipfile still does when it is torn down harms nobody.
    """

    def __init__(self, file: IO[bytes], look_up: Callable[[], object]) -> None:
        self._file: IO[bytes] | None = file
        self._look_up = look_up

    def give_up(self) -> None:
        self._file = None

    def write(self, data: bytes) -> int:
        if self._file is None:
            return len(data)
        try:
            self._look_up()
        except BaseException:
            self.give_up()
            raise
        return self._file.write(data)

    def tell(self) -> int:
        return 0 if self._file is None else self._file.tell()

    def seek(self, place: int, whence: int = 0) -> int:
        return 0 if self._file is None else self._file.seek(place, whence)

    def flush(self) -> None:
        if self._file is not None:
            self._file.flush()

    def seekable(self) -> bool:
        return True


def _write_book(matches: pa.Table, timeframe: str, book: Any, tell: Callable[[int], object]) -> None:
    book.set_properties({"created": _ALWAYS, "comments": "Written by Candlewick."})
    sheet = book.add_worksheet("Matches")
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, matches.num_rows, matches.num_columns - 1)
    sheet.set_column(1, 1, 12 if is_daily(timeframe) else 19)
    for place, name in enumerate(matches.column_names):
        sheet.write_string(0, place, name, bold)
    writers = [_cell_writer(field, timeframe, book, sheet) for field in matches.schema]
    row = 1
    for batch in matches.to_batches(max_chunksize=_BATCH_ROWS):
        tell(row)
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            for place, value in enumerate(values):
                if value is not None:
                    writers[place](row, place, value)
            row += 1


def _pack(book: Any) -> None:
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415  as above

    try:
        book.close()
    except FileCreateError as error:
        cause = error.args[0] if error.args else error
        raise cause if isinstance(cause, OSError) else OSError(str(error)) from error


def _cell_writer(field: pa.Field, timeframe: str, book: Any, sheet: Any) -> _WriteCell:
    """Return what writes a column's values, none of them None."""
    if pa.types.is_timestamp(field.type):
        # A moment with a zone is no bar: it is shown to the second, in UTC.
        return _moment_writer("1m" if field.type.tz else timeframe, book, sheet)
    if pa.types.is_boolean(field.type):
        write_boolean: _WriteCell = sheet.write_boolean
        return write_boolean
    if pa.types.is_floating(field.type) or pa.types.is_integer(field.type):
        return partial(_write_number, sheet)
    # Format "text": Excel leaves 005930 alone when its cell is edited.
    as_text = book.add_format({"num_format": "@"})
    return lambda row, place, value: sheet.write_string(row, place, str(value), as_text)


def _moment_writer(timeframe: str, book: Any, sheet: Any) -> _WriteCell:
    daily = is_daily(timeframe)
    shown = book.add_format({"num_format": "yyyy-mm-dd" if daily else "yyyy-mm-dd hh:mm:ss"})

    def write(row: int, place: int, value: datetime) -> None:
        value = value.replace(tzinfo=None)
        if value >= _FIRST_DATE:
            sheet.write_datetime(row, place, value, shown)
        else:
            sheet.write_string(row, place, str(value.date() if daily else value))

    return write


def _write_number(sheet: Any, row: int, place: int, value: float) -> None:
    if math.isfinite(value):
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, repr(value))


exporters.add(".xlsx", Exporter(".xlsx", "Excel", write_xlsx))
