"""What the reference says about each function beyond its signature: definition, pitfalls, an example.

``own.yaml`` holds the notes on our functions, ``talib.yaml`` those on TA-Lib's most used ones; the others are described
from their metadata alone. Nothing here is needed to compute: it is read when somebody asks for it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Note:
    """What a function means, in sentences.

    ``example`` is a whole formula. ``equals`` are two expressions that give the same values wherever both are known: a
    call, and its definition in the language.
    """

    definition: str
    example: str
    pitfalls: tuple[str, ...] = ()
    equals: tuple[str, str] | None = None


@functools.cache
def notes() -> Mapping[str, Note]:
    """Return all notes by the name of their function."""
    found = {}
    for name in ("talib.yaml", "own.yaml"):
        text = files(__package__).joinpath(name).read_text(encoding="utf-8")
        for function, entry in yaml.safe_load(text).items():
            pitfalls, equals = tuple(entry.get("pitfalls", ())), entry.get("equals")
            pair = (equals[0], equals[1]) if equals else None
            found[function] = Note(entry["definition"], entry["example"], pitfalls, pair)
    return found
