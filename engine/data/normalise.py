"""Columns of any reasonable table as the arrays that a bar is made of.

Here: which column is which (:func:`match_columns`), and the two conversions (:func:`as_times`,
:func:`as_numbers`) with the rows that they could not convert. Values are never changed: integers that a
float64 cannot hold and times finer than a microsecond are refused. A column of *adjusted* closes is never
taken for the close. Not here: reading files, and judging whether a bar is sound (``engine.market.quality``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import numpy as np
import pyarrow as pa

from engine.data.arrow_arrays import values_of
from engine.data.reading_rules import DateOrder
from engine.data.written_values import moment_of, with_points, without_groups
from engine.errors import closest
from engine.market.bars import PRICE_FIELDS, BoolArray, FloatArray, TimeArray

# For each field the names it goes by, best first; compared without case, blanks and <>.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "symbol": ("symbol", "ticker", "sym"),
    "timestamp": ("timestamp", "datetime", "date", "time", "ts"),
    "open": ("open", "o"),
    "high": ("high", "h"),
    "low": ("low", "l"),
    "close": ("close", "c"),
    "volume": ("volume", "vol", "v"),
}
NEEDED = ("timestamp", *PRICE_FIELDS)

_MICROSECONDS = pa.timestamp("us")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?|(\d{2})(\d{2})(\d{2})?")
_NUMBER = r"^\s*[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|(?i:nan|inf|infinity))\s*$"


class ColumnError(ValueError):
    """A column that is missing, ambiguous or of a kind that holds no such values; the text says which."""


@dataclass(frozen=True, slots=True)
class Converted:
    """An array of a column's values; ``bad`` marks rows whose text or value could not be converted."""

    values: Any
    bad: BoolArray | None = None


def match_columns(
    names: Iterable[str], needed: Iterable[str] = NEEDED, given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the column for each field that is there; raises ColumnError for missing or ambiguous ones.

    ``given`` are columns that were chosen by hand, by field; a field given an empty name has none.
    """
    names, given = tuple(names), given or {}
    found = {field: _given(name, field, names) for field, name in given.items() if name and field in ALIASES}
    there: dict[str, list[str]] = {}
    for name in names:
        if name not in given.values():
            there.setdefault(_folded(name), []).append(name)
    for field, aliases in ALIASES.items():
        if field in given:
            continue
        columns = next((there[alias] for alias in aliases if alias in there), [])
        if len(columns) > 1:
            raise ColumnError(f"the columns {_quoted(columns)} all could be the {field}")
        if columns:
            found[field] = columns[0]
    missing = [field for field in needed if field not in found]
    if missing:
        what = "is no column" if len(missing) == 1 else "are no columns"
        raise ColumnError(f"there {what} {_quoted(missing)}; the columns are {_quoted(names)}")
    return {field: found[field] for field in ALIASES if field in found}


def _given(name: str, field: str, names: tuple[str, ...]) -> str:
    """Return the column of that name, which may differ in case and blanks."""
    if name in names:
        return name
    alike = [each for each in names if _folded(each) == _folded(name)]
    if len(alike) == 1:
        return alike[0]
    near = closest(name, names)
    hint = f"did you mean '{near}'?" if near else f"the columns are {_quoted(names)}"
    raise ColumnError(f"there is no column '{name}' for the {field}; {hint}".removesuffix("?"))


def as_numbers(
    column: pa.ChunkedArray, name: str, *, decimal_comma: bool = False, are_counts: bool = False
) -> Converted:
    """Return a column as float64, NaN for nulls and empty texts, with the rows that hold no number.

    The rest concerns texts: with a ``decimal_comma`` 1,5 is one and a half, and 1.5 is refused; where they
    ``are_counts``, thousands may be marked as in 1,234,567.
    """
    column = _plain(column)
    kind = column.type
    if pa.types.is_float64(kind):
        return Converted(_floats(column))
    if pa.types.is_null(kind):
        return Converted(np.full(len(column), np.nan))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        if are_counts:
            column = without_groups(column, "." if decimal_comma else ",")
        return _numbers_from_text(with_points(column) if decimal_comma else column)
    if pa.types.is_decimal(kind):
        return Converted(_floats(column.cast(pa.float64(), safe=False)))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        try:
            return Converted(_floats(column.cast(pa.float64())))
        except pa.ArrowInvalid:
            raise ColumnError(
                f"the column '{name}' holds integers that are too large to keep exactly"
            ) from None
    raise ColumnError(f"the column '{name}' holds {kind}, not numbers")


def as_times(column: pa.ChunkedArray, name: str, order: DateOrder | None = None) -> Converted:
    """Return a column as datetime64[us], NaT for nulls, with the rows that hold no time.

    Times with a zone become UTC; where every one of them is midnight in its zone they are dates there.
    Texts are dates that can be read in one way only (2020-01-31, 20200131, 2020/1/31, 31 Jan 2020), or in that
    which ``order`` names, with a time of day or without.
    """
    column = _plain(column)
    kind = column.type
    try:
        if kind == _MICROSECONDS:
            return Converted(values_of(column))
        if pa.types.is_timestamp(kind):
            return Converted(values_of(_without_zone(column).cast(_MICROSECONDS)))
        if pa.types.is_date(kind):
            return Converted(values_of(column.cast(_MICROSECONDS)))
    except pa.ArrowInvalid:
        raise ColumnError(f"the column '{name}' holds times finer than a microsecond") from None
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _times_from_text(column, order)
    hint = "; write dates as 2020-01-31" if pa.types.is_integer(kind) else ""
    raise ColumnError(f"the column '{name}' holds {kind}, not dates or times{hint}")


def clock_name(names: Iterable[str], timestamp: str, given: Mapping[str, str] | None = None) -> str | None:
    """Return the column of the times of day that stands beside a column of dates, or None.

    ``given`` may name it as ``time``, or say with an empty name that there is none.
    """
    names, given = tuple(names), given or {}
    if "time" in given:
        return _given(given["time"], "time", names) if given["time"] else None
    if _folded(timestamp) != "date":
        return None
    return next((name for name in names if _folded(name) == "time"), None)


def as_clock(column: pa.ChunkedArray, name: str) -> Converted:
    """Return a column of times of day, 09:35 or 093500, as timedelta64[us]; a blank is midnight."""
    import pyarrow.compute as pc  # noqa: PLC0415  a tenth of a second that bars of our own types do not need

    column = _plain(column)
    if pa.types.is_time(column.type):
        column = column.cast(pa.time64("us")).cast(pa.int64())
        return Converted(pc.fill_null(column, 0).to_numpy().astype("timedelta64[us]"))
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        raise ColumnError(f"the column '{name}' holds {column.type}, not times of day such as 09:35")
    texts = column.to_pylist()
    known = {text: _microseconds(text) for text in set(texts)}
    found = [known[text] for text in texts]
    bad: BoolArray = np.array([value is None for value in found], dtype=np.bool_)
    values = np.array([value or 0 for value in found], dtype="timedelta64[us]")
    return Converted(values, bad if bad.any() else None)


def _microseconds(text: str | None) -> int | None:
    """Return a time of day since midnight, None for what is none."""
    if text is None or not text.strip():
        return 0
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, second = (
        int(part or 0) for part in (found.groups()[:3] if found[1] else found.groups()[3:])
    )
    return (
        ((hour * 60 + minute) * 60 + second) * 1_000_000 if hour < 24 and max(minute, second) < 60 else None
    )


def _folded(name: str) -> str:
    return name.strip().strip("<>").casefold()


def all_good(converted: Converted, name: str) -> Any:
    """Return the values where every row could be converted; raises ColumnError otherwise."""
    if converted.bad is not None and converted.bad.any():
        row = int(np.argmax(converted.bad)) + 1
        raise ColumnError(f"the column '{name}' holds a text that cannot be read, first in row {row:,}")
    return converted.values


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return column.cast(kind.value_type)
    return column.cast(pa.string()) if pa.types.is_string_view(kind) else column


def _floats(column: pa.ChunkedArray) -> FloatArray:
    array: FloatArray = values_of(column)
    return array


def _numbers_from_text(column: pa.ChunkedArray) -> Converted:
    import pyarrow.compute as pc  # noqa: PLC0415  a tenth of a second that bars of our own types do not need

    empty = pc.equal(pc.utf8_trim_whitespace(column), "")
    texts = pc.if_else(empty, pa.scalar(None, column.type), column)
    try:
        return Converted(_floats(texts.cast(pa.float64())))
    except pa.ArrowInvalid:
        numeric = pc.fill_null(pc.match_substring_regex(texts, _NUMBER), fill_value=True)
        texts = pc.if_else(numeric, pc.utf8_trim_whitespace(texts), pa.scalar(None, column.type))
        bad: BoolArray = ~numeric.to_numpy()
        return Converted(_floats(texts.cast(pa.float64())), bad if bad.any() else None)


def _times_from_text(column: pa.ChunkedArray, order: DateOrder | None) -> Converted:
    """Convert each distinct text once: a table of many symbols repeats its dates."""
    coded = column.combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks() if coded.num_chunks != 1 else coded.chunk(0)
    try:
        distinct = coded.dictionary.cast(_MICROSECONDS).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        distinct = _times([moment_of(text, order) for text in coded.dictionary.to_pylist()])
    with_missing = np.append(distinct, np.datetime64("NaT", "us"))
    codes = coded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
    values: TimeArray = with_missing[codes]
    bad = np.isnat(values)
    return Converted(values, bad if bad.any() else None)


def _times(moments: list[datetime | None]) -> TimeArray:
    """Return moments as UTC; where all of those with a zone are midnight there, as dates there."""
    daily = all(moment.time() == time.min for moment in moments if moment is not None and moment.tzinfo)
    plain: list[datetime | None] = []
    for moment in moments:
        if moment is not None and moment.tzinfo is not None:
            plain.append((moment if daily else moment.astimezone(UTC)).replace(tzinfo=None))
        else:
            plain.append(moment)
    return np.array(plain, dtype="datetime64[us]")


def _without_zone(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.type.tz is None:
        return column
    import pyarrow.compute as pc  # noqa: PLC0415  a tenth of a second that bars of our own types do not need

    local = pc.local_timestamp(column)
    midnight = pc.all(pc.equal(local, pc.floor_temporal(local, unit="day"))).as_py()
    return local if midnight else column.cast(pa.timestamp(column.type.unit))


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
