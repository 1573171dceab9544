"""From an address, the text that travels to workers, back to a repository: :func:`open_repository`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from engine.data import snapshot, spill
from engine.data.hive import HiveCandleRepository
from engine.data.repository import CandleRepository
from engine.errors import DataError, closest

# A drive letter is no scheme.
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)
_OPENERS: dict[str, Callable[[str], CandleRepository]] = {
    spill.SCHEME: spill.SpilledCandleRepository,
    snapshot.SCHEME: snapshot.SnapshotRepository,
}


def open_repository(address: str | Path) -> CandleRepository:
    """Return the repository at a folder's path or at an address like ``arrow:/tmp/bars.arrow``.

    Raises DataError when a scheme is unknown; whether the bars are there is checked when they are asked for.
    """
    text = str(address)
    found = _ADDRESS.fullmatch(text) if isinstance(address, str) else None
    if found is None:
        return HiveCandleRepository(address)
    scheme, rest = found.groups()
    opener = _OPENERS.get(scheme.lower())
    if opener is not None:
        return opener(rest)
    if rest.startswith("//"):
        near = closest(scheme, _OPENERS)
        hint = f" Did you mean '{near}:'?" if near else " Name a folder of bars."
        raise DataError(text, f"Bars cannot be opened from '{scheme}:' addresses.{hint}")
    return HiveCandleRepository(address)
