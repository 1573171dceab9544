"""What a detector is: its declaration, its parameters, its function, and the registry of those that are shipped.

A detector is a function ``detect(bars, params)`` that returns triples ``(bar, event, score)``: the number of a bar,
the name of what happened on it, and how strong it was. An event must be decided with the bars up to its own:
cutting off later bars never changes it (``candlewick audit --detector`` checks that).

Here: the data, and :func:`run_detector`, the one way in which a detector is called. Not here: what a detector returned
(``events``), any detector (``shipped``), or those of the user (``header``, ``plugin``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from engine.detectors.events import Events, collect
from engine.errors import DetectorError, JobError, UnknownNameError
from engine.market.bars import FIELDS, Bars
from engine.registry import Registry

# Parameter values by name; whole ones are int.
Values: TypeAlias = Mapping[str, float]
Triple: TypeAlias = tuple[int, str, float]
Detect: TypeAlias = Callable[[Bars, Values], Iterable[Triple]]

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
EVENT_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
NO_VALUES: Values = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that a detector can be given, from ``least`` to ``greatest``."""

    name: str
    default: float
    least: float
    greatest: float
    help: str
    is_whole: bool = True

    def settled(self, value: object) -> float:
        """Return the value as the detector gets it; raises ValueError with the words after 'must be'."""
        allowed = (
            f"{'a whole number' if self.is_whole else 'a number'} from {self.least:g} to {self.greatest:g}"
        )
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(allowed)
        if not self.least <= value <= self.greatest or (self.is_whole and value != int(value)):
            raise ValueError(allowed)
        return int(value) if self.is_whole else float(value)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What can be known of a detector without running it.

    ``events`` are its event names, each with one sentence. A *baseline* is a control for comparisons: it has no
    parameters, so that it means the same in every result. ``variant_of`` names the detector from which this one
    differs in one respect.
    """

    name: str
    summary: str
    events: Mapping[str, str]
    parameters: tuple[Parameter, ...] = ()
    is_baseline: bool = False
    variant_of: str | None = None

    def __post_init__(self) -> None:
        if NAME.fullmatch(self.name) is None:
            sentence = (
                f"'{self.name}' is no name for a detector: small letters, digits and _, such as new_low."
            )
            raise DetectorError(self.name, sentence)
        wrong = [event for event in self.events if EVENT_NAME.fullmatch(event) is None]
        if wrong or not self.events:
            sentence = "A detector needs events, named in capital letters, digits and _, such as NEW_LOW"
            raise DetectorError(
                self.name, f"{sentence}; these are not: {', '.join(wrong)}." if wrong else f"{sentence}."
            )
        if self.is_baseline and self.parameters:
            raise DetectorError(
                self.name, "A baseline has no parameters: it must mean the same in every result."
            )

    def settle(self, given: Mapping[str, float]) -> dict[str, float]:
        """Return a value for every parameter; raises JobError with every value that is wrong."""
        problems = []
        known = {parameter.name: parameter for parameter in self.parameters}
        values = {name: parameter.settled(parameter.default) for name, parameter in known.items()}
        for name, value in given.items():
            if name not in known:
                problems.append(self._unknown(name))
                continue
            try:
                values[name] = known[name].settled(value)
            except ValueError as error:
                problems.append(f"{name} of the detector {self.name} must be {error}, not {value}.")
        if problems:
            raise JobError(tuple(("detector_parameters", problem) for problem in problems))
        return values

    def _unknown(self, name: str) -> str:
        if self.is_baseline:
            return f"The detector {self.name} is a baseline and cannot be changed: take away its {name}."
        if not self.parameters:
            return f"The detector {self.name} has no parameters: take away its {name}."
        known = tuple(parameter.name for parameter in self.parameters)
        return str(UnknownNameError(f"parameter of the detector {self.name}", name, known))


@dataclass(frozen=True, slots=True)
class Detector:
    """A declaration with its function.

    ``history`` is how many bars there must be before an event is possible, ``memory`` how many bars before an event
    it depends on at most, None where that has no limit; both are asked with the settled parameter values. ``refuses``
    returns a sentence for values that are wrong together.
    """

    declaration: Declaration
    detect: Detect
    history: Callable[[Values], int] = lambda _values: 1
    memory: Callable[[Values], int | None] = lambda _values: None
    refuses: Callable[[Values], str | None] = lambda _values: None


@dataclass(frozen=True, slots=True)
class Choice:
    """A shipped detector by name, with settled values: what travels to workers."""

    name: str
    values: Mapping[str, float] = field(default_factory=dict)


# Filled while ``engine.detectors.shipped`` is imported.
detectors: Registry[Detector] = Registry("detector")


def register(detector: Detector) -> Detector:
    """Add a shipped detector to the registry."""
    return detectors.add(detector.declaration.name, detector)


def run_detector(detector: Detector, bars: Bars, values: Values) -> Events:
    """Call a detector over one symbol's bars; raises DetectorError when what it returns are no events."""
    declaration = detector.declaration
    found = detector.detect(read_only(bars), MappingProxyType(dict(values)))
    return collect(declaration.name, tuple(declaration.events), found, len(bars))


def read_only(bars: Bars) -> Bars:
    """Return the same bars through views that cannot be written to."""
    fields = [bars.field(name).view() for name in FIELDS]
    times = bars.timestamp.view()
    for view in (times, *fields):
        view.setflags(write=False)
    return Bars(bars.symbol, times, *fields)


def sealed(bars: Bars) -> Bars:
    """Return a copy of the bars that nothing can make writable, for code of others."""
    times = np.frombuffer(bars.timestamp.astype("datetime64[us]").tobytes(), "datetime64[us]")
    fields = (np.frombuffer(bars.field(name).tobytes(), np.float64) for name in FIELDS)
    return Bars(bars.symbol, times, *fields)
