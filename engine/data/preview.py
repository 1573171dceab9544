"""What a source looks like before it is imported: its columns, its first rows as they will be read, what is wrong.

1. :func:`propose` looks at the first rows and finds rules that fit them, German names and decimal commas included.
   They are a proposal to look at, never used unseen.
2. :func:`preview` reads the first rows by given rules, through the same conversions as the import itself.

Not here: the import (``ingest``), and the formats (``sources``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from engine.data.ingest import find_source
from engine.data.normalise import NEEDED, ColumnError, clock_name, match_columns
from engine.data.reading_rules import AS_FOUND, DateOrder, ReadingRules
from engine.data.rows import Places, RowSieve, convert_rows
from engine.data.sources.base import BarSource, Sample
from engine.data.sources.stooq import stooq_symbol
from engine.data.text_table import TextTableError, read_header, read_text_table
from engine.data.written_values import is_ambiguous_date
from engine.market.bars import FIELDS, Bars

SHOWN_ROWS = 20
_EXAMPLE_LETTERS = 24
_PARTS = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}")
_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+(\.\d{3})*,\d+\s*")
_LOOKS_LIKE_DATE = re.compile(r"\s*(\d{8}\b|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4})")
_TEXT_SUFFIXES = (".csv", ".txt")
_LOOKS_LIKE_VALUE = re.compile(r"\s*[+-]?[\d.,:/ -]+\s*")

# Names that are only proposed: nobody's file is read by them without having been shown.
_FURTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "symbol": ("wkn", "isin", "instrument", "security", "wertpapier", "code", "name", "kürzel", "kuerzel"),
    "timestamp": ("datum", "tag", "day", "fecha", "data", "trade date", "datetime (utc)", "zeitstempel"),
    "time": ("time", "uhrzeit", "zeit", "hour", "heure", "hora"),
    "open": ("eröffnung", "eroeffnung", "erster", "opening", "open price", "ouverture", "apertura", "abertura"),
    "high": ("hoch", "tageshoch", "höchst", "max", "maximum", "high price", "haut", "plus haut"),
    "low": ("tief", "tagestief", "tiefst", "min", "minimum", "low price", "bas", "plus bas"),
    "close": ("schluss", "schlusskurs", "schluß", "letzter", "last", "last price", "price", "close price",
              "settle", "closing", "clôture", "cierre", "chiusura"),
    "volume": ("volumen", "umsatz", "stück", "stücke", "shares", "tickvol", "tick volume", "turnover", "qty"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row as it will be read: one text per field of ``Preview.fields``, and why it is refused, if it is."""

    cells: tuple[str, ...]
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """The start of a source.

    ``names`` are the source's columns with an ``examples`` text for each; ``columns`` says which is read for which
    field. ``rows`` are empty where ``problem`` says what is missing. ``refused`` of the ``looked_at`` rows at the
    start of ``file`` cannot be bars. ``is_text`` tells that rules about separators and commas matter.
    """

    kind: str
    label: str
    file: str
    files: int
    names: tuple[str, ...]
    examples: Mapping[str, str]
    columns: Mapping[str, str]
    fields: tuple[str, ...]
    rows: tuple[PreviewRow, ...]
    looked_at: int
    refused: int
    problem: str
    has_ambiguous_dates: bool
    is_text: bool


def preview(path: Path, rules: ReadingRules = AS_FOUND) -> Preview:
    """Read the first rows of ``path`` by these rules; raises DataError where there is nothing to read at all."""
    source = find_source(path, rules)
    sample = source.sample(path, rules)
    names = tuple(sample.table.column_names)
    columns, problem = _columns(source, sample, rules)
    rows: tuple[PreviewRow, ...] = ()
    refused = 0
    if not problem:
        try:
            rows, refused = _rows(sample, columns, rules)
        except ColumnError as error:
            problem = f"{str(error)[0].upper()}{str(error)[1:]}."
    times = columns.get("timestamp")
    return Preview(
        kind=source.name,
        label=source.label,
        file=sample.file,
        files=sample.files,
        names=names,
        examples={name: _example(sample.table.column(name)) for name in names},
        columns=columns,
        fields=("symbol", "timestamp", *FIELDS),
        rows=rows,
        looked_at=sample.table.num_rows,
        refused=refused,
        problem=problem,
        has_ambiguous_dates=times is not None
        and any(map(is_ambiguous_date, _texts(sample.table.column(times)))),
        is_text=sample.word == "line",
    )


def propose(path: Path) -> ReadingRules:
    """Return rules under which the first rows of ``path`` make sense; raises DataError as :func:`preview` does."""
    rules = _readable(path)
    table = find_source(path, rules).sample(path, rules).table
    if not rules.has_header:
        return replace(rules, columns=_by_place(table), date_order=_order(table.column(_times_place(table))))
    rules = replace(rules, columns=_proposed_columns(table.column_names))
    found = _matched(table.column_names, rules)
    prices = [table.column(found[name]) for name in ("open", "high", "low", "close") if name in found]
    order = _order(table.column(found["timestamp"])) if "timestamp" in found else None
    return replace(rules, decimal_comma=_has_decimal_commas(prices), date_order=order)


def _readable(path: Path) -> ReadingRules:
    """Return the rules without which not even the columns can be told."""
    file = _first_text(path)
    rules = AS_FOUND
    if file is None:
        return rules
    try:
        read_text_table(file, only_start=True)
    except TextTableError as error:
        if "UTF" in str(error):
            rules = ReadingRules(encoding="cp1252")
    try:
        names = read_header(file, rules)
    except TextTableError:
        return rules
    # A header of numbers is the first row of a file that has none; what comes first may be a symbol.
    return replace(rules, has_header=len(names) < 5 or not all(map(_LOOKS_LIKE_VALUE.fullmatch, names[1:])))


def _first_text(path: Path) -> Path | None:
    if path.is_dir():
        found = (file for file in sorted(path.rglob("*")) if file.suffix.lower() in _TEXT_SUFFIXES)
        return next((file for file in found if file.is_file() and file.stat().st_size), None)
    return path if path.is_file() and path.suffix.lower() in (*_TEXT_SUFFIXES, ".gz") else None


def _proposed_columns(names: Sequence[str]) -> dict[str, str]:
    """Return columns for the fields that the usual names leave without one."""
    try:
        known = match_columns(names, ())
    except ColumnError:
        return {}
    free = {name.strip().strip("<>").casefold(): name for name in names if name not in known.values()}
    found: dict[str, str] = {}
    for field, further in _FURTHER_NAMES.items():
        if field in known:
            continue
        column = next((free[name] for name in further if name in free), None)
        if column is not None and column not in found.values():
            found[field] = column
    if "time" in found and clock_name(names, known.get("timestamp", "")) == found["time"]:
        del found["time"]
    if "timestamp" not in known and "timestamp" not in found:
        found.pop("time", None)
    return found


def _by_place(table: pa.Table) -> dict[str, str]:
    """Return columns of a file without a header: date, open, high, low, close, volume, perhaps after a symbol."""
    fields = ("timestamp", "open", "high", "low", "close", "volume")
    names = list(table.column_names)
    return dict(zip(("symbol", *fields) if _times_place(table) else fields, names, strict=False))


def _times_place(table: pa.Table) -> int:
    """Return 0 for the first column, or 1 for the second where the first holds symbols."""
    first, second = (_matching(table.column(place), _LOOKS_LIKE_DATE) for place in (0, 1))
    return 1 if second and not first else 0


def _matching(column: pa.ChunkedArray, pattern: re.Pattern[str]) -> bool:
    texts = _texts(column)
    return bool(texts) and all(map(pattern.match, texts))


def _matched(names: Sequence[str], rules: ReadingRules) -> dict[str, str]:
    try:
        return match_columns(names, (), rules.columns)
    except ColumnError:
        return {}


def _order(column: pa.ChunkedArray) -> DateOrder | None:
    """Return the order of day and month that the dates themselves prove."""
    parts = [found for text in _texts(column) if (found := _PARTS.match(text))]
    first, second = (max((int(found[place]) for found in parts), default=0) for place in (1, 2))
    if first > 12 >= second:
        return "dmy"
    return "mdy" if second > 12 >= first else None


def _has_decimal_commas(columns: Sequence[pa.ChunkedArray]) -> bool:
    texts = [text for column in columns for text in _texts(column)]
    with_comma = [text for text in texts if "," in text]
    return bool(with_comma) and all(map(_DECIMAL_COMMA.fullmatch, with_comma))


def _texts(column: pa.ChunkedArray) -> list[str]:
    return [text for text in column.to_pylist() if isinstance(text, str) and text.strip()]


def _columns(source: BarSource, sample: Sample, rules: ReadingRules) -> tuple[dict[str, str], str]:
    """Return the columns by field, and what to do about those that are missing."""
    names = sample.table.column_names
    try:
        columns = match_columns(names, (), rules.columns)
    except ColumnError as error:
        return {}, f"{str(error)[0].upper()}{str(error)[1:]}."
    clock = clock_name(names, columns.get("timestamp", ""), rules.columns)
    if clock is not None:
        columns["time"] = clock
    needed = NEEDED if source.name != "long_table" else ("symbol", *NEEDED)
    missing = ["date" if field == "timestamp" else field for field in needed if field not in columns]
    if not missing:
        return columns, ""
    listed = " and the ".join([", the ".join(missing[:-1]), missing[-1]] if missing[1:] else missing)
    return columns, f"Choose which column holds the {listed}."


def _rows(
    sample: Sample, columns: Mapping[str, str], rules: ReadingRules
) -> tuple[tuple[PreviewRow, ...], int]:
    sieve = RowSieve(Places(sample.file, sample.word, sample.numbers))
    bars = convert_rows(sample.table, columns, sieve, rules)
    count = min(SHOWN_ROWS, sample.table.num_rows)
    reasons = [""] * count
    for refused in sieve.reasons:
        for row in refused.rows:
            if row < count:
                reasons[row] = refused.reason
    symbols = _symbols(sample, columns, count)
    shown = tuple(PreviewRow((symbols[row], *_cells(bars, row)), reasons[row]) for row in range(count))
    return shown, int((~sieve.good).sum())


def _symbols(sample: Sample, columns: Mapping[str, str], count: int) -> list[str]:
    if "symbol" not in columns:
        return [sample.symbol] * count
    name = columns["symbol"]
    texts = [str(text or "") for text in sample.table.column(name).slice(0, count).to_pylist()]
    return [stooq_symbol(text) for text in texts] if name.strip().startswith("<") else texts


def _cells(bars: Bars, row: int) -> tuple[str, ...]:
    moment = bars.timestamp[row]
    day = moment.astype("datetime64[D]")
    when = (
        ""
        if np.isnat(moment)
        else str(day if day == moment else moment.astype("datetime64[s]")).replace("T", " ")
    )
    numbers = (float(bars.field(name)[row]) for name in FIELDS)
    return (when, *("" if np.isnan(number) else _number(number) for number in numbers))


def _number(value: float) -> str:
    return repr(value).removesuffix(".0") if abs(value) < 1e15 else repr(value)


def _example(column: pa.ChunkedArray) -> str:
    values = (value for value in column.slice(0, 50).to_pylist() if value is not None)
    text = next((str(value).strip() for value in values if str(value).strip()), "")
    return text if len(text) <= _EXAMPLE_LETTERS else f"{text[: _EXAMPLE_LETTERS - 1]}…"
