"""Detectors in one process: each one's events over a symbol's bars, and the truth of ``detector("…")`` in a formula.

Shipped detectors are called here; those of plug-ins were called in processes of their own, and their events are given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

import engine.detectors.shipped  # noqa: F401  fills the registry
from engine.detectors.base import Choice, detectors, run_detector
from engine.detectors.events import Events
from engine.detectors.naming import Meaning, meaning_of
from engine.errors import DetectorError
from engine.indicators.kernels import FALSE, TRUE, UNKNOWN
from engine.market.bars import Bars


@dataclass(frozen=True, slots=True)
class Chosen:
    """The detectors of a run: plain data that travels to workers.

    ``meanings`` are those of the names in formulas, ``choices`` the settled values of each shipped detector that is not
    used as it comes, ``histories`` how many bars each plug-in needs.
    """

    meanings: Mapping[tuple[str, str], Meaning] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    histories: Mapping[str, int] = field(default_factory=dict)


AS_THEY_COME = Chosen()


class Detection:
    """Finds the events of a run's detectors; remembers those over the bars that it has seen last."""

    def __init__(self, chosen: Chosen = AS_THEY_COME) -> None:
        self._meanings = dict(chosen.meanings)
        self._histories = chosen.histories
        self._values = {choice.name: choice.values for choice in chosen.choices}
        self._given: Mapping[str, Events] = {}
        self._last: dict[str, tuple[Bars, Events]] = {}

    def give(self, events: Mapping[str, Events]) -> None:
        """Take over what the plug-ins have found on the symbol that comes next."""
        self._given = events

    def events(self, detector: str, bars: Bars) -> Events:
        """Return a detector's events on these bars; raises DetectorError when there is no such detector here."""
        if detector in self._given:
            return self._given[detector]
        if detector not in detectors:
            sentence = f"The detector {detector} has no events on {bars.symbol}: plug-ins run in a scan's workers only."
            raise DetectorError(detector, sentence)
        known = self._last.get(detector)
        if known is not None and known[0] is bars:
            return known[1]
        shipped = detectors.get(detector)
        found = run_detector(shipped, bars, self._settled(detector))
        self._last[detector] = (bars, found)
        return found

    def truth(self, name: str, event: str, bars: Bars) -> NDArray[np.int8]:
        """Return where there is such an event; unknown as long as the detector has too few bars to say so."""
        meaning = self.meaning(name, event)
        found = self.events(meaning.detector, bars)
        marks = found.on_bars(len(bars), meaning.event or None)
        truth = np.where(marks, np.int8(TRUE), np.int8(FALSE))
        before = slice(0, max(0, self._history(meaning.detector) - 1))
        truth[before] = np.where(marks[before], np.int8(TRUE), np.int8(UNKNOWN))
        return truth

    def meaning(self, name: str, event: str) -> Meaning:
        """Return which detector and event a name in a formula means; raises DetectorError."""
        if (name, event) not in self._meanings:
            known = (detector.declaration for detector in detectors)
            self._meanings[name, event] = meaning_of(name, event, known)
        return self._meanings[name, event]

    def _history(self, detector: str) -> int:
        if detector in self._histories:
            return self._histories[detector]
        return detectors.get(detector).history(self._settled(detector))

    def _settled(self, detector: str) -> Mapping[str, float]:
        if detector not in self._values:
            self._values[detector] = detectors.get(detector).declaration.settle({})
        return self._values[detector]
