"""Ranks across the universe: each symbol's values on a date become percentiles of that date.

1. :class:`RankStore` owns a temporary folder. :meth:`RankStore.begin` opens a pass, :meth:`RankPass.add` writes one
   symbol's periods and values behind those of the symbols before it.
2. :meth:`RankPass.finish` ranks the file in place, some dates at a time, so that memory stays small.
3. Workers map the file into memory and take their symbol's part (:class:`RankTable`).

The percentile of a value is 100 times the share of the date's other values that it exceeds, ties counted half: 0 for
the lowest, 100 for the highest. It is unknown where the value is, and for a symbol that is alone on its date. Only
the date's values decide, so neither the number of workers nor their order matters.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError
from engine.market.bars import Bars, FloatArray

# Values that are ranked together: about 50 MB with everything that sorting them takes.
BLOCK_VALUES = 1_000_000

_Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RankTable:
    """The percentiles of one rank: a file of float64, and where each symbol's part begins and how long it is."""

    path: str
    places: Mapping[str, tuple[int, int]]

    def place_of(self, bars: Bars) -> tuple[int, int]:
        """Return where the symbol's part begins and how long it is; DataError when it has none for these bars."""
        if bars.symbol not in self.places:
            sentence = f"{bars.symbol} has no rank: it is not among the symbols that were ranked."
            raise DataError(bars.symbol, sentence)
        begin, count = self.places[bars.symbol]
        if count != len(bars):
            sentence = f"The bars of {bars.symbol} changed while the scan ran: run it again."
            raise DataError(bars.symbol, sentence)
        return begin, count

    def of(self, bars: Bars) -> FloatArray:
        """Return the symbol's percentiles, one per bar; raises DataError when its bars have changed since."""
        begin, count = self.place_of(bars)
        if not count:
            return np.empty(0)
        mapped = np.memmap(self.path, dtype=np.float64, mode="r", offset=begin * 8, shape=(count,))
        return np.array(mapped)


class RankStore:
    """A folder of ranks that goes with the run, whatever becomes of it; use it in a ``with`` statement."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.tables: dict[int, RankTable] = {}

    def __enter__(self) -> RankStore:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def begin(self, ranks: Sequence[int]) -> RankPass:
        """Open a pass over the universe that works out the ranks of these numbers."""
        if self.folder is None:
            self.folder = Path(tempfile.mkdtemp(prefix="candlewick-ranks-"))
        return RankPass(self.folder, ranks, self.tables)


class RankPass:
    """One pass: every symbol's values are added, then ranked together."""

    def __init__(self, folder: Path, ranks: Sequence[int], tables: dict[int, RankTable]) -> None:
        self._tables = tables
        self._paths = {rank: folder / f"rank{rank}.f64" for rank in ranks}
        self._key_path = folder / f"periods{ranks[0]}.i64"
        self._places: dict[str, tuple[int, int]] = {}
        self._written = 0
        self._files: list[IO[bytes]] = [path.open("wb") for path in (self._key_path, *self._paths.values())]

    def add(self, symbol: str, periods: _Keys, values: Sequence[FloatArray]) -> None:
        """Take one symbol's values, one array per rank; ``periods`` (days, weeks …) are increasing."""
        self._places[symbol] = (self._written, len(periods))
        self._written += len(periods)
        for file, array in zip(self._files, (periods, *values), strict=True):
            file.write(np.ascontiguousarray(array).data)

    def finish(self) -> Iterator[None]:
        """Replace the values by their percentiles, with a pause after each block; then the store has the tables."""
        self.close()
        if self._written:
            periods: _Keys = np.memmap(self._key_path, dtype=np.int64, mode="r")
            blocks = rows_by_period(periods, list(self._places.values()))
            for path in self._paths.values():
                values = np.memmap(path, dtype=np.float64, mode="r+")
                for rows in blocks:
                    values[rows] = percentiles(periods[rows], values[rows])
                    yield
                values.flush()
        for rank, path in self._paths.items():
            self._tables[rank] = RankTable(str(path), self._places)

    def close(self) -> None:
        """Close the files that values are written to; may be called twice."""
        for file in self._files:
            file.close()


def percentiles(periods: NDArray[Any], values: FloatArray) -> FloatArray:
    """Return each value's percentile among the values of its period, NaN where it has none."""
    result = np.full(len(values), np.nan)
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return result
    # Ties share a rank, so only the second sort must keep the order of the first; over 16 bits it is a radix sort.
    order = known[np.argsort(values[known])]
    begin = periods[known].min()
    narrow = np.uint16 if periods[known].max() - begin < 65_536 else np.int64
    order = order[np.argsort((periods[order] - begin).astype(narrow), kind="stable")]
    period, value = periods[order], values[order]
    number = np.arange(len(order))
    new_period = np.append(True, period[1:] != period[:-1])
    new_value = new_period | np.append(True, value[1:] != value[:-1])
    first, size = _runs(new_period)
    tie, tied = _runs(new_value)
    below = number[tie] - number[first] + (tied - 1) / 2
    with np.errstate(invalid="ignore"):
        result[order] = np.where(size > 1, 100.0 * below / (size - 1), np.nan)
    return result


def _runs(begins: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for each row, where its run begins and how long it is."""
    starts = np.flatnonzero(begins)
    lengths = np.diff(np.append(starts, len(begins)))
    return np.repeat(starts, lengths), np.repeat(lengths, lengths)


def rows_by_period(periods: _Keys, places: Sequence[tuple[int, int]]) -> list[NDArray[np.int64]]:
    """Cut the periods into blocks of about ``BLOCK_VALUES`` values; return the rows of each.

    ``places`` are where each symbol's rows begin and how many there are, whose periods are increasing.
    """
    lowest = int(periods.min())
    per_period = np.bincount(periods - lowest)
    block_of = np.cumsum(per_period) // BLOCK_VALUES
    edges = lowest + np.append(
        np.flatnonzero(np.append(True, block_of[1:] != block_of[:-1])), len(per_period)
    )
    cuts = [begin + np.searchsorted(periods[begin : begin + count], edges) for begin, count in places]
    return [
        np.concatenate([np.arange(cut[block], cut[block + 1]) for cut in cuts])
        for block in range(len(edges) - 1)
    ]
