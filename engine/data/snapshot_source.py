"""What a snapshot must know of the bars that it copies: one small interface, and who has it.

A :class:`SnapshotSource` reads a symbol's bars together with the state that they were in, tells for thousands of
symbols at once which are still in theirs, and whether a state is one in which every later change will show. Folders
of Parquet tell it by sizes and times of files, databases by a query (``sql_state``), stores behind fsspec by what they
list beside a name.

:func:`source_of` says whether a repository can have a snapshot, :func:`open_source` is for workers, who have the
address. A new kind of repository is one more class here, or beside its repository, and a line in these two.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from engine.data import sql_address
from engine.data.addresses import split_scheme
from engine.data.hive import HiveCandleRepository
from engine.data.remote import RemoteCandleRepository
from engine.data.snapshot_stamp import Watch, is_lasting, is_unchanged, take_stamp, watch
from engine.data.snapshot_table import Stamp
from engine.errors import DataError
from engine.market.bars import Bars
from engine.market.quality import QualityReport, clean

if TYPE_CHECKING:
    from engine.data.repository import CandleRepository
    from engine.data.sql import SqlCandleRepository

_READS = 3
# Rows of a database are read in another way: begin its snapshots anew.
_SQL_READING = 1


class SnapshotSource(Protocol):
    """A repository as a snapshot sees it.

    ``key`` names the snapshot: it is written to the disk and holds no password.
    """

    @property
    def repository(self) -> CandleRepository:
        """The repository itself."""
        ...

    @property
    def key(self) -> str:
        """What tells this repository from all others."""
        ...

    def look(
        self, symbols: Sequence[str], kept: Mapping[str, Stamp]
    ) -> tuple[Mapping[str, str], Collection[str]]:
        """Return the identity of each symbol's stored rows, and of which symbols the kept stamp is current."""
        ...

    def read_unchanged(self, symbol: str) -> tuple[Bars, QualityReport, Stamp]:
        """Return clean bars that all come from one state of the stored rows, and that state; raises as reading does."""
        ...

    def is_lasting(self, stamp: Stamp) -> bool:
        """Tell whether any later change will show in the identity."""
        ...


class FolderSource:
    """A folder of Parquet files."""

    def __init__(self, repository: HiveCandleRepository) -> None:
        self.repository = repository
        self._root = str(repository.root)
        # What is looked at for each symbol: the same from run to run, as long as its stamp is.
        self._watches: dict[str, tuple[Stamp, Watch | None]] = {}

    @property
    def key(self) -> str:
        """The folder's path, without links."""
        return str(self.repository.root.resolve())

    def look(
        self, symbols: Sequence[str], kept: Mapping[str, Stamp]
    ) -> tuple[Mapping[str, str], Collection[str]]:
        """Look at the files of each symbol: two looks where they are as they were."""
        identities, current, known = {}, [], self._watches
        for symbol in symbols:
            stamp = kept.get(symbol)
            if stamp is not None:
                seen = known.get(symbol)
                if seen is None or seen[0] != stamp:
                    seen = known[symbol] = stamp, self._watch(symbol, stamp)
                if seen[1] is not None and is_unchanged(seen[1]):
                    identities[symbol] = stamp.identity
                    current.append(symbol)
                    continue
            identities[symbol] = self.repository.identity_or_fault(symbol)
        return identities, current

    def read_unchanged(self, symbol: str) -> tuple[Bars, QualityReport, Stamp]:
        """Read the symbol's files, again when they change meanwhile."""
        return read_unchanged(self.repository, symbol)

    def is_lasting(self, stamp: Stamp) -> bool:
        """Tell whether any later change of the files will show."""
        return is_lasting(self._root, stamp)

    def _watch(self, symbol: str, stamp: Stamp) -> Watch | None:
        return watch(self._root, stamp) if self._has_one_folder(symbol, stamp) else None

    def _has_one_folder(self, symbol: str, stamp: Stamp) -> bool:
        """Tell whether the files of the stamp lie where the repository would look."""
        try:
            return stamp.identity.startswith(self.repository.folder_name(symbol) + os.sep)
        except DataError:
            return False


class TableSource:
    """A table of a database."""

    def __init__(self, repository: SqlCandleRepository) -> None:
        self.repository = repository

    @property
    def key(self) -> str:
        """The address without its password."""
        return f"{self.repository.shown} {_SQL_READING}"

    def look(
        self, symbols: Sequence[str], kept: Mapping[str, Stamp]
    ) -> tuple[Mapping[str, str], Collection[str]]:
        """Ask the database once for all."""
        identities = self.repository.identities(symbols)
        return identities, [
            symbol for symbol, stamp in kept.items() if stamp.identity == identities.get(symbol)
        ]

    def read_unchanged(self, symbol: str) -> tuple[Bars, QualityReport, Stamp]:
        """Read rows and state in one transaction, for which the database stands still."""
        raw, identity = self.repository.read_with_identity(symbol)
        return *clean(raw), Stamp(identity, 0)

    def is_lasting(self, stamp: Stamp) -> bool:  # noqa: ARG002  what matters is how states are found out
        """Tell whether the table says so of every change."""
        return self.repository.tells_changes


class RemoteSource:
    """A folder of Parquet files behind fsspec."""

    def __init__(self, repository: RemoteCandleRepository) -> None:
        self.repository = repository
        self._lasting: dict[str, bool] = {}

    @property
    def key(self) -> str:
        """The address without its password."""
        return self.repository.shown

    def look(
        self, symbols: Sequence[str], kept: Mapping[str, Stamp]
    ) -> tuple[Mapping[str, str], Collection[str]]:
        """List the files, all at once where they are many."""
        identities = self.repository.identities(symbols)
        return identities, [
            symbol for symbol, stamp in kept.items() if stamp.identity == identities.get(symbol)
        ]

    def read_unchanged(self, symbol: str) -> tuple[Bars, QualityReport, Stamp]:
        """Read the symbol's files, again when they change meanwhile."""
        for _ in range(_READS):
            before, lasting = self.repository.identity(symbol)
            bars, quality = clean(self.repository.read_raw(symbol))
            if self.repository.identity(symbol)[0] == before:
                self._lasting[before] = lasting
                return bars, quality, Stamp(before, 0)
        raise _still_changing(symbol, self.repository.shown)

    def is_lasting(self, stamp: Stamp) -> bool:
        """Tell whether the store said by more than the size what it holds."""
        return self._lasting.pop(stamp.identity, False)


def source_of(repository: CandleRepository) -> SnapshotSource | None:
    """Return how a snapshot sees a repository; None for one that can have none."""
    if isinstance(repository, HiveCandleRepository):
        return FolderSource(repository)
    if isinstance(repository, RemoteCandleRepository):
        return RemoteSource(repository)
    if "engine.data.sql" in sys.modules:  # whoever has such a repository has loaded it
        from engine.data.sql import SqlCandleRepository  # noqa: PLC0415  nobody else needs it

        if isinstance(repository, SqlCandleRepository):
            return TableSource(repository)
    return None


def open_source(address: str) -> SnapshotSource:
    """Return the source at an address; raises DataError for a text that is none."""
    found = split_scheme(address)
    if found is not None and found[0] in sql_address.SCHEMES:
        from engine.data.sql import SqlCandleRepository  # noqa: PLC0415  nobody else needs it

        return TableSource(SqlCandleRepository(address))
    if found is not None and found[1].startswith("//"):
        return RemoteSource(RemoteCandleRepository(address))
    return FolderSource(HiveCandleRepository(address))


def read_unchanged(source: HiveCandleRepository, symbol: str) -> tuple[Bars, QualityReport, Stamp]:
    """Return clean bars that all come from one state of the symbol's files, and that state."""
    for _ in range(_READS):
        before = take_stamp(source, symbol)
        watched = watch(str(source.root), before)
        try:
            # The files of the stamp, where it names them: no need to list the folder again.
            paths = [path for path, _, _ in watched.files] if watched is not None else []
            raw = source.read_files(symbol, paths) if paths else source.read_raw(symbol)
            bars, quality = clean(raw)
        except DataError:
            if _is_still(source, symbol, before, watched):
                raise
            continue
        if _is_still(source, symbol, before, watched):
            return bars, quality, before
    raise _still_changing(symbol, str(source.folder(symbol)))


def _still_changing(symbol: str, place: str) -> DataError:
    sentence = (
        f"The bars of {symbol} change while they are read: wait for the writing program and scan again."
    )
    return DataError(place, sentence)


def _is_still(source: HiveCandleRepository, symbol: str, stamp: Stamp, watched: Watch | None) -> bool:
    """Tell whether a symbol's files are in that state: by a quick look, which says yes, or by a thorough one."""
    return (watched is not None and is_unchanged(watched)) or take_stamp(source, symbol) == stamp
