"""Numbers and dates as people write them: 1,5 or 1.234,56; 31.01.2020, 01/31/2020 or 31 Jan 2020.

Here: the text of one number or moment into one that every computer reads, or None where it could be read in two
ways. Not here: columns (``normalise``).
"""

from __future__ import annotations

import re
from datetime import date, datetime, time

import pyarrow as pa

from engine.data.reading_rules import DateOrder

_COMPACT_DATE = re.compile(r"\d{8}")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ].+)?")
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})[/.](?P<m>\d{1,2})[/.](?P<d>\d{1,2})(?:[T ]+(?P<clock>\S.*))?")
_YEAR_LAST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[T ]+(?P<clock>\S.*))?")
_DAY_MONTH_NAME = re.compile(r"(?P<d>\d{1,2})[ -](?P<m>[A-Za-z]{3})[a-z]*\.?[ -](?P<y>\d{4})")
_MONTH_NAME_DAY = re.compile(r"(?P<m>[A-Za-z]{3})[a-z]*\.? (?P<d>\d{1,2}),? (?P<y>\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?")

# Points between thousands count only where a comma follows: 1.234 alone could be either.
_COMMA_NUMBER = r"^\s*[+-]?(\d+|\d{1,3}(\.\d{3})+|)(,\d*)([eE][+-]?\d+)?\s*$"
_PLAIN_NUMBER = r"^\s*([+-]?\d+([eE][+-]?\d+)?|(?i:[+-]?(nan|inf|infinity)))\s*$"


def is_ambiguous_date(text: str | None) -> bool:
    """Tell whether a text is a date that does not say which number is its day."""
    return text is not None and _YEAR_LAST.fullmatch(text.strip()) is not None


def moment_of(text: str, order: DateOrder | None) -> datetime | None:
    """Return the moment that a text stands for; None for none, or one that ``order`` has to tell apart."""
    text = text.strip()
    try:
        if _COMPACT_DATE.fullmatch(text) or _ISO_DATE.fullmatch(text):
            return datetime.fromisoformat(text)
        if order is not None and (found := _YEAR_LAST.fullmatch(text)):
            first, second, year = int(found[1]), int(found[3]), int(found[4])
            day, month = (first, second) if order == "dmy" else (second, first)
            return _at(date(year, month, day), found["clock"])
        if found := _YEAR_FIRST.fullmatch(text):
            return _at(date(int(found["y"]), int(found["m"]), int(found["d"])), found["clock"])
        if found := _DAY_MONTH_NAME.fullmatch(text) or _MONTH_NAME_DAY.fullmatch(text):
            month = _MONTHS.index(found["m"].casefold()) + 1
            return _at(date(int(found["y"]), month, int(found["d"])), None)
    except ValueError:
        return None
    return None


def _at(day: date, clock: str | None) -> datetime | None:
    if clock is None:
        return datetime.combine(day, time.min)
    found = _CLOCK.fullmatch(clock.strip())
    if found is None:
        return None
    return datetime.combine(day, time(int(found[1]), int(found[2]), int(found[3] or 0)))


def with_points(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return texts of numbers with decimal commas as such with points.

    A text with a point and no comma, which would change its value, becomes one that is no number.
    """
    import pyarrow.compute as pc  # noqa: PLC0415  a tenth of a second that bars of our own types do not need

    has_comma = pc.match_substring_regex(texts, _COMMA_NUMBER)
    is_blank = pc.equal(pc.utf8_trim_whitespace(texts), "")
    plain = pc.or_(pc.match_substring_regex(texts, _PLAIN_NUMBER), is_blank)
    changed = pc.replace_substring(pc.replace_substring(texts, ".", ""), ",", ".")
    refused = pa.scalar("?", texts.type)
    return pc.case_when(pc.make_struct(has_comma, plain), changed, texts, refused)


def without_groups(texts: pa.ChunkedArray, mark: str) -> pa.ChunkedArray:
    """Return texts of whole numbers without the marks between their thousands: 1,234,567 as 1234567."""
    import pyarrow.compute as pc  # noqa: PLC0415  a tenth of a second that bars of our own types do not need

    grouped = pc.match_substring_regex(texts, rf"^\s*\d{{1,3}}(\{mark}\d{{3}})+\s*$")
    return pc.if_else(grouped, pc.replace_substring(texts, mark, ""), texts)
