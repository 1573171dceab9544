"""``candlewick detectors``: which plug-ins there are, and which of them may run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.cli.command import DONE, FAILED, Command, commands
from engine.cli.detector_flags import chosen_catalogue, consent_file
from engine.cli.table import print_rows
from engine.detectors.plugin import read_plugin
from engine.errors import DetectorError
from engine.scan.detector_catalogue import plugin_path
from engine.settings import default_detectors_folder, load_settings

_WARNING = (
    "It is a program and runs with your rights, whenever a scan names it. A change to the file asks again."
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    verbs.add_parser("list", help="list all detectors, and the plug-ins with their state (the default)")
    for verb, what in (
        ("allow", "let this file's detector run, as the file is now"),
        ("forget", "take that back"),
    ):
        verbs.add_parser(verb, help=what).add_argument("path", type=Path, metavar="PATH")


def run(arguments: argparse.Namespace) -> int:
    """Do what the verb says."""
    if arguments.verb == "allow":
        return _allow(arguments.path)
    if arguments.verb == "forget":
        return _forget(arguments.path)
    return _list()


def _list() -> int:
    settings = load_settings()
    catalogue = chosen_catalogue(settings)
    print_rows([(declared.name, declared.summary) for declared in catalogue.declarations()])
    for found in catalogue.found:
        name = found.plugin.name if found.plugin is not None else "?"
        print_rows([("plug-in", f"{name} · {found.state} · {found.origin} · {found.path}")])
        if found.problem:
            print_rows([("", found.problem)])
    folder = settings.detectors_folder or default_detectors_folder()
    print(f"Your own detectors are looked for in {folder}.", file=sys.stderr)
    return DONE


def _allow(path: Path) -> int:
    name = plugin_path(path)
    plugin = read_plugin(_known_file(Path(name)))
    consent_file().allow(name, plugin.sha256)
    print_rows([("detector", plugin.name), ("file", name), ("SHA-256", plugin.sha256)])
    print(f"Allowed. {_WARNING}", file=sys.stderr)
    return DONE


def _known_file(path: Path) -> Path:
    if not path.is_file():
        raise DetectorError(path.name, f"There is no file {path}: name the detector's file.")
    return path


def _forget(path: Path) -> int:
    name = plugin_path(path)
    if consent_file().forget(name):
        print(f"{name} may not run any more.", file=sys.stderr)
        return DONE
    print(f"{name} was not allowed.", file=sys.stderr)
    return FAILED


commands.add(
    "detectors",
    Command("detectors", "List detectors, and say which plug-ins may run.", configure, run),
)
