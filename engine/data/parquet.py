"""One symbol's Parquet file: how Candlewick writes it and how it reads any.

Written files hold the declared schema, zstd pages with checksums, no row of another symbol, and a *seal* in
their metadata: the number of rows and a checksum of all values. Page checksums cover the pages but not the
footer that says where they lie and what they mean; the seal covers what was read, so that a flipped bit is an
error and never other data. Files without a seal are read too, with whatever checksums they have.

Reading accepts what :mod:`engine.data.normalise` accepts. Every fault is a DataError with one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine.atomic import atomic_path
from engine.data.arrow_arrays import values_of
from engine.data.normalise import ColumnError, all_good, as_numbers, as_times, match_columns
from engine.errors import DataError
from engine.market.bars import FIELDS, Bars

SCHEMA = pa.schema(
    [
        pa.field("timestamp", pa.timestamp("us"), nullable=False),
        *(pa.field(name, pa.float64(), nullable=False) for name in FIELDS),
    ]
)
_SEAL = b"candlewick.seal"
_MAGIC = b"PAR1"
BARS_FILE = "bars.parquet"
# Without Arrow's copy of the schema and without statistics the footer is small: there is less to damage.
_WRITING: Mapping[str, Any] = {
    "compression": "zstd",
    "use_dictionary": False,
    "write_statistics": False,
    "store_schema": False,
    "write_page_checksum": True,
    "column_encoding": {"timestamp": "DELTA_BINARY_PACKED"},
}
_COLUMNS = ("timestamp", *FIELDS)
_OWN_NAMES = {name: name for name in _COLUMNS}


def write_bars(bars: Bars, path: Path, labels: Mapping[str, str] | None = None) -> None:
    """Write all rows of ``bars`` as they are; ``labels`` go into the file's metadata. Raises OutputError."""
    arrays = [pa.array(bars.timestamp), *(pa.array(bars.field(name)) for name in FIELDS)]
    metadata = {_SEAL: _seal(bars), **{key.encode(): value.encode() for key, value in (labels or {}).items()}}
    with atomic_path(path) as temporary, pq.ParquetWriter(temporary, SCHEMA, **_WRITING) as writer:
        if len(bars):
            writer.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA), row_group_size=len(bars))
        writer.add_key_value_metadata(metadata)


def read_bars(symbol: str, path: str | Path) -> Bars:
    """Return the rows of one file in the file's order. Raises DataError."""
    try:
        with (
            pa.OSFile(str(path)) as source,
            pq.ParquetFile(source, page_checksum_verification=True, pre_buffer=False) as file,
        ):
            metadata = file.metadata
            seal = (metadata.metadata or {}).get(_SEAL)
            if metadata.num_columns == len(_COLUMNS) and tuple(file.schema.names) == _COLUMNS:
                bars = _plain_bars(symbol, file.read(use_threads=False))
            else:
                columns = match_columns(file.schema_arrow.names)
                bars = _bars(symbol, file.read(columns=list(columns.values()), use_threads=False), columns)
    except ColumnError as error:
        raise _unreadable(symbol, path, str(error)) from error
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise _unreadable(symbol, path, _damage(Path(path), error)) from error
    if seal is not None and seal != _seal(bars):
        raise _unreadable(symbol, path, "its contents do not match the checksum they were written with")
    return bars


def _plain_bars(symbol: str, table: pa.Table) -> Bars:
    """Return the rows of a table with our own names, at once where it has our own types and lies in one piece."""
    if table.schema.equals(SCHEMA) or table.schema.types == SCHEMA.types:
        batches = table.to_batches()
        if len(batches) == 1 and not any(column.null_count for column in batches[0].columns):
            return Bars(symbol, *map(values_of, batches[0].columns))
    return _bars(symbol, table, _OWN_NAMES)


def bars_from_bytes(symbol: str, data: bytes, place: str) -> Bars:
    """Return the rows of a file that was read as a whole from ``place``; raises DataError."""
    try:
        with pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True, pre_buffer=False) as file:
            seal = (file.metadata.metadata or {}).get(_SEAL)
            columns = match_columns(file.schema_arrow.names)
            bars = _bars(symbol, file.read(columns=list(columns.values()), use_threads=False), columns)
        reason = "its contents do not match the checksum they were written with"
        if seal is None or seal == _seal(bars):
            return bars
    except ColumnError as error:
        reason = str(error)
    except (pa.ArrowException, OSError, ValueError, KeyError):
        reason = "it is damaged, cut off or no Parquet file"
    raise DataError(place, f"The bars of {symbol} cannot be read from {place}: {reason}.")


def bars_from_table(symbol: str, table: pa.Table) -> Bars:
    """Return a table's rows as bars, whatever its columns are called; raises ColumnError."""
    return _bars(symbol, table, match_columns(table.column_names))


def _bars(symbol: str, table: pa.Table, columns: Mapping[str, str]) -> Bars:
    times = columns["timestamp"]
    values = {"timestamp": all_good(as_times(table.column(times), times), times)}
    for name in FIELDS:
        if name in columns:
            values[name] = all_good(as_numbers(table.column(columns[name]), columns[name]), columns[name])
        else:
            values[name] = np.full(table.num_rows, np.nan)
    return Bars(symbol, **values)


def _seal(bars: Bars) -> bytes:
    """Return the number of rows and a checksum of all values."""
    return b"%d:%08x" % (len(bars), bars.checksum())


def _damage(path: Path, error: BaseException) -> str:
    """Say what is wrong with a file that the Parquet reader refused."""
    if isinstance(error, PermissionError):
        return "reading it is not permitted"
    if isinstance(error, MemoryError):
        return "there is not enough memory, or it is damaged"
    if not path.exists():
        return "it has vanished"
    if path.is_dir():
        return "it is a folder, not a Parquet file"
    return _wrong_ends(path) or "it is damaged; write it again from its source"


def _wrong_ends(path: Path) -> str | None:
    """Say what a file's first and last bytes tell about it."""
    contents = path.read_bytes()
    if not contents:
        return "it is empty (0 bytes)"
    if not contents.startswith(_MAGIC):
        return "it is not a Parquet file"
    if not contents.endswith(_MAGIC):
        return "it is cut off; write it again from its source"
    return None


def _unreadable(symbol: str, path: str | Path, reason: str) -> DataError:
    return DataError(str(path), f"The bars of {symbol} cannot be read from {path}: {reason}.")
