"""Which plug-ins may run: their paths and the SHA-256 that each had when it was allowed, in one small file.

A file that has changed since is not allowed any more. Not here: which plug-ins there are (``detector_catalogue``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from engine.atomic import atomic_path
from engine.errors import DetectorError

VERSION = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST = 1_000_000


class ConsentFile:
    """The file at ``path``; it is read anew each time, so that two programs agree."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def allowed(self) -> Mapping[str, str]:
        """Return SHA-256 by path; raises DetectorError when the file is not what we have written."""
        try:
            if self.path.stat().st_size > _LARGEST:
                raise ValueError
            plain = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            raise self._unreadable() from None
        entries = (
            plain.get("allowed") if isinstance(plain, dict) and plain.get("version") == VERSION else None
        )
        if not isinstance(entries, dict) or not all(
            isinstance(digest, str) and _SHA256.fullmatch(digest) for digest in entries.values()
        ):
            raise self._unreadable()
        return entries

    def allow(self, path: str, sha256: str) -> None:
        """Remember that this file may run with these bytes; raises OutputError."""
        self._write({**self.allowed(), path: sha256})

    def forget(self, path: str) -> bool:
        """Take a permission back; tell whether there was one."""
        entries = dict(self.allowed())
        if path not in entries:
            return False
        del entries[path]
        self._write(entries)
        return True

    def _write(self, entries: Mapping[str, str]) -> None:
        text = json.dumps({"version": VERSION, "allowed": dict(sorted(entries.items()))}, indent=2)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            sentence = f"The permission cannot be kept in {self.path}: {error.strerror or error}."
            raise DetectorError(self.path.name, sentence) from None
        with atomic_path(self.path) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")

    def _unreadable(self) -> DetectorError:
        sentence = f"The list of allowed detectors cannot be read: remove {self.path} and allow them again."
        return DetectorError(self.path.name, sentence)
