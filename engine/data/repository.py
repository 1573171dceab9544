"""What a store of bars offers, and the in-memory one.

A repository hands workers its *address*, never itself: :func:`open_repository` turns the address back into a
repository in whichever process needs one. Hive Parquet lives in ``hive``; files to import in ``sources``.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from engine.market.bars import Bars
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
        self, symbol: str, timeframe: Timeframe | str = Timeframe.DAY, start: date | None = None, end: date | None = None
    ) -> pd.DataFrame:
        """Return clean bars between two dates, both inclusive: columns timestamp, open, high, low, close, volume."""
        ...

    def data_version(self, symbols: tuple[str, ...] | None = None) -> str:
        """A short text that changes when any of these symbols' stored bars may have changed."""
        ...
