"""Lists of symbols that a user keeps by name: watch lists, and what has been seen of a scan.

Each is a plain text file in one folder, one symbol a line, which any editor and ``@file`` can read. Not here: what
the lines mean (``engine.market.universe``) and who keeps what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from engine.atomic import atomic_path
from engine.data.folder_names import decode_symbol, encode_symbol
from engine.data.symbol_list import read_symbol_list
from engine.errors import DataError, OutputError
from engine.market.universe import unique

_ENDING = ".txt"
# Names that every file system takes as they are, and those that Windows keeps for devices.
_PLAIN = re.compile(r"\w([\w -]*[\w-])?", re.ASCII)
_RESERVED = re.compile(r"con|prn|aux|nul|(com|lpt)\d", re.IGNORECASE)


class KeptLists:
    """The lists in one folder, which need not exist before the first is written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> tuple[str, ...]:
        """Return the names of all lists, in the order of the alphabet."""
        found = (file.stem for file in self.folder.glob(f"*{_ENDING}") if not file.name.startswith("."))
        return tuple(sorted((decode_symbol(stem) for stem in found), key=str.casefold))

    def path(self, name: str) -> Path:
        """Return where a list is kept; raises DataError for what cannot be a name."""
        called = name.strip()
        is_plain = _PLAIN.fullmatch(called) is not None and _RESERVED.fullmatch(called) is None
        return self.folder / f"{called if is_plain else encode_symbol(called)}{_ENDING}"

    def read(self, name: str) -> tuple[str, ...]:
        """Return a list's symbols in their order; a list that is missing or empty has none. Raises DataError."""
        file = self.path(name)
        try:
            if not file.read_bytes().strip():
                return ()
        except FileNotFoundError:
            return ()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise DataError(str(file), f"The list {file} cannot be read: {reason}.") from error
        return read_symbol_list(file)

    def write(self, name: str, symbols: Iterable[str]) -> None:
        """Replace a list; raises OutputError."""
        file = self.path(name)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(str(self.folder), (error.strerror or str(error)).lower()) from error
        with atomic_path(file) as temporary:
            temporary.write_text("".join(f"{symbol}\n" for symbol in unique(symbols)), encoding="utf-8")
