"""All detectors that a job can name: those that are shipped, and the plug-ins that the user has allowed.

Plug-ins are files of a folder of the user's, and modules that installed packages name in the entry points
``candlewick.detectors`` (``name = "package.module:function"``). They are found and read here, never run or imported:
that happens in workers only (``plugin_worker``). One that is new, or has changed since it was allowed, cannot be used.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Literal, TypeAlias

import engine.detectors.shipped  # noqa: F401  fills the registry
from engine.detectors.base import Declaration, detectors
from engine.detectors.header import has_header
from engine.detectors.naming import unknown_detector
from engine.detectors.plugin import LARGEST_FILE, Plugin, read_plugin
from engine.errors import DetectorError
from engine.scan.consent import ConsentFile

GROUP = "candlewick.detectors"

State: TypeAlias = Literal["allowed", "new", "changed", "unusable"]


@dataclass(frozen=True, slots=True)
class FoundPlugin:
    """A plug-in's file and whether it may run; ``problem`` is the sentence of an unusable one."""

    path: str
    origin: str
    state: State
    plugin: Plugin | None = None
    problem: str = ""


class DetectorCatalogue:
    """The detectors that can be named; plain data, looked up once."""

    def __init__(self, found: Iterable[FoundPlugin] = ()) -> None:
        self.found = _without_clashes(sorted(found, key=lambda each: each.path))
        self._plugins = {each.plugin.name: each for each in self.found if each.plugin is not None}

    def declarations(self) -> tuple[Declaration, ...]:
        """Return the declarations of all that can run, sorted by name."""
        usable = [
            each.plugin.declaration
            for each in self._plugins.values()
            if each.plugin is not None and each.state == "allowed"
        ]
        shipped = [detector.declaration for detector in detectors]
        return tuple(sorted((*shipped, *usable), key=lambda declaration: declaration.name))

    def known(self) -> tuple[Declaration, ...]:
        """Return the declarations of all that there are, those that may not run included."""
        new = [each.plugin.declaration for each in self._plugins.values() if each.plugin is not None]
        return (*(detector.declaration for detector in detectors), *new)

    def declaration(self, name: str) -> Declaration:
        """Return a detector's declaration; raises DetectorError for one that is not there or may not run."""
        if name in detectors:
            return detectors.get(name).declaration
        return self.plugin(name).declaration

    def plugin(self, name: str) -> Plugin:
        """Return an allowed plug-in by name; raises DetectorError."""
        found = self._plugins.get(name)
        if found is None or found.plugin is None:
            raise unknown_detector(name, self.declarations())
        if found.state == "allowed":
            return found.plugin
        if found.state == "unusable":
            raise DetectorError(name, found.problem)
        why = "has changed since it was allowed" if found.state == "changed" else "is not allowed to run yet"
        sentence = (
            f"The detector {name} {why}: it is a program with your rights. Read {found.path}, and if you trust it: "
            f"candlewick detectors allow {found.path}"
        )
        raise DetectorError(name, sentence)


def find_detectors(folder: Path | None, consent: ConsentFile) -> DetectorCatalogue:
    """Look for plug-ins in the folder and among installed packages; raises DetectorError for a broken consent file."""
    allowed = consent.allowed()
    found = [_looked_at(path, "folder", allowed) for path in _files(folder)]
    found += [_packaged(entry, allowed) for entry in entry_points(group=GROUP)]
    return DetectorCatalogue(found)


def plugin_path(path: Path) -> str:
    """Return how a plug-in's path is written everywhere: absolute, without links."""
    return str(path.expanduser().resolve())


def _files(folder: Path | None) -> Iterator[Path]:
    """Yield the files of a folder that declare a detector."""
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.glob("*.py")):
        try:
            if path.stat().st_size <= LARGEST_FILE and has_header(
                path.read_text(encoding="utf-8", errors="replace")
            ):
                yield path
        except OSError:
            continue


def _looked_at(
    path: Path, origin: str, allowed: Mapping[str, str], module: str | None = None, function: str = "detect"
) -> FoundPlugin:
    name = plugin_path(path)
    try:
        plugin = read_plugin(Path(name), module, function)
    except DetectorError as error:
        return FoundPlugin(name, origin, "unusable", problem=error.sentence)
    known = allowed.get(name)
    state: State = "new" if known is None else "allowed" if known == plugin.sha256 else "changed"
    return FoundPlugin(name, origin, state, plugin)


def _packaged(entry: EntryPoint, allowed: Mapping[str, str]) -> FoundPlugin:
    origin = f"package {entry.dist.name}" if entry.dist is not None else "package"
    path = _module_file(entry)
    if path is None:
        problem = f"The detector {entry.name} of the {origin} has no file for the module {entry.module}."
        return FoundPlugin(entry.value, origin, "unusable", problem=problem)
    found = _looked_at(path, origin, allowed, entry.module, entry.attr or "detect")
    if found.plugin is not None and found.plugin.name != entry.name:
        problem = f"The {origin} names a detector {entry.name}, but its file {found.path} declares {found.plugin.name}."
        return FoundPlugin(found.path, origin, "unusable", problem=problem)
    return found


def _module_file(entry: EntryPoint) -> Path | None:
    """Return the file of a module without importing it, nor the packages that it lies in."""
    inner = Path(*entry.module.split("."))
    places = [Path(str(entry.dist.locate_file("")))] if entry.dist is not None else []
    for place in (*places, *map(Path, sys.path)):
        for candidate in (place / inner.with_suffix(".py"), place / inner / "__init__.py"):
            if candidate.is_file():
                return candidate
    return None


def _without_clashes(found: Iterable[FoundPlugin]) -> tuple[FoundPlugin, ...]:
    """Mark plug-ins whose name a shipped detector or another plug-in has: which one was meant nobody could tell."""
    everything = list(found)
    owners: dict[str, list[str]] = {}
    for each in everything:
        if each.plugin is not None:
            owners.setdefault(each.plugin.name, []).append(each.path)
    checked = []
    for each in everything:
        name = each.plugin.name if each.plugin is not None else ""
        problem = ""
        if name in detectors:
            problem = f"{each.path} cannot be used: a detector named {name} comes with the program."
        elif len(owners.get(name, ())) > 1:
            problem = (
                f"Several files declare a detector {name}: {', '.join(owners[name])}. Rename one of them."
            )
        unusable = FoundPlugin(each.path, each.origin, "unusable", each.plugin, problem)
        checked.append(unusable if problem else each)
    return tuple(checked)


SHIPPED = DetectorCatalogue()
