"""Where ingest writes: a folder of bars, which changes in one go, or a table of a database.

1. :meth:`FolderTarget.write` puts each symbol into a hidden folder within the target.
2. :meth:`FolderTarget.keep` moves them to their places, by renaming alone.
3. :meth:`FolderTarget.close` removes what was not kept, so that giving up leaves the folder as it was.

Not here: reading (``sources``) and tables (``sql_writing``), where every symbol is a transaction of its own.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import Protocol

from engine.atomic import remove_leftovers
from engine.data.folder_names import PREFIX, encode_symbol
from engine.data.hive import symbol_folders
from engine.data.opening import is_database
from engine.data.parquet import BARS_FILE, write_bars
from engine.data.sources.synthetic import is_demo
from engine.errors import OutputError
from engine.market.bars import Bars

_STAGING = ".ingest-"
_ABANDONED_SECONDS = 24 * 60 * 60


class Target(Protocol):
    """A repository that is written; ``shown`` is its address for the report."""

    shown: str

    def write(self, bars: Bars) -> bool:
        """Write all of one symbol in one step; tell whether it was there before. Raises OutputError."""
        ...

    def keep(self) -> None:
        """Let everything that was written count. Raises OutputError."""
        ...

    def close(self) -> None:
        """End the writing; what was not kept goes, where that is possible."""
        ...


def open_target(into: str | Path) -> Target:
    """Return the folder or the table to write; raises DataError for no address, OutputError as writing does."""
    if is_database(into):
        from engine.data.sql_writing import SqlTarget  # noqa: PLC0415  nobody else needs it

        return SqlTarget(str(into))
    return FolderTarget(Path(into).expanduser())


class FolderTarget:
    """The folder that is written, and which symbols it had before."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.shown = str(root)
        if root.is_dir() and is_demo(root):
            raise OutputError(str(root), "it holds the synthetic demo, which must not mix with other bars")
        self._is_new = not root.exists()
        try:
            root.mkdir(parents=True, exist_ok=True)
            _remove_abandoned(root)
            self._staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=root))
        except OSError as error:
            if isinstance(error, FileExistsError):
                raise OutputError(str(root), "it is a file") from error
            raise _refusal(root, error) from error
        has_bars = any(root.glob(f"{PREFIX}*"))
        self._before = symbol_folders(root) if has_bars else {}
        self._written: dict[str, str] = {}

    def write(self, bars: Bars) -> bool:
        """Write one symbol's file beside the others; tell whether the folder has it already."""
        folder = self._staging / f"{PREFIX}{encode_symbol(bars.symbol)}"
        try:
            folder.mkdir(exist_ok=True)
            write_bars(bars, folder / BARS_FILE)
        except OSError as error:
            raise _refusal(self._root, error) from error
        except OutputError as error:
            raise OutputError(str(self._root), error.reason) from error
        self._written[bars.symbol] = folder.name
        return bars.symbol in self._before

    def keep(self) -> None:
        """Put each symbol in the place of its old files."""
        try:
            for symbol, name in self._written.items():
                before = self._before.get(symbol, ())
                if before:
                    self._replace(self._staging / name, before)
                else:
                    (self._staging / name).rename(self._root / name)
        except OSError as error:
            raise _refusal(self._root, error) from error
        self._is_new = self._is_new and not self._written

    def close(self) -> None:
        """Remove what was not kept, and the folder itself if it was not there."""
        shutil.rmtree(self._staging, ignore_errors=True)
        if self._is_new and self._root.is_dir() and not any(self._root.iterdir()):
            self._root.rmdir()

    def _replace(self, staged: Path, before: tuple[str, ...]) -> None:
        folder = self._root / before[0]
        (staged / BARS_FILE).replace(folder / BARS_FILE)
        remove_leftovers(folder)
        for name in before:
            for file in (self._root / name).glob("*.parquet"):
                if file != folder / BARS_FILE:
                    file.unlink()
        for name in before[1:]:
            (self._root / name).rmdir()


def _refusal(root: Path, error: OSError) -> OutputError:
    return OutputError(str(root), (error.strerror or str(error)).lower())


def _remove_abandoned(root: Path) -> None:
    """Remove what a program that was killed has left; a younger one may still be written."""
    for left in root.glob(f"{_STAGING}*"):
        if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
