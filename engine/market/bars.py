"""One symbol's bars as arrays, from raw rows of a file to the clean series that a formula sees.

Here: the frozen container and how to slice it. Cleaning is in ``quality``, longer bars in ``resample``.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
TimeArray: TypeAlias = NDArray[np.datetime64]
BoolArray: TypeAlias = NDArray[np.bool_]

PRICE_FIELDS = ("open", "high", "low", "close")
FIELDS = (*PRICE_FIELDS, "volume")
_CHECKSUM = "checksum"


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """A symbol's bars, oldest first; all arrays have one length n.

    ``timestamp`` is ``datetime64[us]``; prices and volume are ``float64``, NaN where the source has no value.
    Bars that came out of :func:`engine.market.quality.clean` are strictly increasing in time and hold no
    broken bar; volume alone may be NaN. Arrays are shared, never copied on slicing: do not write into them.
    ``known`` remembers what was found out about the arrays: their checksum, and under the names of fields that none of
    their values is missing, infinite or huge.
    """

    symbol: str
    timestamp: TimeArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray
    known: dict[str, int] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.timestamp)

    def field(self, name: str) -> FloatArray:
        """Return one of ``FIELDS`` by name."""
        array: FloatArray = getattr(self, name)
        return array

    def checksum(self) -> int:
        """Return a CRC-32 over all values, NaN included, one column after the other."""
        checksum = self.known.get(_CHECKSUM)
        if checksum is None:
            checksum = 0
            for array in (self.timestamp, self.open, self.high, self.low, self.close, self.volume):
                checksum = zlib.crc32(np.ascontiguousarray(array).view(np.int64).data, checksum)
            self.known[_CHECKSUM] = checksum
        return checksum

    def take(self, rows: slice | BoolArray | NDArray[np.intp]) -> Bars:
        """Return the bars at ``rows`` (a slice shares memory, a mask or an index copies)."""
        return Bars(
            self.symbol,
            self.timestamp[rows],
            *(self.field(name)[rows] for name in FIELDS),
        )

    @classmethod
    def empty(cls, symbol: str) -> Bars:
        """Return a symbol without bars."""
        nothing = np.empty(0, dtype=np.float64)
        return cls(symbol, np.empty(0, dtype="datetime64[us]"), nothing, nothing, nothing, nothing, nothing)
