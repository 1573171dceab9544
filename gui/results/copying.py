"""Rows as tab-separated text for the clipboard, with every digit and with points.

Not here: files; the exporters of the engine write those.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gui.results.column_data import RowIds
from gui.results.columns import Kind, ResultColumn
from gui.results.formats import time_text
from gui.results.store import ResultStore

# A spreadsheet would run such a text as a formula; symbols stay as they are.
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")


def as_tsv(store: ResultStore, rows: RowIds, columns: Sequence[int], *, headers: bool) -> str:
    """Return one line per row, the columns in the order given, unknown as an empty field."""
    lines = []
    if headers:
        lines.append("\t".join(_one_line(store.columns[place].title) for place in columns))
    for row in rows.tolist():
        lines.append("\t".join(_field(store, row, place) for place in columns))
    return "\n".join(lines) + "\n" if lines else ""


def _field(store: ResultStore, row: int, place: int) -> str:
    value: Any = store.item(row, place)
    if value is None:
        return ""
    column: ResultColumn = store.columns[place]
    match column.kind:
        case Kind.NUMBER:
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case Kind.TIME:
            return time_text(value, whole_day=store.times(place).whole_days)
        case Kind.TRUTH:
            return "true" if value else "false"
        case Kind.TEXT:
            guarded = column.name != "symbol" and value.startswith(_FORMULA_START)
            return _one_line(f"'{value}" if guarded else value)


def _one_line(text: str) -> str:
    return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")
