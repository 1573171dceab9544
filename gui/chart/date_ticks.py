"""Which dates the bottom axis shows and how they are written. No Qt.

The first bars of each day, week, month, quarter and year (and of every second, fifth, … year), of intraday bars also
those of every five minutes up to every four hours, are found once a symbol. A redraw takes the finest of these levels
whose labels have room and cuts out the visible part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.market.bars import TimeArray
from gui.chart.data import IndexArray

Measure: TypeAlias = Callable[[str], float]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SPACING = 84.0
EDGE = 8.0
GAP = 14.0
_YEAR_STEPS = (1, 2, 5, 10, 20, 50)
_MINUTE_STEPS = (5, 15, 30, 60, 120, 240)


@dataclass(frozen=True, slots=True)
class DateTick:
    """A labelled bar; ``major`` when its label tells the year."""

    bar: int
    text: str
    major: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    starts: IndexArray
    gap: float
    form: str


class DateScale:
    """The calendar of one symbol's bars."""

    def __init__(self, timestamps: TimeArray) -> None:
        self._days = timestamps.astype("datetime64[D]")
        self._minutes = timestamps.astype("datetime64[m]")
        self._is_intraday = bool((self._days[1:] == self._days[:-1]).any())
        self._levels = self._find_levels()

    def __len__(self) -> int:
        return len(self._days)

    def date_text(self, bar: int) -> str:
        """Return a bar's date as 2026-08-25, or an intraday bar's time as 2026-08-25 09:35."""
        return f"{self._days[bar]} {self._time_text(bar)}" if self._is_intraday else str(self._days[bar])

    def weekday_text(self, bar: int) -> str:
        """Return a bar's date with its day of the week: Tue 2026-08-25."""
        # 1970-01-01 was a Thursday.
        weekday = (int(self._days[bar].astype(np.int64)) + 3) % 7
        return f"{WEEKDAYS[weekday]} {self.date_text(bar)}"

    def ticks(self, start: float, width: float, pixels: float, measure: Measure) -> tuple[DateTick, ...]:
        """Return the labels of a view from bar ``start`` on, ``width`` bars on ``pixels`` pixels.

        ``measure`` gives a text's width in pixels. Labels keep 8 pixels from both edges and do not touch; the
        left-most one tells its year, and so does each one in another year than the label before it. Of times of day
        the first label of each day is its date.
        """
        if not len(self._days) or pixels <= 0 or width <= 0:
            return ()
        scale = pixels / width
        level = self._finest(scale)
        first, last = np.searchsorted(level.starts, (start, start + width))
        kept: list[DateTick] = []
        free_from = EDGE
        year_before, day_before = -1, np.datetime64("NaT")
        for bar in level.starts[first:last].tolist():
            year, month, day = self._parts(bar)
            with_year = year != year_before or (month == 1 and level.form == "month")
            if level.form == "time" and self._days[bar] == day_before:
                text = self._time_text(bar)
            else:
                text = _label(level.form, year, month, day, with_year=with_year)
            half = measure(text) / 2
            centre = (bar - start) * scale
            if centre - half < free_from or centre + half > pixels - EDGE:
                continue
            kept.append(DateTick(bar, text, with_year and level.form != "year"))
            free_from = centre + half + GAP
            year_before, day_before = year, self._days[bar]
        return tuple(kept)

    def _time_text(self, bar: int) -> str:
        return str(self._minutes[bar])[-5:]

    def _parts(self, bar: int) -> tuple[int, int, int]:
        year, month, day = str(self._days[bar]).split("-")
        return int(year), int(month), int(day)

    def _find_levels(self) -> tuple[_Level, ...]:
        days = self._days.astype(np.int64)
        months = self._days.astype("datetime64[M]").astype(np.int64)
        years = months // 12 + 1970
        minutes = self._minutes.astype(np.int64)
        keys = [("time", minutes // step) for step in _MINUTE_STEPS] if self._is_intraday else []
        keys += [("day", days), ("day", (days + 3) // 7), ("month", months), ("month", months // 3)]
        keys += [("year", years // step) for step in _YEAR_STEPS]
        return tuple(_level(form, key) for form, key in keys)

    def _finest(self, scale: float) -> _Level:
        for level in self._levels:
            if level.gap * scale >= SPACING:
                return level
        return self._levels[-1]


def _level(form: str, key: np.ndarray) -> _Level:
    starts = np.flatnonzero(np.diff(key)) + 1
    gaps = np.diff(starts)
    # With fewer than two starts there is nothing to crowd.
    return _Level(starts, float(np.median(gaps)) if len(gaps) else float(max(len(key), 1)), form)


def _label(form: str, year: int, month: int, day: int, *, with_year: bool) -> str:
    if form == "year":
        return str(year)
    text = MONTHS[month - 1] if form == "month" else f"{day} {MONTHS[month - 1]}"
    return f"{text} {year}" if with_year else text
