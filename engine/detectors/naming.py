"""What a detector's or an event's name in a formula means: ``detector("gap")``, ``detector("gap", "GAP_UP")``.

A detector's name stands for any of its events. An event's name alone, such as ``detector("spring")``, stands for that
event of the one detector that reports it; variants do not count, so that a baseline's events can be named shortly.
Capital and small letters are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from engine.detectors.base import Declaration
from engine.errors import DetectorError, UnknownNameError, closest


class Meaning(NamedTuple):
    """A detector, and the one event that is meant; "" for any of them."""

    detector: str
    event: str


def meaning_of(name: str, event: str, known: Iterable[Declaration]) -> Meaning:
    """Return what the names mean; ``event`` may be "". Raises DetectorError."""
    by_name = {declaration.name: declaration for declaration in known}
    if name.lower() in by_name:
        declaration = by_name[name.lower()]
        if event and event.upper() not in declaration.events:
            events = tuple(sorted(declaration.events))
            sentence = str(UnknownNameError(f"event of the detector {declaration.name}", event, events))
            raise DetectorError(declaration.name, sentence)
        return Meaning(declaration.name, event.upper())
    owners = [each for each in by_name.values() if name.upper() in each.events and each.variant_of is None]
    if event or not owners:
        raise unknown_detector(name, by_name.values(), with_events=not event)
    if len(owners) > 1:
        spelled = " or ".join(sorted(f'detector("{owner.name}", "{name.upper()}")' for owner in owners))
        raise DetectorError(name, f"Several detectors report {name.upper()}: write {spelled}.")
    return Meaning(owners[0].name, name.upper())


def unknown_detector(name: str, known: Iterable[Declaration], *, with_events: bool = False) -> DetectorError:
    """Return the refusal of a name that is no detector's: with the nearest, and a list of what exists."""
    declarations = sorted(known, key=lambda declaration: declaration.name)
    names = [declaration.name for declaration in declarations]
    events = (
        [event.lower() for declaration in declarations for event in declaration.events] if with_events else []
    )
    nearest = closest(name, names) or closest(name, events)
    meant = f" Did you mean '{nearest}'?" if nearest is not None else ""
    return DetectorError(name, f"There is no detector named '{name}'.{meant} There are: {', '.join(names)}.")
