"""From a job to everything that a run needs, or to all of the job's problems at once.

Here: formula compiled, universe resolved against the repository, window and columns settled, identity hashed.
Not here: running anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from engine.data.repository import CandleRepository
from engine.errors import FormulaError, JobError, ProcessingEngineError, UnknownNameError
from engine.formula.frames import why_not_within
from engine.formula.service import CompiledScan, FormulaService, compile_scans
from engine.market.timeframe import Timeframe
from engine.market.universe import choose_symbols
from engine.scan.chunk_worker import ForeignService, ScanContext
from engine.scan.detector_catalogue import SHIPPED, DetectorCatalogue
from engine.scan.event_plan import EventPlan, plan_events
from engine.scan.job import ProcessingJob
from engine.scan.results import Column
from engine.scan.window import MatchWindow

_DAILY_VWAP = (
    "A daily bar is a session by itself, so vwap() is hlc3 here: choose an intraday timeframe such as 5m, or write "
    "vwma(close, 20) for the volume-weighted mean of 20 bars."
)


Compile: TypeAlias = Callable[[Mapping[str, str], Mapping[str, str], Mapping[str, float | str]], CompiledScan]


@dataclass(frozen=True, slots=True)
class ScanPlan:
    """A job that has passed all checks."""

    job: ProcessingJob
    compiled: CompiledScan
    symbols: tuple[str, ...]
    columns: tuple[Column, ...]
    context: ScanContext
    job_hash: str
    data_version: str
    events: EventPlan | None = None

    @property
    def formulas(self) -> tuple[str, ...]:
        """What a match can be one of: the names of several formulas, sorted, or the events of the job's detectors.

        Empty where there is one formula only.
        """
        if self.events is not None and self.events.kinds:
            return self.events.sources
        return tuple(sorted(self.job.formulas))

    @property
    def history(self) -> int:
        """How many bars there must be before a match is possible."""
        return max(self.compiled.history, self.events.history if self.events is not None else 1)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the checker doubts about the formula, as sentences."""
        doubts = [problem.message for problem in self.compiled.warnings]
        if "vwap" in self.compiled.functions and not self.context.timeframe.is_intraday:
            doubts.append(_DAILY_VWAP)
        return tuple(doubts)


def plan_scan(
    job: ProcessingJob,
    repository: CandleRepository,
    service: object | None = None,
    catalogue: DetectorCatalogue = SHIPPED,
    compile_texts: Compile = compile_scans,
) -> ScanPlan:
    """Check the job against formula language and data; ``compile_texts`` may remember what it has compiled.

    Raises FormulaError when the formulas alone are wrong, JobError with every sentence when more is, DataError
    when the repository cannot be listed.
    """
    problems: list[tuple[str, str]] = []
    formula_error: FormulaError | None = None
    compiled: CompiledScan | None = None
    foreign = _foreign_service(job, service)
    texts = job.formulas or {"": job.formula or "true"}
    try:
        compiled = compile_texts(
            dict.fromkeys(texts, "true") if foreign else texts, job.columns, job.parameters
        )
    except FormulaError as error:
        formula_error = error
        problems.append(("formula", str(error)))
    else:
        problems += beyond_the_symbol(compiled, job, repository)
    events, wrong = _events(job, compiled, foreign, catalogue)
    problems += wrong
    symbols: tuple[str, ...] = ()
    try:
        symbols = tuple(sorted(choose_symbols(job.symbols, repository.symbols())))
    except JobError as error:
        problems += error.problems
    if formula_error is not None and len(problems) == 1:
        raise formula_error
    if problems or compiled is None:
        raise JobError(tuple(problems))
    columns = tuple(Column(series.name, series.role == "truth") for series in compiled.series)
    score = (Column("score"),) if events is not None and events.kinds else ()
    context = ScanContext(
        address=repository.address,
        compiled=compiled,
        columns=tuple(column.name for column in columns),
        timeframe=Timeframe.parse(job.timeframe),
        window=match_window(job),
        service=foreign,
    )
    return ScanPlan(
        job,
        compiled,
        symbols,
        (*score, *columns),
        context,
        _job_hash(job, compiled, foreign, events),
        repository.data_version(tuple(sorted({*symbols, *compiled.symbols}))),
        events,
    )


def _events(
    job: ProcessingJob,
    compiled: CompiledScan | None,
    foreign: ForeignService | None,
    catalogue: DetectorCatalogue,
) -> tuple[EventPlan | None, tuple[tuple[str, str], ...]]:
    """Return the job's detectors, and what is wrong with them."""
    try:
        events = plan_events(job, compiled, catalogue)
    except JobError as error:
        return None, error.problems
    if events is None or foreign is None:
        return events, ()
    sentence = "A formula service of your own and detectors cannot be in one scan: scan with one of the two."
    return None, (("detectors", sentence),)


def beyond_the_symbol(
    compiled: CompiledScan, job: ProcessingJob, repository: CandleRepository
) -> list[tuple[str, str]]:
    """Say which other symbols and timeframes a formula cannot have."""
    known = repository.symbols() if compiled.symbols else ()
    problems = [
        ("formula", f"Formula: {UnknownNameError('symbol', name, known)}")
        for name in compiled.symbols
        if name not in known
    ]
    if (sentence := why_not_within(compiled.timeframes, Timeframe.parse(job.timeframe))) is not None:
        problems.append(("timeframe", f"Formula: {sentence}"))
    return problems


def match_window(job: ProcessingJob) -> MatchWindow:
    """Return the limits on matching bars that the job sets."""
    days = job.date_range
    return MatchWindow(
        start=days.start if days else None,
        end=days.end if days else None,
        last_bars=job.last_bars,
        lookback_days=job.lookback_days,
    )


def _foreign_service(job: ProcessingJob, service: object | None) -> ForeignService | None:
    """Name an injected formula service by import path; workers build their own."""
    if service is None or type(service) is FormulaService:
        return None
    kind = type(service)
    if kind.__module__ == "__main__" or "<locals>" in kind.__qualname__:
        sentence = f"The formula service {kind.__name__} cannot be imported by workers: move its class into a module."
        raise ProcessingEngineError(sentence)
    formulas = job.formulas or {"": job.formula}
    return ForeignService(f"{kind.__module__}:{kind.__qualname__}", formulas, dict(job.parameters))


def _job_hash(
    job: ProcessingJob, compiled: CompiledScan, foreign: ForeignService | None, events: EventPlan | None
) -> str:
    """Hash what decides the result: two texts of one formula are one job; the job's name does not count.

    Of a plug-in the bytes of its file count, too.
    """
    plain = job.to_mapping() | {"formula": compiled.hash, "text": None}
    if foreign is not None:
        plain["formula"] = [foreign.path, sorted(foreign.formulas.items())]
    plain.pop("name", None)
    plain.pop("formulas", None)
    plain["columns"] = dict(sorted(job.columns.items()))
    plain["symbols"] = sorted(job.symbols) if job.symbols is not None else None
    if events is not None:
        plain["detectors"] = sorted(job.detectors)
        plain["plugins"] = dict(events.hashes)
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()
