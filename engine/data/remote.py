"""The folder of ``hive`` where fsspec finds it: ``s3://bucket/bars``, ``sftp://…``, ``zip://::file:///bars.zip``.

Which kinds of addresses there are, and which package each needs, is fsspec's; keys and regions come from where its
packages look for them (the environment, their own files). Files are read as a whole, one request each; listings are
asked for anew, never remembered between runs. Not here: what a folder's names mean (``folder_names``), and a folder of
this machine, which ``hive`` reads with fewer detours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np

from engine.data.addresses import split_scheme, without_password
from engine.data.folder_names import PREFIX, decode_symbol
from engine.data.hive import version_of
from engine.data.parquet import bars_from_bytes
from engine.data.series import RangeReading
from engine.data.snapshot_stamp import changed_just_now
from engine.errors import DataError, UnknownNameError
from engine.market.bars import FIELDS, Bars

MISSING_FSSPEC = (
    "Bars at addresses such as s3:// need fsspec: install it with pip install candlewick[cluster]."
)
# By which a store tells one content of a file from another, best first.
_MARKS = (
    *("ETag", "etag", "md5Hash", "generation", "version_id", "content_md5", "mtime"),
    *("LastModified", "last_modified", "updated", "modify", "CRC"),
)
# More symbols than these are looked at with one listing of everything.
_ONE_BY_ONE = 20


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file as its store lists it; ``mark`` changes with its contents, None where the store has no such thing."""

    path: str
    name: str
    size: int
    mark: object

    @property
    def is_lasting(self) -> bool:
        """Whether any later change will show in size or mark."""
        if isinstance(self.mark, int | float):
            return not changed_just_now(int(self.mark * 1_000_000_000))
        if isinstance(self.mark, datetime):
            return not changed_just_now(int(self.mark.timestamp() * 1_000_000_000))
        return self.mark is not None


class RemoteCandleRepository(RangeReading):
    """A folder of ``symbol=NAME/*.parquet`` at an address of fsspec. Its list of symbols is read once."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/") if not address.endswith("://") else address

    def __repr__(self) -> str:
        return f"RemoteCandleRepository({self.shown!r})"

    @property
    def shown(self) -> str:
        """The address without a password."""
        return without_password(self.address)

    def symbols(self) -> tuple[str, ...]:
        """All symbols, sorted."""
        return tuple(self._folders)

    def read_raw(self, symbol: str) -> Bars:
        """Return the symbol's rows as stored; raises UnknownNameError or DataError."""
        files = self._files(symbol)
        if not files:
            raise DataError(self.shown, f"There is no Parquet file for {symbol} in {self.shown}.")
        parts = []
        for file in files:
            try:
                data = self._store.cat_file(file.path)
            except Exception as error:
                raise self._unreadable(symbol, error) from error
            parts.append(bars_from_bytes(symbol, data, f"{self.shown}/{self._folder(symbol)}/{file.name}"))
        if len(parts) == 1:
            return parts[0]
        times = np.concatenate([part.timestamp for part in parts])
        return Bars(symbol, times, *(np.concatenate([part.field(name) for part in parts]) for name in FIELDS))

    def data_version(self, symbols: tuple[str, ...] | None = None) -> str:
        """Return a hash of name, size and mark of every file of these symbols."""
        wanted = sorted(self.symbols() if symbols is None else symbols)
        known = self.identities(wanted)
        return version_of(known[symbol] for symbol in wanted)

    def identities(self, symbols: Iterable[str]) -> Mapping[str, str]:
        """Return name, size and mark of every file of each symbol, or what is wrong with them."""
        wanted = list(symbols)
        listed = self._list_all() if len(wanted) > _ONE_BY_ONE else {}
        found = {}
        for symbol in wanted:
            try:
                folder = self._folder(symbol)
                found[symbol] = _identity(folder, listed[folder] if folder in listed else self._files(symbol))
            except (DataError, UnknownNameError) as error:
                found[symbol] = f"{symbol}\0{error}\n"
        return found

    def identity(self, symbol: str) -> tuple[str, bool]:
        """Return the same of one symbol, and whether any later change will show in it; raises as reading does."""
        files = self._files(symbol)
        return _identity(self._folder(symbol), files), bool(files) and all(file.is_lasting for file in files)

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        try:
            from fsspec.core import url_to_fs  # noqa: PLC0415  an extra
        except ModuleNotFoundError as error:
            raise DataError(self.shown, MISSING_FSSPEC) from error
        try:
            store, root = url_to_fs(self.address, use_listings_cache=False, skip_instance_cache=True)
        except ImportError as error:
            sentence = f"{self.shown} cannot be opened without another package: {error}."
            raise DataError(self.shown, sentence) from error
        except Exception as error:
            sentence = f"{self.shown} cannot be opened: {_first_line(error)}. Check the address and your rights there."
            raise DataError(self.shown, sentence) from error
        return store, root.rstrip("/")

    @property
    def _store(self) -> Any:
        return self._opened[0]

    @cached_property
    def _folders(self) -> dict[str, tuple[str, ...]]:
        """The names of each symbol's folders; more than one is a fault of that symbol."""
        store, root = self._opened
        try:
            entries = store.ls(root, detail=True)
        except FileNotFoundError as error:
            sentence = (
                f"There is no folder {self.shown}: check the address, and that every worker can see it."
            )
            raise DataError(self.shown, sentence) from error
        except Exception as error:
            sentence = (
                f"{self.shown} cannot be read: {_first_line(error)}. Check the address and your rights there."
            )
            raise DataError(self.shown, sentence) from error
        found: dict[str, list[str]] = {}
        for entry in entries:
            name = _last(entry["name"])
            if entry["type"] == "directory" and name.startswith(PREFIX) and len(name) > len(PREFIX):
                found.setdefault(decode_symbol(name.removeprefix(PREFIX)), []).append(name)
        if not found:
            raise DataError(self.shown, f"{self.shown} holds no bars: it has no folders named symbol=NAME.")
        return {symbol: tuple(sorted(found[symbol])) for symbol in sorted(found)}

    def _folder(self, symbol: str) -> str:
        folders = self._folders.get(symbol)
        if folders is None:
            raise UnknownNameError("symbol", symbol, self.symbols())
        if len(folders) > 1:
            both = " and ".join(folders)
            raise DataError(self.shown, f"The folders {both} both hold the bars of {symbol}: remove one.")
        return folders[0]

    def _files(self, symbol: str) -> list[RemoteFile]:
        folder = self._folder(symbol)
        store, root = self._opened
        try:
            entries = store.ls(f"{root}/{folder}" if root else folder, detail=True)
        except Exception as error:
            raise self._unreadable(symbol, error) from error
        return _data_files(entries)

    def _list_all(self) -> dict[str, list[RemoteFile]]:
        """Return the files of each folder; nothing where the store cannot list all at once."""
        store, root = self._opened
        try:
            entries = store.find(root, detail=True)
        except Exception:  # noqa: BLE001  each kind of store has exceptions of its own
            return {}
        folders: dict[str, list[Mapping[str, Any]]] = {}
        for path, entry in entries.items():
            folder, slash, name = path.removeprefix(root).strip("/").partition("/")
            if slash and "/" not in name:
                folders.setdefault(folder, []).append(entry)
        return {folder: _data_files(found) for folder, found in folders.items()}

    def _unreadable(self, symbol: str, error: Exception) -> DataError:
        reason = "it has vanished" if isinstance(error, FileNotFoundError) else _first_line(error)
        return DataError(self.shown, f"The bars of {symbol} cannot be read from {self.shown}: {reason}.")


def is_remote(address: str) -> bool:
    """Tell whether fsspec knows this kind of address; raises DataError when that cannot be asked."""
    found = split_scheme(address)
    try:
        from fsspec import available_protocols  # noqa: PLC0415  an extra
    except ModuleNotFoundError as error:
        raise DataError(without_password(address), MISSING_FSSPEC) from error
    return found is not None and found[1].startswith("//") and found[0] in available_protocols()


def _data_files(entries: Iterable[Mapping[str, Any]]) -> list[RemoteFile]:
    files = []
    for entry in entries:
        name = _last(entry["name"])
        if entry["type"] == "file" and name.endswith(".parquet") and not name.startswith((".", "_")):
            mark = next((entry[key] for key in _MARKS if entry.get(key) is not None), None)
            files.append(RemoteFile(entry["name"], name, entry.get("size") or 0, mark))
    return sorted(files, key=lambda file: file.name)


def _identity(folder: str, files: Iterable[RemoteFile]) -> str:
    return "".join(f"{folder}/{file.name}\0{file.size}\0{file.mark}\n" for file in files)


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _first_line(error: BaseException) -> str:
    line = without_password(str(error).strip().split("\n", 1)[0]).rstrip(".")
    return line or type(error).__name__
