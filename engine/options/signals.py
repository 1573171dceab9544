"""Files of signals to read, and of past returns to hold structures against.

Here: ``read_signals``, ``read_forward_returns`` and ``forward_returns_of``, from CSV or Parquet. Tickers and symbols
are text, ``005930`` and ``NA`` too; every other column keeps the type that its cells have in common.
"""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from engine.errors import DataError
from engine.options.contract_request import TICKER_COLUMNS
from engine.options.forward import ForwardReturns

_WINDOW = re.compile(r"^fwd_(\d+)$")


def read_signals(path: Path) -> pa.Table:
    """Return the rows of a file. Raises DataError."""
    try:
        if path.suffix.lower() == ".parquet":
            return pq.read_table(path)
        with csv.open_csv(path) as reader:
            names = reader.schema.names
        types = {name: pa.string() for name in names if name.casefold() in TICKER_COLUMNS}
        return csv.read_csv(path, convert_options=csv.ConvertOptions(column_types=types))
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise DataError(str(path), f"{path} cannot be read as a table: {reason}") from error


def read_forward_returns(path: Path) -> ForwardReturns:
    """Return the past returns in a file's columns ``fwd_5``, ``fwd_10`` … Raises DataError."""
    try:
        found = forward_returns_of(read_signals(path))
    except pa.ArrowException as error:
        raise DataError(str(path), f"{path} holds returns that are no numbers: {error}") from error
    if found is None:
        sentence = (
            f"{path} has no columns such as fwd_20: give the forward_returns file that an evaluation wrote."
        )
        raise DataError(str(path), sentence)
    return found


def forward_returns_of(table: pa.Table) -> ForwardReturns | None:
    """Return the past returns in a table's columns ``fwd_5``, ``fwd_10`` …; None if it has none."""
    windows = {name: int(found[1]) for name in table.column_names if (found := _WINDOW.match(name))}
    if not windows:
        return None
    return ForwardReturns(
        {window: table.column(name).cast(pa.float64()).to_numpy() for name, window in windows.items()}
    )
