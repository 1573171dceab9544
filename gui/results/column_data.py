"""The values of one column as a growing NumPy array, one class per kind.

Here: appending arrow values, the sort key, one value, and the way back to arrow. Unknown is NaN, NaT, truth
-1 or text code -1. Not here: which rows are shown in which order (``row_order``).
"""

from __future__ import annotations

import math
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gui.results.columns import Kind

Scalar = TypeVar("Scalar", bound=np.generic)
RowIds = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
NOT_A_TIME = np.iinfo(np.int64).min
MICROSECONDS_A_DAY = 86_400_000_000


class GrowingArray(Generic[Scalar]):
    """An array that doubles its room, so that n small appends cost O(n) copies in all."""

    def __init__(self, dtype: Any) -> None:
        self._room: NDArray[Scalar] = np.empty(1024, dtype=dtype)
        self._used = 0

    def __len__(self) -> int:
        return self._used

    def extend(self, values: NDArray[Scalar]) -> None:
        """Add ``values`` at the end."""
        needed = self._used + len(values)
        if needed > len(self._room):
            room = np.empty(max(needed, 2 * len(self._room)), dtype=self._room.dtype)
            room[: self._used] = self.values
            self._room = room
        self._room[self._used : needed] = values
        self._used = needed

    @property
    def values(self) -> NDArray[Scalar]:
        """The filled part; not a copy, and stale after the next ``extend``."""
        return self._room[: self._used]


class ColumnData(Protocol):
    """What the store asks of each kind of column."""

    def append(self, values: pa.ChunkedArray) -> None:
        """Add arrow values at the end; null becomes unknown."""

    def append_unknown(self, count: int) -> None:
        """Add ``count`` unknown values at the end."""

    def sort_key(self, descending: bool) -> NDArray[Any]:
        """Return an array whose ascending order is the wanted one, unknown last both ways."""

    def item(self, row: int) -> Any:
        """Return one value as float, datetime64, bool or text; None where unknown."""

    def to_arrow(self, rows: RowIds) -> pa.Array:
        """Return the values of these rows, null where unknown."""


class NumberData:
    """Numbers as float64, unknown is NaN."""

    def __init__(self) -> None:
        self._array: GrowingArray[np.float64] = GrowingArray(np.float64)

    @property
    def values(self) -> NDArray[np.float64]:
        """All values, not a copy."""
        return self._array.values

    def append(self, values: pa.ChunkedArray) -> None:
        """Add numbers; null becomes NaN."""
        self._array.extend(values.cast(pa.float64(), safe=False).fill_null(float("nan")).to_numpy())

    def append_unknown(self, count: int) -> None:
        """Add NaN ``count`` times."""
        self._array.extend(np.full(count, np.nan))

    def sort_key(self, descending: bool) -> NDArray[Any]:
        """Return the values, negated for descending: NumPy sorts NaN last either way."""
        return -self.values if descending else self.values

    def item(self, row: int) -> float | None:
        """Return one number, None where unknown."""
        value = float(self.values[row])
        return None if math.isnan(value) else value

    def to_arrow(self, rows: RowIds) -> pa.Array:
        """Return float64 with null for NaN."""
        return pa.array(self.values[rows], pa.float64(), from_pandas=True)


class TimeData:
    """Moments as datetime64[us], unknown is NaT."""

    def __init__(self) -> None:
        self._array: GrowingArray[np.datetime64] = GrowingArray("datetime64[us]")
        self.whole_days = True

    @property
    def values(self) -> NDArray[np.datetime64]:
        """All moments, not a copy."""
        return self._array.values

    def append(self, values: pa.ChunkedArray) -> None:
        """Add moments; ``whole_days`` turns false with the first that isn't a midnight."""
        moments = values.cast(pa.timestamp("us"), safe=False).to_numpy().astype("datetime64[us]")
        if self.whole_days:
            known = moments[~np.isnat(moments)]
            self.whole_days = bool(np.all(known == known.astype("datetime64[D]")))
        self._array.extend(moments)

    def append_unknown(self, count: int) -> None:
        """Add NaT ``count`` times."""
        self._array.extend(np.full(count, np.datetime64("NaT"), "datetime64[us]"))

    def sort_key(self, descending: bool) -> NDArray[Any]:
        """Return whole numbers with NaT as the largest: they sort faster than datetime64.

        They are microseconds, or days in 16 bits where that is enough: those sort by radix, ten times as fast.
        """
        key = self.values.view(np.int64)
        unknown = key == NOT_A_TIME
        if self.whole_days and (days := _small_days(key, unknown, descending=descending)) is not None:
            return days
        key = -key if descending else key.copy()
        key[unknown] = np.iinfo(np.int64).max
        return key

    def item(self, row: int) -> np.datetime64 | None:
        """Return one moment, None where unknown."""
        value = self.values[row]
        return None if np.isnat(value) else value

    def to_arrow(self, rows: RowIds) -> pa.Array:
        """Return timestamp[us] with null for NaT."""
        return pa.array(self.values[rows], pa.timestamp("us"))


def _small_days(
    moments: NDArray[np.int64], unknown: BoolArray, *, descending: bool
) -> NDArray[np.uint16] | None:
    """Return midnights as days since the first one, or until the last one; None if they span over 179 years."""
    largest = np.iinfo(np.uint16).max
    days = moments // MICROSECONDS_A_DAY
    known = days[~unknown] if unknown.any() else days
    if not len(known):
        return np.full(len(days), largest, np.uint16)
    first, last = int(known.min()), int(known.max())
    if last - first >= largest:
        return None
    small = (last - days if descending else days - first).astype(np.uint16)
    small[unknown] = largest
    return small


class TruthData:
    """Truth as int8: 1 true, 0 false, -1 unknown."""

    def __init__(self) -> None:
        self._array: GrowingArray[np.int8] = GrowingArray(np.int8)

    @property
    def values(self) -> NDArray[np.int8]:
        """All values, not a copy."""
        return self._array.values

    def append(self, values: pa.ChunkedArray) -> None:
        """Add booleans; null becomes -1."""
        self._array.extend(values.cast(pa.int8()).fill_null(-1).to_numpy())

    def append_unknown(self, count: int) -> None:
        """Add -1 ``count`` times."""
        self._array.extend(np.full(count, -1, np.int8))

    def sort_key(self, descending: bool) -> NDArray[Any]:
        """Return false before true, or true before false; 16 bits so that NumPy takes its radix sort."""
        places = (1, 0, 2) if descending else (0, 1, 2)
        return np.array(places, np.uint16)[self.values]

    def item(self, row: int) -> bool | None:
        """Return one truth, None where unknown."""
        value = int(self.values[row])
        return None if value < 0 else bool(value)

    def to_arrow(self, rows: RowIds) -> pa.Array:
        """Return booleans with null for unknown."""
        taken = self.values[rows]
        return pa.array(taken == 1, pa.bool_(), mask=taken < 0)


class TextData:
    """Text as codes into a dictionary of words, unknown is code -1."""

    def __init__(self) -> None:
        self._codes: GrowingArray[np.int32] = GrowingArray(np.int32)
        self._code_of: dict[str, int] = {}
        self.words: list[str] = []

    @property
    def codes(self) -> NDArray[np.int32]:
        """The word's number of each row, not a copy."""
        return self._codes.values

    def append(self, values: pa.ChunkedArray) -> None:
        """Add texts; words not seen before get the next codes."""
        if not pa.types.is_dictionary(values.type):
            values = values.cast(pa.string()).dictionary_encode()
        for chunk in values.chunks:
            codes = [self._code(word) for word in chunk.dictionary.to_pylist()]
            own = np.array([*codes, -1], np.int32)
            self._codes.extend(own[chunk.indices.fill_null(len(codes)).to_numpy()])

    def _code(self, word: str) -> int:
        code = self._code_of.setdefault(word, len(self.words))
        if code == len(self.words):
            self.words.append(word)
        return code

    def append_unknown(self, count: int) -> None:
        """Add code -1 ``count`` times."""
        self._codes.extend(np.full(count, -1, np.int32))

    def per_row(self, per_word: NDArray[Scalar], unknown: Any, rows: slice) -> NDArray[Scalar]:
        """Spread one value per word over the rows; code -1 picks the appended ``unknown``."""
        spread: NDArray[Scalar] = np.append(per_word, np.array([unknown], per_word.dtype))
        return spread[self.codes[rows]]

    def sort_key(self, descending: bool) -> NDArray[Any]:
        """Return each row's rank among the words, without regard to case; 16 bits sort by radix."""
        count = len(self.words)
        dtype = np.uint16 if count < np.iinfo(np.uint16).max else np.uint32
        order = sorted(range(count), key=lambda code: (self.words[code].casefold(), self.words[code]))
        ranks = np.empty(count, dtype)
        ranks[order] = np.arange(count, dtype=dtype)
        if descending and count:
            ranks = (count - 1 - ranks).astype(dtype)
        return self.per_row(ranks, np.iinfo(dtype).max, slice(None))

    def item(self, row: int) -> str | None:
        """Return one text, None where unknown."""
        code = int(self.codes[row])
        return None if code < 0 else self.words[code]

    def to_arrow(self, rows: RowIds) -> pa.Array:
        """Return strings with null for unknown."""
        taken = self.codes[rows]
        indices = pa.array(taken, pa.int32(), mask=taken < 0)
        return pa.DictionaryArray.from_arrays(indices, pa.array(self.words, pa.string())).cast(pa.string())


def data_for(kind: Kind) -> NumberData | TimeData | TruthData | TextData:
    """Return an empty array of the kind."""
    match kind:
        case Kind.NUMBER:
            return NumberData()
        case Kind.TIME:
            return TimeData()
        case Kind.TRUTH:
            return TruthData()
        case Kind.TEXT:
            return TextData()
