"""Bars in a folder with one ``symbol=NAME`` folder per symbol, each holding one or more Parquet files.

Here: which symbols a folder holds, their files, their rows and their version. The symbol is the decoded name
of its folder, as text. Rows of several files follow one another in order of file name. Nothing outside the
root is read, whatever links point there. A symbol whose files cannot be read is a symbol all the same: its
fault is raised when it is read, and concerns no other. Not here: a single file (``parquet``).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from engine.data.folder_names import PREFIX, decode_symbol
from engine.data.parquet import read_bars
from engine.data.series import RangeReading
from engine.errors import DataError, UnknownNameError
from engine.market.bars import FIELDS, Bars


class HiveCandleRepository(RangeReading):
    """A folder of ``symbol=NAME/*.parquet``.

    The list of symbols is read once, when it is first needed; files are looked up anew on every read. Raises
    DataError when the folder is missing or holds no symbols.
    """

    def __init__(self, path: str | Path) -> None:
        self.root = Path(path).expanduser().absolute()

    def __repr__(self) -> str:
        return f"HiveCandleRepository({str(self.root)!r})"

    @property
    def address(self) -> str:
        """The folder's absolute path."""
        return str(self.root)

    def symbols(self) -> tuple[str, ...]:
        """All symbols, sorted."""
        return tuple(self._folders)

    def read_raw(self, symbol: str) -> Bars:
        """Return the symbol's rows as stored; raises UnknownNameError or DataError."""
        files = list(self._files(symbol))
        if not files:
            folder = self.folder(symbol)
            raise DataError(str(folder), f"There is no Parquet file for {symbol} in {folder}.")
        return self.read_files(symbol, [file.path for file in files])

    def read_files(self, symbol: str, paths: Sequence[str]) -> Bars:
        """Return the rows of the symbol's files, of which there is one at least; raises DataError."""
        parts = [read_bars(symbol, path) for path in paths]
        return parts[0] if len(parts) == 1 else _joined(symbol, parts)

    def data_version(self, symbols: tuple[str, ...] | None = None) -> str:
        """Return a hash of path, size and time of change of every file of these symbols."""
        return version_of(
            self.identity_or_fault(symbol) for symbol in sorted(self._folders if symbols is None else symbols)
        )

    def folder(self, symbol: str) -> Path:
        """Return the path of the symbol's folder; raises as :meth:`folder_name` does."""
        return self.root / self.folder_name(symbol)

    def identity(self, symbol: str) -> str:
        """Return path, size and time of change of every file of one symbol; raises as :meth:`read_raw` does."""
        lines = []
        folder = self.folder_name(symbol)
        for file in self._files(symbol):
            try:
                status = file.stat()
            except OSError as error:
                sentence = f"The bars of {symbol} cannot be read from {file.path}: it has vanished."
                raise DataError(file.path, sentence) from error
            lines.append(f"{folder}{os.sep}{file.name}\0{status.st_size}\0{status.st_mtime_ns}\n")
        return "".join(lines)

    def identity_or_fault(self, symbol: str) -> str:
        """Return the same, or in its place what is wrong with the symbol's files."""
        try:
            return self.identity(symbol)
        except DataError as error:
            return f"{symbol}\0{error}\n"

    @cached_property
    def _folders(self) -> dict[str, tuple[str, ...]]:
        """The names of each symbol's folders; more than one is a fault of that symbol."""
        return symbol_folders(self.root)

    def folder_name(self, symbol: str) -> str:
        """Return the name of the symbol's folder; raises UnknownNameError, or DataError when there are two."""
        folders = self._folders.get(symbol)
        if folders is None:
            raise UnknownNameError("symbol", symbol, self.symbols())
        if len(folders) > 1:
            both = " and ".join(folders)
            raise DataError(str(self.root), f"The folders {both} both hold the bars of {symbol}: remove one.")
        return folders[0]

    def _files(self, symbol: str) -> Iterator[os.DirEntry[str]]:
        """Yield the symbol's files in order of name; raises DataError for one that leads out of the root."""
        # Text, not Path: a scan that has no snapshot yet looks at every folder.
        folder = f"{self.root}{os.sep}{self.folder_name(symbol)}"
        if os.path.islink(folder):  # noqa: PTH114
            self._require_inside(symbol, Path(folder))
        try:
            with os.scandir(folder) as entries:
                files = [entry for entry in entries if _is_data_file(entry.name)]
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise DataError(
                folder, f"The bars of {symbol} cannot be read from {folder}: {reason}."
            ) from error
        if len(files) > 1:
            files.sort(key=lambda entry: entry.name)
        for file in files:
            if file.is_symlink():
                self._require_inside(symbol, Path(file.path))
            yield file

    def _require_inside(self, symbol: str, path: Path) -> None:
        if not path.resolve().is_relative_to(self.root.resolve()):
            sentence = f"The bars of {symbol} are not read: {path} is a link that leads out of {self.root}."
            raise DataError(str(path), sentence)


def version_of(identities: Iterable[str]) -> str:
    """Return one hash over what :meth:`HiveCandleRepository.identity` tells of symbols, in order of symbol."""
    return hashlib.sha256("".join(identities).encode("utf-8", "surrogatepass")).hexdigest()


def symbol_folders(root: Path) -> dict[str, tuple[str, ...]]:
    """Return the folder names of each symbol below ``root``, sorted by symbol; raises DataError."""
    if not root.exists():
        raise DataError(str(root), f"There is no folder {root}: check the path, or create it with 'ingest'.")
    if not root.is_dir():
        sentence = f"{root} is a file, not a folder of bars: turn it into one with 'candlewick ingest'."
        raise DataError(str(root), sentence)
    found: dict[str, list[str]] = {}
    try:
        with os.scandir(root) as entries:
            for entry in entries:
                if entry.name.startswith(PREFIX) and len(entry.name) > len(PREFIX) and entry.is_dir():
                    found.setdefault(decode_symbol(entry.name.removeprefix(PREFIX)), []).append(entry.name)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataError(str(root), f"The folder {root} cannot be read: {reason}.") from error
    if not found:
        sentence = (
            f"The folder {root} holds no bars: it has no folders named symbol=NAME. "
            "Fill it with 'candlewick ingest' or 'candlewick demo'."
        )
        raise DataError(str(root), sentence)
    return {symbol: tuple(sorted(found[symbol])) for symbol in sorted(found)}


def _is_data_file(name: str) -> bool:
    return name.endswith(".parquet") and not name.startswith((".", "_"))


def _joined(symbol: str, parts: list[Bars]) -> Bars:
    return Bars(
        symbol,
        np.concatenate([part.timestamp for part in parts]),
        *(np.concatenate([part.field(name) for part in parts]) for name in FIELDS),
    )
