"""What each command is for, read from its file without running it.

To import all commands takes more than a second; a list of them needs their names and sentences only. Those stand in
each file's ``Command("name", "sentence", …)``. Where there are no source files (a packed program) there is nothing to
read, and :func:`summaries` says so.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from importlib.abc import InspectLoader

# As the formatter writes it; a test compares what is found with what the commands themselves say.
_COMMAND = re.compile(r'\bCommand\(\s*"([^"]+)",\s*"([^"]+)"')


def summaries(package: str) -> dict[str, str] | None:
    """Return the sentence of every command in a package by the command's name, sorted; None without source files."""
    found: dict[str, str] = {}
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        source = _source(f"{package}.{module.name}")
        if source is None:
            return None
        found |= dict(_COMMAND.findall(source))
    return dict(sorted(found.items()))


def _source(module: str) -> str | None:
    spec = importlib.util.find_spec(module)
    loader = spec.loader if spec is not None else None
    return loader.get_source(module) if isinstance(loader, InspectLoader) else None
