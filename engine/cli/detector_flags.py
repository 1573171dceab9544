"""The flag ``--detector`` of several commands, and the detectors that it can name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.errors import JobError
from engine.scan.consent import ConsentFile
from engine.scan.detector_catalogue import DetectorCatalogue, find_detectors
from engine.settings import Settings, allowed_detectors_file, default_detectors_folder

_SHAPE = "NAME, or NAME:parameter=number,parameter=number"


def add_detector_flag(parser: Any, what: str = "look for its events; repeatable") -> None:
    """Add the flag to a parser or a group of flags."""
    parser.add_argument("--detector", action="append", metavar="NAME[:KEY=N,…]", help=what)


def detector_fields(texts: Sequence[str] | None) -> dict[str, Any]:
    """Return the job's fields for the flags; empty without any. Raises JobError."""
    names: list[str] = []
    parameters: dict[str, dict[str, float]] = {}
    for text in texts or ():
        name, _, pairs = (part.strip() for part in text.partition(":"))
        names.append(name)
        for pair in filter(None, pairs.split(",")):
            key, equals, number = (part.strip() for part in pair.partition("="))
            try:
                value = float(number)
            except ValueError:
                equals = ""
            if not equals or not key:
                sentence = f"--detector '{text}' must read {_SHAPE}, such as breakout:bars=55."
                raise JobError((("detectors", sentence),))
            parameters.setdefault(name, {})[key] = value
    fields: dict[str, Any] = {"detectors": tuple(names)} if names else {}
    return fields | ({"detector_parameters": parameters} if parameters else {})


def consent_file() -> ConsentFile:
    """Return the file that remembers which plug-ins may run."""
    return ConsentFile(allowed_detectors_file())


def chosen_catalogue(settings: Settings) -> DetectorCatalogue:
    """Return all detectors: those that come with the program and the user's own."""
    return find_detectors(settings.detectors_folder or default_detectors_folder(), consent_file())
