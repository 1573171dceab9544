"""Saved scans: one YAML file each, versioned, validated on reading and replaced atomically on writing.

Here: ``SavedScan``, ``load_scan``, ``save_scan`` and the ready-made ones that travel with the program.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from engine.atomic import atomic_path
from engine.errors import JobError
from engine.scan.job import ProcessingJob

VERSION = 1


@dataclass(frozen=True, slots=True)
class SavedScan:
    """A job with the words that a person chose for it."""

    name: str
    description: str
    job: ProcessingJob


def load_scan(path: Path) -> SavedScan:
    """Read a saved scan; raises JobError with every problem, each naming the file."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise _file_error(path, "there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _file_error(path, f"it cannot be read ({error})") from error
    return _parse(text, path)


def save_scan(scan: SavedScan, path: Path) -> None:
    """Write a saved scan; a reader sees the old file or the new one, never a mixture."""
    plain: dict[str, Any] = {"version": VERSION, "name": scan.name, "description": scan.description}
    plain |= {key: value for key, value in scan.job.to_mapping().items() if key != "name"}
    with atomic_path(path) as temporary:
        temporary.write_text(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True), encoding="utf-8")


@lru_cache(maxsize=1)
def ready_made_scans() -> tuple[SavedScan, ...]:
    """Return the scans that travel with the program, in order of file name."""
    folder = resources.files("resources") / "scans"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name
    )
    return tuple(_parse(file.read_text(encoding="utf-8"), Path(file.name)) for file in files)


def _parse(text: str, path: Path) -> SavedScan:
    try:
        plain = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1} is not valid YAML" if mark is not None else "it is not valid YAML"
        raise _file_error(path, where) from error
    except (ValueError, RecursionError) as error:
        # A day such as 2020-02-30, which YAML takes for a date.
        raise _file_error(path, f"it holds a value that is none ({error})") from error
    if not isinstance(plain, dict):
        raise _file_error(path, "it holds no settings; a saved scan has lines such as 'formula: close > 10'")
    _check_version(plain.pop("version", VERSION), path)
    description = str(plain.pop("description", ""))
    plain.setdefault("name", path.stem)
    try:
        job = ProcessingJob.from_mapping(plain)
    except JobError as error:
        named = tuple((field, f"{path.name}: {sentence}") for field, sentence in error.problems)
        raise JobError(named) from None
    return SavedScan(job.name, description, job)


def _check_version(version: Any, path: Path) -> None:
    """Refuse what a later program has written, which may mean something else by the same words."""
    if version == VERSION:
        return
    if isinstance(version, int) and version > VERSION:
        reason = f"a newer Candlewick has written it (version {version}, this one reads {VERSION}); update Candlewick"
    else:
        reason = f"its version is {version!r}, this program reads version {VERSION}"
    raise _file_error(path, reason)


def _file_error(path: Path, reason: str) -> JobError:
    return JobError((("job", f"Cannot use the scan file {path}: {reason}."),))
