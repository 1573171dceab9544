"""The bias certificate of a detector: its events could have been seen on their day.

At sampled bars, some with events and some without, the detector runs again

1. with the data cut off after the bar: up to there all events must be the same, with the same scores, so that nothing
   is found with hindsight and nothing vanishes later;
2. with a history of only as many bars as it says that it remembers: the bar's own events must be the same, and their
   scores to a millionth. A detector that says no such number is exempt.

A shipped detector is checked in this process, a plug-in in a worker of its own. Not here: formulas (``audit``).
"""

from __future__ import annotations

import contextlib
import math
import zlib
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.data.opening import open_repository
from engine.data.repository import CandleRepository
from engine.data.series import load_bars
from engine.detectors.base import Choice, detectors, run_detector
from engine.detectors.plugin import open_plugin, silence_descriptors
from engine.errors import DetectorError, ProcessingEngineError
from engine.execution.backend import Backend, Item, Outcome, Status, Task, exit_words
from engine.execution.inline import InlineBackend
from engine.execution.outcome_words import error_sentence
from engine.execution.pool import SupervisedPool
from engine.market.bars import Bars
from engine.market.timeframe import Timeframe
from engine.scan.audit import TOLERANCE, AuditReport, Half
from engine.scan.detector_catalogue import SHIPPED, DetectorCatalogue
from engine.scan.event_plan import PluginChoice

TASK = "engine.scan.detector_audit:open_detector_audit"
EVENT_BARS = 3
OTHER_BARS = 2
SECONDS = 60.0
NO_VALUES: Mapping[str, float] = {}

_Triples = list[tuple[int, str, float]]
_Find = Callable[[Bars], _Triples]


@dataclass(frozen=True, slots=True)
class AuditContext:
    """All that a worker needs to know about an audit; ``memory`` is None for a detector that never forgets."""

    address: str
    timeframe: Timeframe
    subject: Choice | PluginChoice
    memory: int | None
    seed: int


@dataclass(frozen=True, slots=True)
class SymbolAudit:
    """One symbol's checks: what each found, None for nothing; the second are those with enough history."""

    early: tuple[str | None, ...]
    late: tuple[str | None, ...]


def audit_detector(
    repository: CandleRepository,
    name: str,
    *,
    catalogue: DetectorCatalogue = SHIPPED,
    parameters: Mapping[str, float] = NO_VALUES,
    samples: int = 20,
    seed: int = 0,
    timeframe: str = "1d",
    progress: Callable[[int, int], object] | None = None,
) -> AuditReport:
    """Audit a detector on about ``samples`` bars; the same ones for the same data and ``seed``.

    Raises DetectorError for one that is not there, may not run, or fails; JobError for wrong parameters;
    ProcessingEngineError when no symbol has bars.
    """
    values = catalogue.declaration(name).settle(parameters)
    subject = Choice(name, values) if name in detectors else PluginChoice(catalogue.plugin(name), values)
    memory = _memory(subject)
    context = AuditContext(repository.address, Timeframe.parse(timeframe), subject, memory, seed)
    order = np.random.default_rng(seed).permutation(repository.symbols())
    items = [Item(str(symbol), str(symbol)) for symbol in order]
    early: list[str | None] = []
    late: list[str | None] = []
    symbols = 0
    with contextlib.closing(_outcomes(context, items, isinstance(subject, PluginChoice))) as outcomes:
        for outcome in outcomes:
            found = _audited(name, outcome)
            symbols += bool(found.early)
            early += found.early
            late += found.late
            if progress is not None:
                progress(min(len(early), samples), samples)
            if len(early) >= samples:
                break
    if not early:
        sentence = "No symbol of these data has bars, so there is nothing to check."
        raise ProcessingEngineError(sentence)
    shown = ", ".join(f"{key}={value:g}" for key, value in values.items())
    return AuditReport(
        formula=f"{name}({shown})" if shown else name,
        matches=len(early),
        symbols=symbols,
        warm_up=memory or 0,
        exempt=(name,) if memory is None else (),
        look_ahead=_half(early),
        late_start=_half(late),
    )


def open_detector_audit(context: AuditContext) -> Callable[[str], SymbolAudit]:
    """Open the data and return the function that audits the detector on one symbol."""
    repository = open_repository(context.address)
    find = _finder(context.subject)

    def audit_symbol(symbol: str) -> SymbolAudit:
        bars, _ = load_bars(repository, symbol, context.timeframe)
        if not len(bars):
            return SymbolAudit((), ())
        whole = find(bars)
        rows = _rows(bars, whole, context.seed)
        early = tuple(_look_ahead(find, bars, whole, row) for row in rows)
        settled = [row for row in rows if context.memory is not None and row > context.memory]
        return SymbolAudit(
            early, tuple(_late_start(find, bars, whole, row, context.memory or 0) for row in settled)
        )

    return audit_symbol


def _memory(subject: Choice | PluginChoice) -> int | None:
    if isinstance(subject, PluginChoice):
        return subject.plugin.memory
    return detectors.get(subject.name).memory(subject.values)


def _finder(subject: Choice | PluginChoice) -> _Find:
    if isinstance(subject, Choice):
        shipped = detectors.get(subject.name)
        return lambda bars: run_detector(shipped, bars, subject.values).triples()
    silence_descriptors()
    call = open_plugin(subject.plugin, subject.values)

    def find(bars: Bars) -> _Triples:
        report = call(bars)
        if report.events is None:
            raise DetectorError(subject.plugin.name, report.problem or "")
        return report.events.triples()

    return find


def _outcomes(
    context: AuditContext, items: Sequence[Item], in_a_worker: bool
) -> Generator[Outcome, None, None]:
    backend: Backend = SupervisedPool(1) if in_a_worker else InlineBackend()
    try:
        for outcome in backend.run(Task(TASK, context), items, timeout=SECONDS):
            if outcome is not None:
                yield outcome
    finally:
        backend.close(grace=0.0)


def _audited(name: str, outcome: Outcome) -> SymbolAudit:
    """Return what an outcome says; a symbol that cannot be read is passed over."""
    if outcome.status is Status.OK:
        found: SymbolAudit = outcome.value
        return found
    if outcome.error is not None and outcome.error.type == "DataError":
        return SymbolAudit((), ())
    match outcome.status:
        case Status.TIMEOUT:
            said = f"took longer than {SECONDS:g} s"
        case Status.CRASH:
            said = f"ended its worker process ({exit_words(outcome.exit_code)})"
        case _:
            raise DetectorError(name, f"{outcome.key}: {error_sentence(outcome)}")
    raise DetectorError(name, f"{outcome.key}: the detector {name} {said}.")


def _rows(bars: Bars, whole: _Triples, seed: int) -> list[int]:
    """Choose bars: some with an event, and some of all."""
    random = np.random.default_rng([seed, zlib.crc32(bars.symbol.encode())])
    with_events = random.permutation(sorted({bar for bar, _, _ in whole}))[:EVENT_BARS]
    others = random.permutation(len(bars))[:OTHER_BARS]
    return list(dict.fromkeys(int(row) for row in (*with_events, *others)))


def _look_ahead(find: _Find, bars: Bars, whole: _Triples, row: int) -> str | None:
    """Return the first event that is another when the data end with the bar, or None."""
    later = [each for each in whole if each[0] <= row]
    then = find(bars.take(slice(row + 1)))
    if then == later:
        return None
    here, there = set(then), set(later)
    bar, event, score = min(here ^ there)
    seen = "is found" if (bar, event, score) in there else "is not found"
    told = "was not" if (bar, event, score) in there else "was"
    return (
        f"{event} on {_place(bars, bar)} with the score {score:.10g} {seen}, but {told} with the data cut on "
        f"{_day(bars, row)}"
    )


def _late_start(find: _Find, bars: Bars, whole: _Triples, row: int, memory: int) -> str | None:
    """Return which of the bar's events is another when the data begin so many bars before, or None."""
    expected = {event: score for bar, event, score in whole if bar == row}
    found = {
        event: score for bar, event, score in find(bars.take(slice(row - memory, row + 1))) if bar == memory
    }
    for event in sorted(expected.keys() | found.keys()):
        one, other = expected.get(event), found.get(event)
        if one is None or other is None or not math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=1e-9):
            shown = ["not found" if each is None else f"{each:.10g}" for each in (one, other)]
            return (
                f"{event} on {_place(bars, row)}: {shown[0]}, but {shown[1]} when the data begin on "
                f"{_day(bars, row - memory)}, {memory:,} bars earlier"
            )
    return None


def _half(findings: Sequence[str | None]) -> Half:
    return Half(len(findings), next((each for each in findings if each is not None), None))


def _place(bars: Bars, row: int) -> str:
    return f"{_day(bars, row)} of {bars.symbol}"


def _day(bars: Bars, row: int) -> str:
    return str(bars.timestamp[row].astype("datetime64[D]"))
