"""What a scan gives back: one ``ProcessingResult`` per symbol, the table of matches, and the summary.

Here: the frozen containers and how pieces of matches become one table. How a scan produces them is in
``processing``; how they are written in ``exporters``.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.arrow_arrays import array_of
from engine.market.bars import FloatArray, TimeArray

# What stands between a detector's name and its event's in a source; no name holds it.
_WITHIN_SOURCE = "\N{INFORMATION SEPARATOR ONE}"


def source_of(detector: str, event: str) -> str:
    """Return how a detector's event is named among the sources of matches, beside formulas' names."""
    return f"{detector}{_WITHIN_SOURCE}{event}"


def detector_and_event(source: str) -> tuple[str, str] | None:
    """Return the detector and the event of a source, or None for a formula's name."""
    detector, separator, event = source.partition(_WITHIN_SOURCE)
    return (detector, event) if separator else None


class SymbolStatus(StrEnum):
    """How a symbol ended."""

    OK = "ok"
    NOT_EVALUABLE = "not_evaluable"
    ERROR = "error"
    TIMEOUT = "timeout"
    CRASH = "crash"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class SignalMatch:
    """One bar on which the formula was true; ``bar`` counts the symbol's clean bars from 0."""

    symbol: str
    timestamp: datetime
    bar: int
    signal_type: str
    indicator_values: Mapping[str, float | None]


@dataclass(frozen=True, slots=True, eq=False)
class SymbolMatches:
    """One symbol's matches as arrays of one length; ``values`` stand in the order of the result's columns.

    With several formulas ``formula`` says which one it was on each row, as its number among their sorted names; with
    detectors which detector's event, and the first of the values is its score.
    """

    bar: NDArray[np.int64]
    timestamp: TimeArray
    close: FloatArray
    values: tuple[FloatArray, ...]
    formula: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.bar)

    def __reduce__(self) -> tuple[Callable[..., SymbolMatches], PackedMatches]:
        """Travel as :meth:`packed`."""
        return unpack_matches, self.packed()

    def packed(self) -> PackedMatches:
        """Return the matches as one row of bytes: array by array it takes ten times as long, for every symbol."""
        rows = (self.bar, self.timestamp, self.close, *self.values)
        data = b"".join([row.tobytes() for row in rows]) if len(self) else b""
        which = None if self.formula is None else self.formula.tobytes()
        return len(self), len(self.values), data, which


# Length, number of value columns, all columns, and the column of formulas.
PackedMatches: TypeAlias = tuple[int, int, bytes, bytes | None]


def unpack_matches(length: int, columns: int, data: bytes, which: bytes | None) -> SymbolMatches:
    """Return the matches that were packed; nobody can write into their arrays."""
    if not length and which is None:
        return no_matches(columns)
    rows = np.frombuffer(data, np.float64).reshape(3 + columns, length)
    formula = None if which is None else np.frombuffer(which, np.int32)
    return SymbolMatches(
        rows[0].view(np.int64), rows[1].view("datetime64[us]"), rows[2], tuple(rows[3:]), formula
    )


@functools.lru_cache(maxsize=64)
def no_matches(columns: int) -> SymbolMatches:
    """Return no matches: most symbols of most scans have none."""
    nothing = np.empty(0)
    nothing.setflags(write=False)
    values = (nothing,) * columns
    return SymbolMatches(nothing.view(np.int64), nothing.view("datetime64[us]"), nothing, values)


@dataclass(frozen=True, slots=True)
class Column:
    """A result column after symbol, timestamp and close; truth columns hold true, false or unknown."""

    name: str
    is_truth: bool = False


@dataclass(frozen=True, slots=True)
class ProcessingResult:
    """How one symbol ended; ``error`` is a sentence for every status but ``ok``."""

    symbol: str
    status: SymbolStatus
    processing_time_ms: float = 0.0
    error: str | None = None
    bars: int = 0
    masked_bars: Mapping[str, int] = field(default_factory=dict)
    found: SymbolMatches | None = field(default=None, repr=False, compare=False)
    columns: tuple[Column, ...] = field(default=(), repr=False, compare=False)
    formulas: tuple[str, ...] = field(default=(), repr=False, compare=False)
    details: str = field(default="", repr=False, compare=False)

    @classmethod
    def from_error(
        cls, symbol: str, error: str, status: SymbolStatus = SymbolStatus.ERROR, details: str = ""
    ) -> ProcessingResult:
        """Return the result of a symbol that could not be scanned."""
        return cls(symbol=symbol, status=status, error=error, details=details)

    @property
    def match_count(self) -> int:
        """How many bars matched."""
        return 0 if self.found is None else len(self.found.bar)

    @property
    def matches(self) -> tuple[SignalMatch, ...]:
        """The matches as objects, oldest first.

        A match's type is the name of its formula among several, or of its event where it is a detector's.
        """
        if self.found is None:
            return ()
        which = self.found.formula
        called = [(detector_and_event(source) or ("", source))[1] for source in self.formulas]
        types = ["scan_hit"] * len(self.found) if which is None else [called[code] for code in which]
        names = [column.name for column in self.columns]
        rows = zip(*(values.tolist() for values in self.found.values), strict=True) if names else iter(())
        when = self.found.timestamp.astype("datetime64[us]").tolist()
        return tuple(
            SignalMatch(
                self.symbol,
                moment,
                bar,
                signal_type,
                {
                    name: None if math.isnan(value) else value
                    for name, value in zip(names, next(rows, ()), strict=True)
                },
            )
            for bar, moment, signal_type in zip(self.found.bar.tolist(), when, types, strict=True)
        )

    @property
    def computed_indicators(self) -> Mapping[str, FloatArray]:
        """The result columns at the matching bars, by name; NaN where unknown."""
        if self.found is None:
            return {}
        return {column.name: values for column, values in zip(self.columns, self.found.values, strict=True)}


@dataclass(frozen=True, slots=True)
class ScanSummary:
    """Counts and times of one scan; ``symbols`` counts every status and adds up to the universe."""

    matches: int
    symbols: Mapping[str, int]
    complete: bool
    seconds: Mapping[str, float]
    job_hash: str
    data_version: str
    versions: Mapping[str, str]
    masked_bars: Mapping[str, int]
    masked_symbols: int
    warnings: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """The size of the universe."""
        return sum(self.symbols.values())


@dataclass(frozen=True, slots=True, eq=False)
class ScanResult:
    """The whole outcome of a scan.

    ``matches`` is sorted by symbol and timestamp: symbol (text), timestamp (microseconds), close, then the
    result's columns, null where unknown. Several formulas make a column ``formula`` after close, the last key.
    ``results`` holds one entry per symbol of the universe, sorted.
    """

    matches: pa.Table
    results: tuple[ProcessingResult, ...]
    summary: ScanSummary
    timeframe: str
    # What has been worked out about the matches, such as their checksum; it goes along when the summary is replaced.
    memo: dict[str, str] = field(default_factory=dict, repr=False)


def matches_table(
    pieces: Sequence[tuple[str, SymbolMatches]], columns: Sequence[Column], formulas: Sequence[str] = ()
) -> pa.Table:
    """Join the pieces, in the order given, into one table; with ``formulas`` a column says which one it was.

    Where those are events of detectors the columns are event, score and detector, and then the others.
    """
    pieces = [piece for piece in pieces if len(piece[1].bar)]
    arrays = [_repeated([name for name, _ in pieces], [len(found.bar) for _, found in pieces])]
    when = _joined([found.timestamp for _, found in pieces], "datetime64[us]")
    arrays.append(array_of(when.astype("datetime64[us]", copy=False), pa.timestamp("us")))
    arrays.append(_known(_joined([found.close for _, found in pieces])))
    names = ["symbol", "timestamp", "close"]
    which = _joined([found.formula for _, found in pieces if found.formula is not None], "int32")
    events = [kind for source in formulas if (kind := detector_and_event(source)) is not None]
    if events:
        scores = _joined([found.values[0] for _, found in pieces])
        arrays.append(_texts(which, [event for _, event in events]))
        arrays.append(pa.array(scores, pa.float64()))
        arrays.append(_texts(which, [detector for detector, _ in events]))
        names += ["event", "score", "detector"]
    elif formulas:
        arrays.append(_texts(which, formulas))
        names.append("formula")
    first = 1 if events else 0
    for place, column in enumerate(columns[first:], first):
        values = _joined([found.values[place] for _, found in pieces])
        if column.is_truth:
            arrays.append(pa.array(values == 1.0, pa.bool_(), mask=np.isnan(values)))
        else:
            arrays.append(_known(values))
    return pa.table(arrays, names=[*names, *(column.name for column in columns[first:])])


def _known(values: NDArray[np.generic]) -> pa.Array:
    """Return numbers as an array of Arrow's, null where they are NaN."""
    numbers = np.ascontiguousarray(values, np.float64)
    unknown = np.isnan(numbers)
    if not unknown.any():
        return array_of(numbers, pa.float64())
    known = pa.py_buffer(np.packbits(~unknown, bitorder="little"))
    return pa.Array.from_buffers(pa.float64(), len(numbers), [known, pa.py_buffer(numbers)])


def _repeated(texts: Sequence[str], times: Sequence[int]) -> pa.Array:
    """Return each text so many times, put together without Arrow's functions, which take longer to load."""
    coded = [text.encode() for text in texts]
    lengths = np.repeat([len(each) for each in coded], times) if coded else np.empty(0, np.int64)
    ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths))).astype(np.int32)
    data = b"".join([each * count for each, count in zip(coded, times, strict=True)])
    return pa.StringArray.from_buffers(len(lengths), pa.py_buffer(ends), pa.py_buffer(data))


def _texts(codes: NDArray[np.generic], texts: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(texts, pa.string())).cast(pa.string())


def _joined(arrays: Sequence[NDArray[np.generic]], dtype: str = "float64") -> NDArray[np.generic]:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=dtype)
