"""Timeframes: their codes, their order and how a bar's time is printed.

A daily or longer bar is known by a date, the last trading day that it holds; an intraday bar by the moment at which it
begins, on the clock of its data. Both travel as ``datetime64[us]``.
"""

from __future__ import annotations

from enum import Enum

import numpy as np

from engine.errors import UnknownNameError

_MINUTE = 60_000_000


class Timeframe(Enum):
    """The length of one bar, from short to long; the value is the code that users type."""

    MINUTE = "1m"
    MINUTE_5 = "5m"
    MINUTE_15 = "15m"
    MINUTE_30 = "30m"
    HOUR = "1h"
    HOUR_2 = "2h"
    HOUR_4 = "4h"
    DAY = "1d"
    WEEK = "1w"
    MONTH = "1mo"
    QUARTER = "1q"
    YEAR = "1y"

    @classmethod
    def parse(cls, code: str) -> Timeframe:
        """Return the timeframe of that code, or raise UnknownNameError."""
        try:
            return cls(code.strip().lower())
        except ValueError:
            raise UnknownNameError("timeframe", code, tuple(member.value for member in cls)) from None

    @property
    def label(self) -> str:
        """The words that a form shows."""
        return _LABELS[self.value]

    @property
    def is_intraday(self) -> bool:
        """Whether several bars make a day."""
        return self.value in _MINUTES

    @property
    def minutes(self) -> int:
        """The minutes of an intraday bar; those of a day for all others."""
        return _MINUTES.get(self.value, 24 * 60)

    @property
    def microseconds(self) -> int:
        """The same in the unit of the timestamps."""
        return self.minutes * _MINUTE

    def moment_text(self, moment: np.datetime64) -> str:
        """Return a bar's time as people write it: 2026-11-20, and 2026-11-20 09:35 for an intraday bar."""
        if not self.is_intraday:
            return str(moment.astype("datetime64[D]"))
        minute = moment.astype("datetime64[m]")
        finest = minute if minute == moment else moment.astype("datetime64[s]")
        return str(finest).replace("T", " ")


_MINUTES = {"1m": 1, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "2h": 120, "4h": 240}
_LABELS = {
    "1m": "1 minute",
    "5m": "5 minutes",
    "15m": "15 minutes",
    "30m": "30 minutes",
    "1h": "1 hour",
    "2h": "2 hours",
    "4h": "4 hours",
    "1d": "Daily",
    "1w": "Weekly",
    "1mo": "Monthly",
    "1q": "Quarterly",
    "1y": "Yearly",
}
INTRADAY = tuple(timeframe for timeframe in Timeframe if timeframe.is_intraday)
