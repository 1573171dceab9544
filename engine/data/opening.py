"""From an address, the text that travels to workers, back to a repository: :func:`open_repository`.

Each kind of address is a line of a table here; what an optional extra brings is loaded when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from engine.data import snapshot, spill, sql_address
from engine.data.addresses import split_scheme, without_password
from engine.data.hive import HiveCandleRepository
from engine.data.remote import RemoteCandleRepository, is_remote
from engine.data.repository import CandleRepository
from engine.errors import DataError, closest

Opener = Callable[[str], CandleRepository]


def open_repository(address: str | Path) -> CandleRepository:
    """Return the repository at a folder's path or at an address like ``sqlite:///bars.db`` or ``s3://bucket/bars``.

    Raises DataError when a scheme is unknown; whether the bars are there is checked when they are asked for.
    """
    text = str(address)
    found = split_scheme(text) if isinstance(address, str) else None
    if found is None:
        return HiveCandleRepository(address)
    scheme, rest = found
    opener = _OPENERS.get(scheme)
    if opener is not None:
        return opener(text)
    if rest.startswith("//"):
        if closest(scheme, _OPENERS) is None and is_remote(text):
            return RemoteCandleRepository(text)
        near = closest(scheme, _OPENERS)
        hint = f" Did you mean '{near}:'?" if near else " Name a folder of bars."
        shown = without_password(text)
        raise DataError(shown, f"Bars cannot be opened from '{scheme}:' addresses.{hint}")
    return HiveCandleRepository(address)


def is_database(address: str | Path) -> bool:
    """Tell whether an address is one of a database."""
    found = split_scheme(address) if isinstance(address, str) else None
    return found is not None and found[0] in sql_address.SCHEMES


def _open_spill(address: str) -> CandleRepository:
    return spill.SpilledCandleRepository(address.partition(":")[2])


def _open_snapshot(address: str) -> CandleRepository:
    return snapshot.SnapshotRepository(address.partition(":")[2])


def _open_sql(address: str) -> CandleRepository:
    from engine.data.sql import SqlCandleRepository  # noqa: PLC0415  nobody else needs it

    return SqlCandleRepository(address)


_OPENERS: Mapping[str, Opener] = {
    spill.SCHEME: _open_spill,
    snapshot.SCHEME: _open_snapshot,
    **dict.fromkeys(sql_address.SCHEMES, _open_sql),
}
