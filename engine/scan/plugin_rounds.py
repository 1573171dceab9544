"""A scan's plug-ins, before the scan itself: each goes over the universe in worker processes of its own.

1. :meth:`PluginRounds.run` starts workers for one plug-in after another, whatever the scan's backend is, and ends them
   with its round: what a plug-in does to its processes harms no other detector.
2. Its events on a symbol are kept for the scan (:meth:`PluginRounds.given`); where it failed, hung or crashed there is
   a :class:`Failure` instead, which becomes the symbol's outcome. The other detectors' events are found all the same.
3. One that hangs or crashes on ten symbols without having finished any is not tried on the rest.

Not here: the call of a plug-in (``plugin_worker``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.detectors.events import Events
from engine.execution.backend import (
    Backend,
    CancelFlag,
    CancelSwitch,
    Item,
    Outcome,
    Status,
    Task,
    exit_words,
)
from engine.execution.outcome_words import error_sentence
from engine.market.timeframe import Timeframe
from engine.scan import plugin_worker
from engine.scan.event_plan import PluginChoice
from engine.scan.failures import Failure
from engine.scan.plugin_worker import PluginContext
from engine.scan.results import SymbolStatus

HOPELESS_AFTER = 10
# The worse comes first: it is what a symbol's outcome says.
_BY_GRAVITY = (SymbolStatus.CRASH, SymbolStatus.TIMEOUT, SymbolStatus.ERROR, SymbolStatus.CANCELLED)


@dataclass(slots=True)
class PluginRounds:
    """The rounds of one scan; ``start_workers`` opens a backend of processes for a plug-in."""

    choices: tuple[PluginChoice, ...]
    timeframe: Timeframe
    address: str
    start_workers: Callable[[], Backend]
    run_on: Callable[[Backend, Task, Sequence[Item], CancelSwitch], Iterator[Outcome | None]]
    cancel: CancelSwitch
    timeout: float | None
    _events: dict[str, dict[str, Events]] = field(default_factory=dict)
    _failures: dict[str, list[Failure]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.choices)

    def run(self, symbols: Sequence[str]) -> Iterator[tuple[int, Outcome | None]]:
        """Yield the number of the round with each symbol's outcome in it, or with None for a heartbeat."""
        for number, choice in enumerate(self.choices):
            if self.cancel.is_set():
                return
            for outcome in self._round(choice, symbols):
                yield number, outcome

    def given(self, symbol: str) -> Mapping[str, Events]:
        """Return what the plug-ins have found on a symbol."""
        return self._events.get(symbol, {})

    def failure(self, symbol: str) -> Failure | None:
        """Return the failure on a symbol, if any: the gravest, with every sentence."""
        found = self._failures.get(symbol)
        if not found:
            return None
        worst = min(found, key=lambda failure: _BY_GRAVITY.index(failure.status))
        details = "\n".join(failure.details for failure in found if failure.details)
        return Failure(worst.status, " ".join(failure.sentence for failure in found), details)

    def _round(self, choice: PluginChoice, symbols: Sequence[str]) -> Iterator[Outcome | None]:
        context = PluginContext(self.address, self.timeframe, choice.plugin, choice.values)
        task = Task(plugin_worker.TASK, context)
        given_up = CancelFlag()
        either = _Either(self.cancel, given_up)
        lost, has_finished = 0, False
        with contextlib.closing(_Workers(self.start_workers())) as workers:
            items = [Item(symbol, symbol) for symbol in symbols]
            for outcome in self.run_on(workers.backend, task, items, either):
                if outcome is not None:
                    self._take(choice.plugin.name, outcome, is_hopeless=given_up.is_set())
                    has_finished |= outcome.status in {Status.OK, Status.ERROR}
                    lost += outcome.status in {Status.TIMEOUT, Status.CRASH}
                    if lost >= HOPELESS_AFTER and not has_finished:
                        given_up.set()
                yield outcome

    def _take(self, name: str, outcome: Outcome, *, is_hopeless: bool) -> None:
        report = outcome.value if outcome.status is Status.OK else None
        if report is not None and report.events is not None:
            self._events.setdefault(outcome.key, {})[name] = report.events
            return
        if report is not None:
            failure = Failure(SymbolStatus.ERROR, report.problem, report.details)
        elif outcome.status is Status.CANCELLED and is_hopeless and not self.cancel.is_set():
            lost = f"it hung or crashed on {HOPELESS_AFTER} symbols and finished none"
            sentence = f"The detector {name} was stopped: {lost}."
            failure = Failure(SymbolStatus.ERROR, sentence)
        else:
            details = outcome.error.traceback if outcome.error is not None else ""
            failure = Failure(SymbolStatus(outcome.status.value), self._sentence(name, outcome), details)
        self._failures.setdefault(outcome.key, []).append(failure)

    def _sentence(self, name: str, outcome: Outcome) -> str:
        match outcome.status:
            case Status.TIMEOUT:
                return f"The detector {name} took longer than {self.timeout:g} s; its worker was stopped and replaced."
            case Status.CRASH:
                return f"The detector {name} ended its worker process ({exit_words(outcome.exit_code)})."
            case Status.CANCELLED:
                return "Cancelled before it was finished."
            case _:
                return error_sentence(outcome)


@dataclass(frozen=True, slots=True)
class _Either:
    """Set when either of two switches is."""

    one: CancelSwitch
    other: CancelSwitch

    def is_set(self) -> bool:
        return self.one.is_set() or self.other.is_set()


@dataclass(frozen=True, slots=True)
class _Workers:
    """A backend that is not asked nicely to end: a plug-in's process has nothing to finish."""

    backend: Backend

    def close(self) -> None:
        self.backend.close(grace=0.0)
