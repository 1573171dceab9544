"""``candlewick describe``: what can be used, from the same data as the checker and the completion."""

from __future__ import annotations

import argparse

from engine.cli.command import DONE, Command, commands
from engine.cli.detector_flags import chosen_catalogue
from engine.cli.table import print_rows
from engine.errors import UnknownNameError
from engine.formula.completion import LanguageName, function_names
from engine.registry import Registry
from engine.settings import Settings, load_settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("topic", choices=("functions", "detectors", "settings"), help="what to describe")
    parser.add_argument("name", nargs="?", metavar="NAME", help="only this one, with all that is known of it")


def run(arguments: argparse.Namespace) -> int:
    """Print the list, or one entry of it."""
    if arguments.topic == "functions":
        _describe_functions(arguments.name)
    elif arguments.topic == "detectors":
        _describe_detectors(arguments.name)
    else:
        _describe_settings(arguments.name)
    return DONE


def _describe_functions(name: str | None) -> None:
    known: Registry[LanguageName] = Registry("function")
    for entry in function_names():
        for each in (entry.name, *entry.aliases):
            known.add(each, entry)
    if name is None:
        by_family = sorted(function_names(), key=lambda entry: (entry.family, entry.name))
        print_rows([(entry.family, f"{entry.signature:<46} {entry.summary}") for entry in by_family])
        return
    entry = known.get(name.lower())
    rows = [("call", entry.signature), ("", entry.summary), ("family", entry.family)]
    if entry.aliases:
        rows.append(("also", ", ".join(entry.aliases)))
    if entry.outputs:
        rows.append(("outputs", ", ".join(f"{entry.name}(…).{output}" for output in entry.outputs)))
    print_rows(rows)


def _describe_detectors(name: str | None) -> None:
    catalogue = chosen_catalogue(load_settings())
    if name is None:
        print_rows([(declared.name, declared.summary) for declared in catalogue.declarations()])
        return
    declared = catalogue.declaration(name.lower())
    rows = [("detector", declared.name), ("", declared.summary)]
    if declared.is_baseline:
        rows.append(("", "A baseline: it has no parameters, and means the same in every result."))
    if declared.variant_of is not None:
        rows.append(("variant of", declared.variant_of))
    rows += [("event", f"{event:<22} {meaning}") for event, meaning in declared.events.items()]
    rows += [
        ("parameter", f"{each.name}={each.default:g}  {each.help} ({each.least:g} to {each.greatest:g})")
        for each in declared.parameters
    ]
    print_rows(rows)


def _describe_settings(name: str | None) -> None:
    names = tuple(Settings.model_fields)
    if name is not None and name not in names:
        raise UnknownNameError("setting", name, names)
    defaults = Settings().model_dump(mode="json")
    rows = [
        (each, f"{Settings.model_fields[each].description} Default: {defaults[each]}.")
        for each in names
        if name in (None, each)
    ]
    print_rows(rows)


commands.add(
    "describe",
    Command("describe", "Explain the functions of formulas, the detectors, or the settings.", configure, run),
)
