"""Timeframes: their codes, their order and how a bar's time is printed.

A daily or longer bar is known by a date, the last trading day that it holds; an intraday bar by its opening
moment in UTC. Both travel as ``datetime64[us]``.
"""

from __future__ import annotations

from enum import Enum

from engine.errors import UnknownNameError


class Timeframe(Enum):
    """The length of one bar; the value is the code that users type."""

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
        """The word that a form shows."""
        return {"1d": "Daily", "1w": "Weekly", "1mo": "Monthly", "1q": "Quarterly", "1y": "Yearly"}[
            self.value
        ]
