"""How a value is written in a cell: digits by column, ISO dates, marks for truth, a dash for unknown.

Here: the choice of digits and the texts, without Qt. Not here: what goes to the clipboard (``copying``),
which keeps all digits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gui.results.columns import Kind, ResultColumn
from gui.results.store import ResultStore

UNKNOWN = "–"
TRUE_MARK = "✓"
FALSE_MARK = "✗"
PRICE_COLUMNS = frozenset({"open", "high", "low", "close"})
PERCENT_DECIMALS = 2
_SAMPLE = 4096


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """The characters of the user's language."""

    point: str = "."
    group: str = ","

    def write(self, value: float, decimals: int) -> str:
        """Return the number with that many decimals; a small one keeps two significant digits."""
        if math.isinf(value):
            return "∞" if value > 0 else "-∞"
        text = f"{value:,.{decimals}f}"
        if value != 0.0 and not text.strip("-0.,"):
            text = f"{value:.2g}"
        elif value == 0.0:
            text = text.removeprefix("-")
        if (self.point, self.group) == (".", ","):
            return text
        return text.translate({ord("."): self.point, ord(","): self.group})


def column_decimals(values: NDArray[np.float64]) -> int:
    """Return how many decimals show a column's typical value with three or four significant digits.

    Whole numbers get none, and neither do columns in the hundred thousands. At most 8.
    """
    known = values[-_SAMPLE:]
    known = np.abs(known[np.isfinite(known) & (known != 0.0)])
    if not len(known) or np.all(known == np.floor(known)):
        return 0
    typical = float(np.median(known))
    if typical >= 100_000:
        return 0
    if typical >= 1:
        return 2
    return min(8, 2 - math.floor(math.log10(typical)))


def price_decimals(value: float) -> int:
    """Return 2, or as many more as a price under one needs for four significant digits."""
    size = abs(value)
    if size >= 1 or size == 0 or math.isinf(size):
        return 2
    return min(8, 3 - math.floor(math.log10(size)))


class CellFormats:
    """The cell texts of one store; ``refresh`` looks at the values again to choose the digits."""

    def __init__(self, store: ResultStore, style: NumberStyle) -> None:
        self._store = store
        self._style = style
        self._decimals = [0] * len(store.columns)
        self._seen = 0

    def refresh(self, *, final: bool = False) -> bool:
        """Choose the digits anew each time the table has doubled; True when a cell may look different."""
        if not final and self._store.row_count < 2 * self._seen:
            return False
        self._seen = max(1, self._store.row_count)
        old = list(self._decimals)
        for place, column in enumerate(self._store.columns):
            if column.kind is Kind.NUMBER:
                self._decimals[place] = column_decimals(self._store.numbers(place).values)
        return old != self._decimals

    def texts(self, row: int) -> tuple[str, ...]:
        """Return the row's cells; never an empty text."""
        store = self._store
        return tuple(
            self._text(place, column, store.item(row, place)) for place, column in enumerate(store.columns)
        )

    def _text(self, place: int, column: ResultColumn, value: Any) -> str:
        if value is None:
            return UNKNOWN
        match column.kind:
            case Kind.NUMBER if column.is_share:
                return f"{self._style.write(100 * value, PERCENT_DECIMALS)} %"
            case Kind.NUMBER:
                is_price = column.name in PRICE_COLUMNS
                return self._style.write(value, price_decimals(value) if is_price else self._decimals[place])
            case Kind.TIME:
                return time_text(value, whole_day=self._store.times(place).whole_days)
            case Kind.TRUTH:
                return TRUE_MARK if value else FALSE_MARK
            case Kind.TEXT:
                return str(value) or UNKNOWN


def time_text(moment: np.datetime64, *, whole_day: bool) -> str:
    """Return the ISO day, with hour and minute where the column is finer than days; seconds only if any."""
    if whole_day:
        return str(moment.astype("datetime64[D]"))
    to_minute = moment.astype("datetime64[m]")
    finest = to_minute if to_minute == moment else moment.astype("datetime64[s]")
    return str(finest).replace("T", " ")
