"""What a store of bars offers, and the in-memory one.

A repository hands workers its *address*, never itself: ``opening.open_repository`` turns the address back
into a repository in whichever process needs one. Hive Parquet lives in ``hive``, files to import in
``sources``.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, runtime_checkable

import pyarrow as pa

from engine.data.normalise import ALIASES, ColumnError, match_columns
from engine.data.parquet import bars_from_table
from engine.data.series import RangeReading
from engine.data.spill import SCHEME, HeldBars, combined_version, write_spill
from engine.errors import DataError, UnknownNameError
from engine.market.bars import FIELDS, Bars
from engine.market.timeframe import Timeframe

if TYPE_CHECKING:
    import pandas as pd


@runtime_checkable
class CandleRepository(Protocol):
    """Bars by symbol."""

    @property
    def address(self) -> str:
        """The text from which :func:`open_repository` opens the same bars in another process."""
        ...

    def symbols(self) -> tuple[str, ...]:
        """All symbols, sorted."""
        ...

    def read_raw(self, symbol: str) -> Bars:
        """Return the symbol's rows as stored (unsorted, with duplicates and broken rows, if so stored).

        Raises UnknownNameError for a symbol that is not there and DataError for a file that cannot be read.
        """
        ...

    def get_range(
        self,
        symbol: str,
        timeframe: Timeframe | str = Timeframe.DAY,
        start: date | None = None,
        end: date | None = None,
    ) -> pd.DataFrame:
        """Return clean bars between two dates, both inclusive, as timestamp and the five fields."""
        ...

    def data_version(self, symbols: tuple[str, ...] | None = None) -> str:
        """Return a short text that changes when any of these symbols' stored bars may have changed."""
        ...


class InMemoryCandleRepository(RangeReading):
    """Bars from data frames, one per symbol.

    A frame has a column such as ``date`` or ``timestamp`` or times as its index, ``open``, ``high``, ``low``,
    ``close`` and perhaps ``volume``, under any of the names that files may use. Frames are copied: changing
    one later changes nothing here. A frame that cannot be used is the fault of its symbol alone, raised when
    that is read. The first use of :attr:`address` writes all bars to a temporary file, which goes with
    :meth:`close`, with the repository itself or with the program.
    """

    def __init__(self, frames: Mapping[str, pd.DataFrame]) -> None:
        self._held = {symbol: _held(symbol, frames[symbol]) for symbol in sorted(_checked_names(frames))}
        self._lock = threading.Lock()
        self._spilled: Path | None = None
        self._removal: weakref.finalize[..., Any] | None = None

    def __repr__(self) -> str:
        return f"InMemoryCandleRepository({len(self._held)} symbols)"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __getstate__(self) -> object:
        message = "a repository hands workers its address, never itself"
        raise TypeError(message)

    @property
    def address(self) -> str:
        """The temporary file, written on first use, from which other processes open the same bars."""
        with self._lock:
            if self._spilled is None:
                folder = Path(tempfile.mkdtemp(prefix="candlewick-"))
                self._removal = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
                write_spill(self._held, folder / "bars.arrow")
                self._spilled = folder / "bars.arrow"
            return f"{SCHEME}:{self._spilled}"

    def close(self) -> None:
        """Remove the temporary file; the bars in this process stay. May be called twice."""
        with self._lock:
            if self._removal is not None:
                self._removal()
            self._spilled = None

    def symbols(self) -> tuple[str, ...]:
        """All symbols, sorted."""
        return tuple(self._held)

    def read_raw(self, symbol: str) -> Bars:
        """Return the symbol's rows as given; raises UnknownNameError or DataError."""
        held = self._held.get(symbol)
        if held is None:
            raise UnknownNameError("symbol", symbol, self.symbols())
        return held.rows()

    def data_version(self, symbols: tuple[str, ...] | None = None) -> str:
        """Return a hash of the contents of these symbols' rows."""
        return combined_version(self._held, symbols)


def _checked_names(frames: Mapping[Any, pd.DataFrame]) -> Iterator[str]:
    for symbol in frames:
        if not isinstance(symbol, str):
            sentence = f"A symbol is text: write '{symbol}' in quotes, so that it keeps its zeros."
            raise DataError(str(symbol), sentence)
        yield symbol


def _held(symbol: str, frame: pd.DataFrame) -> HeldBars:
    try:
        bars = bars_from_table(symbol, _table(frame))
        copies = (bars.field(name).copy() for name in FIELDS)
        return HeldBars.of(Bars(symbol, bars.timestamp.copy(), *copies))
    except (ColumnError, pa.ArrowException) as error:
        return HeldBars.broken(symbol, f"The bars of {symbol} cannot be read from their frame: {error}.")


def _table(frame: pd.DataFrame) -> pa.Table:
    """Return the columns of a frame that matter; an index of times stands in for a missing time column."""
    columns = {str(name): frame.iloc[:, place] for place, name in enumerate(frame.columns)}
    if len(columns) < frame.shape[1]:
        raise ColumnError("two columns have the same name")
    if not any(name.strip().casefold() in ALIASES["timestamp"] for name in columns):
        if frame.index.dtype.kind != "M":
            raise ColumnError("there is no column 'timestamp' or 'date', and the index holds no times")
        columns["timestamp"] = frame.index.to_series()
    arrays = {}
    for field, name in match_columns(columns).items():
        if field != "symbol":
            array = pa.array(columns[name], from_pandas=True)
            arrays[name] = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
    return pa.table(arrays)
