"""A whole evaluation: scan, measure, compare.

1. The job is scanned as always (:class:`engine.scan.processing.ProcessingEngine`); its matches become events.
2. One pass over the universe measures what came after them (:mod:`engine.scan.evaluation.forward_pass`).
3. The events are compared by detector (:mod:`engine.outcomes.comparison`).

In strict mode the first symbol that fails, in the scan or after it, ends the run at once: what is queued is cancelled.
Not here: files (``files``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from engine.errors import JobError, ProcessingEngineError, UnknownNameError
from engine.market.timeframe import Timeframe
from engine.outcomes.comparison import ComparisonRow, Events, compare
from engine.outcomes.forward_returns import OutcomeTerms
from engine.scan.evaluation.forward_pass import ForwardRequest, Measured, measure_signals, stopped_at
from engine.scan.evaluation.signals import FORMULA, codes_of, events_of_matches, joined_events
from engine.scan.events import ScanEvent, ScanFinished, ScanProgress, SymbolOutcome
from engine.scan.job import ProcessingJob
from engine.scan.plan import match_window
from engine.scan.processing import ProcessingEngine
from engine.scan.report import failures
from engine.scan.results import ScanResult, SymbolStatus

# Called with the phase ("scanned" or "measured"), symbols done and symbols in all.
PhaseProgress = Callable[[str, int, int], object]

_FAILURES = (SymbolStatus.ERROR, SymbolStatus.TIMEOUT, SymbolStatus.CRASH)


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What a job found and what came after; ``events`` are sorted and belong, row by row, to what was measured."""

    scans: tuple[ScanResult, ...]
    events: pa.Table
    found: Events
    measured: Measured
    rows: tuple[ComparisonRow, ...]

    @property
    def complete(self) -> bool:
        """Whether every symbol was scanned and measured."""
        return all(scan.summary.complete for scan in self.scans) and self.measured.complete

    @property
    def timeframe(self) -> str:
        """The length of a bar, as a code."""
        return self.scans[0].timeframe

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the scans warn of, each once."""
        return tuple(dict.fromkeys(sentence for scan in self.scans for sentence in scan.summary.warnings))

    @property
    def failed(self) -> tuple[tuple[str, str], ...]:
        """The symbols without an answer, in the scan or after it, each with its reason."""
        reasons = dict(self.measured.failed)
        for scan in self.scans:
            reasons.update((each.symbol, each.error or "") for each in failures(scan))
        return tuple(sorted(reasons.items()))


def evaluate(
    engine: ProcessingEngine,
    jobs: ProcessingJob | Sequence[ProcessingJob],
    terms: OutcomeTerms,
    *,
    baseline: str | None = None,
    strict: bool = False,
    progress: PhaseProgress | None = None,
) -> Evaluation:
    """Scan the jobs, measure what came after and compare; ``baseline`` (None: the first) is what others differ from.

    Several jobs (formulas and detectors cannot share one) have the universe, dates and timeframe of the first. Raises
    as a scan does, JobError for a baseline that is in none of them, and ProcessingEngineError after
    ``engine.cancel()`` and, in strict mode, for the first symbol that fails.
    """
    every = (jobs,) if isinstance(jobs, ProcessingJob) else tuple(jobs)
    names = tuple(dict.fromkeys(name for job in every for name in names_of(job)))
    if baseline is not None and baseline not in names:
        sentence = str(UnknownNameError("detector or formula", baseline, names))
        raise JobError((("baseline", sentence),))
    scans = tuple(_scan(engine, job, strict=strict, progress=progress) for job in every)
    events = joined_events(
        events_of_matches(scan.matches, names_of(job)[0]) for scan, job in zip(scans, every, strict=True)
    )
    measured = _measure(engine, every[0], events, terms, strict=strict, progress=progress)
    found = events_with(events, measured)
    rows = compare(found, terms, measured.coverage, detectors=names, baseline=baseline)
    return Evaluation(scans, events, found, measured, rows)


def names_of(job: ProcessingJob) -> tuple[str, ...]:
    """Return what the job's detectors or formulas are called in the table, in the job's order."""
    return job.detectors or tuple(job.formulas) or (job.name or FORMULA,)


def _measure(
    engine: ProcessingEngine,
    job: ProcessingJob,
    events: pa.Table,
    terms: OutcomeTerms,
    *,
    strict: bool,
    progress: PhaseProgress | None,
) -> Measured:
    request = ForwardRequest(terms, Timeframe.parse(job.timeframe), job.symbols, match_window(job))
    show = (lambda done, total: progress("measured", done, total)) if progress is not None else None
    measured = measure_signals(
        engine, events["symbol"], events["date"], request, strict=strict, progress=show
    )
    if measured.cancelled:
        raise _cancelled()
    return measured


def events_with(events: pa.Table, measured: Measured) -> Events:
    """Return a table of events, with what came after them, as arrays."""
    symbols, symbol = codes_of(events["symbol"])
    detectors, detector = codes_of(events["detector"])
    names, event = codes_of(events["event"])
    return Events(symbols, detectors, names, symbol, detector, event, measured.sample)


def _scan(
    engine: ProcessingEngine, job: ProcessingJob, *, strict: bool, progress: PhaseProgress | None
) -> ScanResult:
    with contextlib.closing(_stream(engine, job)) as stream:
        for event in stream:
            if isinstance(event, ScanProgress) and progress is not None:
                progress("scanned", event.completed, event.total)
            elif strict and isinstance(event, SymbolOutcome) and event.result.status in _FAILURES:
                raise stopped_at(event.result.symbol, event.result.error)
            elif isinstance(event, ScanFinished):
                if event.result.summary.symbols[SymbolStatus.CANCELLED]:
                    raise _cancelled()
                return event.result
    sentence = "The scan ended without a result."
    raise ProcessingEngineError(sentence)


def _stream(engine: ProcessingEngine, job: ProcessingJob) -> Generator[ScanEvent, None, None]:
    yield from engine.stream(job)


def _cancelled() -> ProcessingEngineError:
    sentence = "The evaluation was cancelled before it was finished: nothing is kept of it."
    return ProcessingEngineError(sentence)
