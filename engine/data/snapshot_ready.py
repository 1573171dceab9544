"""What of a snapshot lies ready, for those who read it and never add to it.

Here: :func:`read_ready` pins the latest generation and looks which symbols are up to date in it. It makes no folder
and writes nothing. Not here: building a snapshot, which is a scan's work (``snapshot_run``).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.data.snapshot import SnapshotAddress, SnapshotRepository
from engine.data.snapshot_files import Pin, SnapshotFolder, folder_of, snapshots_folder
from engine.data.snapshot_source import SnapshotSource


class ReadyBars:
    """A pinned snapshot; ``missing`` are the asked-for symbols that it lacks or has in an older state.

    ``repository`` reads those from the source. The files stay until :meth:`release`.
    """

    def __init__(self, repository: SnapshotRepository, missing: tuple[str, ...], pin: Pin) -> None:
        self.repository = repository
        self.missing = missing
        self._pin = pin

    def release(self) -> None:
        """Let the files go; may be called twice."""
        self._pin.release()


def read_ready(source: SnapshotSource, symbols: Sequence[str], among: Path | None = None) -> ReadyBars | None:
    """Return what the snapshot of a source has of these symbols, or None where there is no snapshot."""
    folder = SnapshotFolder(folder_of(source.key, among or snapshots_folder()))
    try:
        pin = folder.pin()
    except OSError:
        return None
    if pin is None:
        return None
    if pin.table.source != source.key:
        pin.release()
        return None
    rows, stamps = pin.table.rows, pin.table.stamps()
    kept = {symbol: stamps[rows[symbol]] for symbol in symbols if symbol in rows}
    versions, still = source.look(list(symbols), kept)
    current = frozenset(still)
    address = SnapshotAddress(
        pin.path, source.repository.address, frozenset(rows[symbol] for symbol in current)
    )
    missing = tuple(symbol for symbol in symbols if symbol not in current)
    return ReadyBars(SnapshotRepository(address, source, versions), missing, pin)
