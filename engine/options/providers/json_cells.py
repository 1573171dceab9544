"""Values of a JSON answer as numbers, days and moments; what cannot be read is unknown, never a guess.

Here: ``contract_columns``, which turns lists of contracts into the columns of a chain. A number may be a text, a moment
seconds or milliseconds since 1970 or an ISO text; null, ``NaN`` and nonsense are unknown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.options.chain import NUMBERS
from engine.options.providers.answer_layout import found_at

_RIGHTS = {"c": "call", "call": "call", "calls": "call", "p": "put", "put": "put", "puts": "put"}
# Seconds since 1970 reach this in the year 5138; milliseconds passed it in 1973.
_MILLISECONDS = 1e11


def number(value: Any) -> float:
    """Return a number, NaN for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return math.nan
    return found if math.isfinite(found) else math.nan


def moment(value: Any) -> datetime | None:
    """Return a moment in UTC; a text without a zone is UTC. None for what is no moment."""
    if isinstance(value, str) and not value.strip().replace(".", "", 1).isdecimal():
        try:
            found = datetime.fromisoformat(value.strip())
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    seconds = number(value)
    if not seconds > 0:
        return None
    try:
        return datetime.fromtimestamp(seconds / 1000 if seconds > _MILLISECONDS else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def day(value: Any) -> date | None:
    """Return a day, from seconds since 1970, an ISO text or ``20260320``; None for what is no day."""
    if isinstance(value, int | str) and not isinstance(value, bool):
        text = str(value).strip()[:10]
        if (len(text) == 10 and text[4] == "-") or (len(text) == 8 and text.isdecimal()):
            try:
                return date.fromisoformat(text)
            except ValueError:
                return None
    found = moment(value)
    return None if found is None else found.date()


def contract_columns(
    lists: Iterable[tuple[Sequence[Any], str]], paths: Mapping[str, str], asked: date
) -> dict[str, NDArray[Any]]:
    """Return the columns of a chain; each list comes with the side of its contracts, empty where each tells its own.

    What is no contract at all becomes a row without a strike, which the chain's quality pass leaves out and counts.
    """
    rows = [(each, right) for contracts, right in lists for each in contracts]

    def cells(name: str) -> list[Any]:
        return [_cell(row, paths[name]) for row, _ in rows]

    columns: dict[str, NDArray[Any]] = {
        name: np.array([number(cell) for cell in cells(name)], dtype=np.float64)
        for name in NUMBERS
        if name in paths
    }
    expirations = (
        [day(cell) for cell in cells("expiration")] if "expiration" in paths else [asked] * len(rows)
    )
    columns["expiration"] = np.array(expirations, dtype="datetime64[D]")
    rights = cells("right") if "right" in paths else [""] * len(rows)
    columns["right"] = np.array(
        [
            right or _RIGHTS.get(str(told).strip().casefold(), "")
            for told, (_, right) in zip(rights, rows, strict=True)
        ],
        dtype=object,
    )
    for name in ("symbol", "ticker"):
        if name in paths:
            texts = ["" if cell is None else str(cell) for cell in cells(name)]
            columns[name] = np.array(texts, dtype=object)
    return columns


def _cell(row: Any, path: str) -> Any:
    try:
        return found_at(row, path)
    except LookupError:
        return None
