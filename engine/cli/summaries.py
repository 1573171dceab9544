"""What each command is for, read from its file without running it.

To import all commands takes more than a second; a list of them needs their names and sentences only. Those stand in
each file's ``Command("name", "sentence", …)``. Where there are no source files (a packed program) there is nothing to
read, and :func:`summaries` says so.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from importlib.abc import InspectLoader


def summaries(package: str) -> dict[str, str] | None:
    """Return the sentence of every command in a package by the command's name, sorted; None without source files."""
    found: dict[str, str] = {}
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        source = _source(f"{package}.{module.name}")
        if source is None:
            return None
        found |= dict(_commands(source))
    return dict(sorted(found.items()))


def _source(module: str) -> str | None:
    spec = importlib.util.find_spec(module)
    loader = spec.loader if spec is not None else None
    return loader.get_source(module) if isinstance(loader, InspectLoader) else None


def _commands(source: str) -> Iterator[tuple[str, str]]:
    """Yield name and sentence of the commands that a module makes."""
    for statement in ast.parse(source).body:
        for node in ast.walk(statement) if isinstance(statement, ast.Expr) else ():
            match node:
                case ast.Call(
                    func=ast.Name("Command"),
                    args=[ast.Constant(str() as name), ast.Constant(str() as sentence), *_],
                ):
                    yield name, sentence
