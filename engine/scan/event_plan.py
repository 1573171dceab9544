"""A job's detectors, checked: which run in the scan itself, which are plug-ins, and what their events are called.

Here: every problem of the detectors and of their names in formulas. Not here: running any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.detectors.base import Choice, Declaration, detectors
from engine.detectors.naming import Meaning, meaning_of
from engine.detectors.plugin import Plugin
from engine.errors import DetectorError, JobError
from engine.formula.service import CompiledScan
from engine.scan.detection import Chosen
from engine.scan.detector_catalogue import DetectorCatalogue
from engine.scan.job import ProcessingJob
from engine.scan.results import source_of


@dataclass(frozen=True, slots=True)
class PluginChoice:
    """A plug-in with settled values."""

    plugin: Plugin
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class EventPlan:
    """The detectors of a job: those that it lists, sorted by name, and those that its formulas use.

    ``kinds`` are the events that a match can be, sorted by detector and event; empty when the job lists no detector.
    ``needed`` are the plug-ins that formulas use: without their events nothing can be said of a symbol.
    """

    listed: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...]
    chosen: Chosen
    plugins: tuple[PluginChoice, ...]
    needed: frozenset[str]
    history: int

    @property
    def sources(self) -> tuple[str, ...]:
        """The kinds as the results name them."""
        return tuple(source_of(detector, event) for detector, event in self.kinds)

    @property
    def hashes(self) -> Mapping[str, str]:
        """The SHA-256 of every plug-in's file by its name."""
        return {each.plugin.name: each.plugin.sha256 for each in self.plugins}


def plan_events(
    job: ProcessingJob, compiled: CompiledScan | None, catalogue: DetectorCatalogue
) -> EventPlan | None:
    """Return the plan, or None when neither job nor formulas know detectors; raises JobError with every problem."""
    named = compiled.detectors if compiled is not None else ()
    if not job.detectors and not named and not job.detector_parameters:
        return None
    return _Planning(job, catalogue).plan(named, is_whole=compiled is not None)


class _Planning:
    """Collects what is wrong on the way."""

    def __init__(self, job: ProcessingJob, catalogue: DetectorCatalogue) -> None:
        self._job = job
        self._catalogue = catalogue
        self._problems: list[tuple[str, str]] = []
        self._declarations: dict[str, Declaration] = {}
        self._plugins: dict[str, Plugin] = {}

    def plan(self, named: Iterable[tuple[str, str, bool]], *, is_whole: bool) -> EventPlan:
        """Return the plan; what a formula with problems uses is not known, unless ``is_whole``."""
        for name in self._job.detectors:
            self._look_up(name, "detectors")
        meanings = self._meanings(named)
        values = {name: self._settle(name) for name in sorted(self._declarations)}
        if is_whole:
            self._check_unused()
        if self._problems:
            raise JobError(tuple(self._problems))
        listed = tuple(sorted(self._job.detectors))
        kinds = sorted((name, event) for name in listed for event in self._declarations[name].events)
        return EventPlan(
            listed=listed,
            kinds=tuple(kinds),
            chosen=Chosen(
                meanings,
                tuple(Choice(name, values[name]) for name in values if name in detectors),
                {name: plugin.history for name, plugin in self._plugins.items()},
            ),
            plugins=tuple(PluginChoice(self._plugins[name], values[name]) for name in sorted(self._plugins)),
            needed=frozenset(meaning.detector for meaning in meanings.values()) & self._plugins.keys(),
            history=min((self._history(name, values[name]) for name in listed), default=1),
        )

    def _look_up(self, name: str, field: str) -> None:
        try:
            self._declarations[name] = self._catalogue.declaration(name)
            if name not in detectors:
                self._plugins[name] = self._catalogue.plugin(name)
        except DetectorError as error:
            self._problems.append((field, error.sentence))

    def _meanings(self, named: Iterable[tuple[str, str, bool]]) -> dict[tuple[str, str], Meaning]:
        found: dict[tuple[str, str], Meaning] = {}
        for name, event, is_own in named:
            try:
                meaning = meaning_of(name, event, self._catalogue.known())
            except DetectorError as error:
                self._problems.append(("formula", f"Formula: {error.sentence}"))
                continue
            self._look_up(meaning.detector, "formula")
            if meaning.detector in self._plugins and not is_own:
                sentence = (
                    f"Formula: the plug-in {meaning.detector} looks at the symbol's own bars only: take it out of tf, "
                    "sym and csrank."
                )
                self._problems.append(("formula", sentence))
            found[name, event] = meaning
        return found

    def _settle(self, name: str) -> dict[str, float]:
        try:
            values = self._declarations[name].settle(self._job.detector_parameters.get(name, {}))
        except JobError as error:
            self._problems += error.problems
            return {}
        refusal = detectors.get(name).refuses(values) if name in detectors else None
        if refusal is not None:
            self._problems.append(("detector_parameters", refusal))
        return values

    def _check_unused(self) -> None:
        asked = {*self._job.detectors, *self._declarations}
        for name in self._job.detector_parameters:
            if name not in asked:
                sentence = (
                    f"The job has parameters for the detector {name}, which it does not use: take them away."
                )
                self._problems.append(("detector_parameters", sentence))

    def _history(self, name: str, values: Mapping[str, float]) -> int:
        if name in self._plugins:
            return self._plugins[name].history
        return detectors.get(name).history(values)
