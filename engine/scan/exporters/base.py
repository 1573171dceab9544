"""What an exporter is, and the one way to write a result: checked first, atomic, partial runs named so.

Not here: any format; each has its module in this package and registers itself by file ending.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from engine.atomic import atomic_path
from engine.errors import OutputError, UnknownNameError
from engine.registry import Registry

# Called with steps done and steps in all, several times a second; what it raises ends the writing.
Progress: TypeAlias = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Exporter:
    """A file format: ``write`` puts a table of matches of that timeframe into a new file and tells how far it is."""

    suffix: str
    label: str
    write: Callable[[pa.Table, str, Path, Progress], None]


exporters: Registry[Exporter] = Registry("export format")


def endings() -> str:
    """Return the file endings that can be written, as words."""
    *first, last = exporters.names()
    return " or ".join(filter(None, (", ".join(first), last)))


def check_target(path: Path) -> Exporter:
    """Return the exporter for the path's ending, or say why a result could not be written there."""
    try:
        exporter = exporters.get(path.suffix.lower())
    except UnknownNameError:
        raise OutputError(str(path), f"its name must end in {endings()}") from None
    if path.is_dir():
        raise OutputError(str(path), "it is a folder")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise OutputError(str(path), f"the folder {folder} does not exist")
    if not os.access(folder, os.W_OK):
        raise OutputError(str(path), f"the folder {folder} is not writable")
    return exporter


def partial_path(path: Path) -> Path:
    """Return the name that tells a partial result from a complete one."""
    return path.with_name(f"{path.stem}.partial{path.suffix}")


def export(
    matches: pa.Table,
    timeframe: str,
    path: Path,
    *,
    complete: bool = True,
    progress: Progress | None = None,
) -> Path:
    """Write ``matches`` to ``path`` and return where they went.

    A result that is not complete goes to ``NAME.partial.SUFFIX``. An older file is replaced in one step or stays
    as it was: also when ``progress`` raises, which is how writing is cancelled. Raises OutputError.
    """
    exporter = check_target(path)
    target = path if complete else partial_path(path)
    with atomic_path(target) as temporary:
        exporter.write(matches, timeframe, temporary, progress or untold)
    return target


def untold(_done: int, _steps: int) -> None:
    """Tell nobody."""
