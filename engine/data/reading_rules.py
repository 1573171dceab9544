"""What is known of a source beside what it says itself: which column holds what, and how its values are written.

Here: the value :class:`ReadingRules` and what may stand in it. Not here: finding rules that fit a file
(``preview``), and reading by them (``text_table``, ``written_values``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from engine.errors import JobError, UnknownNameError

DateOrder: TypeAlias = Literal["dmy", "mdy"]
Encoding: TypeAlias = Literal["utf-8", "cp1252"]

DATE_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy")
SEPARATORS: Mapping[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
# What a column can be chosen for; ``time`` is a time of day beside a column of dates.
MAPPABLE = ("symbol", "timestamp", "time", "open", "high", "low", "close", "volume")
_SYNONYMS = {"date": "timestamp", "ticker": "symbol"}


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """How to read a source; without any rule a source is read as it names itself, and nothing is guessed.

    ``columns`` are the source's columns by field, as in ``MAPPABLE``; an empty name leaves the field out.
    ``separator`` None takes what the first line has most of. ``decimal_comma`` reads 1,5 as one and a half.
    ``date_order`` says which of 03/04/2020 is the day; None refuses dates that could be read in two ways.
    ``has_header`` False calls columns ``column 1``, ``column 2`` and so on.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    separator: str | None = None
    decimal_comma: bool = False
    date_order: DateOrder | None = None
    has_header: bool = True
    encoding: Encoding = "utf-8"


AS_FOUND = ReadingRules()


def parse_mapping(texts: list[str]) -> dict[str, str]:
    """Return columns by field from texts such as ``close=Last``; raises JobError."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, column = text.partition("=")
        name = _SYNONYMS.get(name.strip().casefold(), name.strip().casefold())
        if not equals:
            sentence = f"'{text}' says no column: write it as FIELD=COLUMN, such as close=Last."
            raise JobError((("map", sentence),))
        if name not in MAPPABLE:
            raise JobError((("map", str(UnknownNameError("field", name, MAPPABLE))),))
        found[name] = column.strip()
    return found
