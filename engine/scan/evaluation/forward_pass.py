"""One pass over the universe: the forward returns of given signals, and the universe mean beside each.

1. The engine lends its workers and bars (:meth:`engine.scan.processing.ProcessingEngine.lend`). Every symbol of the
   universe is an item, with the times of its signals.
2. A worker (:mod:`engine.scan.evaluation.forward_worker`) sends back their returns and the symbol's share of the
   universe's sums. These are integers, so that neither the number of workers nor their order matters.
3. The signals of a symbol that failed are not evaluable, and it is missing in the universe; the pass is not complete.

In strict mode the first symbol that fails ends the pass at once: what is queued is cancelled.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.errors import ProcessingEngineError
from engine.execution.backend import Item, Outcome, Status, Task
from engine.execution.outcome_words import reason_of
from engine.market.bars import FloatArray, TimeArray
from engine.market.timeframe import Timeframe
from engine.outcomes.comparison import Coverage
from engine.outcomes.forward_returns import Account, Fate, FateArray, OutcomeTerms, account_of
from engine.outcomes.statistics import Sample
from engine.outcomes.universe_mean import UniverseSums
from engine.scan.evaluation import forward_worker
from engine.scan.evaluation.forward_worker import ForwardContext, ForwardReport, SymbolSignals
from engine.scan.evaluation.signals import codes_of, times_of
from engine.scan.lending import Loan
from engine.scan.processing import ProcessingEngine
from engine.scan.window import MatchWindow

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class ForwardRequest:
    """What to measure: how, in which bars, over which universe and on which dates.

    ``symbols`` (None: all of the repository) are the universe, whose mean stands beside each signal; ``window`` is
    that of the scan which found the signals.
    """

    terms: OutcomeTerms = field(default_factory=OutcomeTerms)
    timeframe: Timeframe = Timeframe.DAY
    symbols: tuple[str, ...] | None = None
    window: MatchWindow = field(default_factory=MatchWindow)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What came after the signals, in the order in which they were given.

    ``failed`` are symbols without an answer, sorted, each with its reason; with any the pass is not ``complete``.
    """

    terms: OutcomeTerms
    sample: Sample
    coverage: Coverage
    failed: tuple[tuple[str, str], ...]
    universe: int
    cancelled: bool = False

    @property
    def complete(self) -> bool:
        """Whether every symbol of the universe was measured."""
        return not self.failed

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Where the signals went, window by window."""
        return account_of(self.sample.fates, self.terms)

    def forward_columns(self) -> pa.Table:
        """Return the columns fwd_5 …, null where unknown, a row for each signal as they were given."""
        arrays = [pa.array(column, pa.float64(), from_pandas=True) for column in self.sample.values.T]
        return pa.table(arrays, names=list(self.terms.columns))


def measure_signals(
    engine: ProcessingEngine,
    symbol: pa.ChunkedArray,
    when: pa.ChunkedArray,
    request: ForwardRequest,
    *,
    strict: bool = False,
    progress: Progress | None = None,
) -> Measured:
    """Measure what came after signals: ``symbol`` names whose they are, ``when`` their bars' times.

    ``ProcessingEngine.cancel`` stops it; what is missing then counts as failed. A signal of a symbol outside the
    universe, or at a time that is no bar, is not evaluable. Raises ProcessingEngineError without workers and, in
    strict mode, for the first symbol that fails.
    """
    with engine.lend(request.symbols) as loan:
        return _Pass(loan, symbol, when, request).run(strict=strict, progress=progress)


class _Pass:
    def __init__(
        self, loan: Loan, symbol: pa.ChunkedArray, when: pa.ChunkedArray, request: ForwardRequest
    ) -> None:
        self._loan = loan
        self._request = request
        self._when = times_of(when)
        self._rows = rows_by_symbol(symbol)
        shape = (len(self._when), len(request.terms.windows))
        self._values: FloatArray = np.full(shape, np.nan)
        self._fates: FateArray = np.full(shape, Fate.NOT_EVALUABLE, dtype=np.int8)
        self._periods: NDArray[np.int64] = np.zeros(len(self._when), dtype=np.int64)
        self._sums = UniverseSums(len(request.terms.windows))
        self._spans: dict[str, tuple[np.datetime64, np.datetime64]] = {}
        self._failed: dict[str, str] = {}
        self._cancelled = False

    def run(self, *, strict: bool, progress: Progress | None) -> Measured:
        request = self._request
        repository = self._loan.repository
        universe = sorted(repository.symbols() if request.symbols is None else request.symbols)
        items = [Item(symbol, SymbolSignals(symbol, self._times_of(symbol))) for symbol in universe]
        context = ForwardContext(repository.address, request.timeframe, request.terms, request.window)
        done = 0
        with contextlib.closing(self._loan.outcomes(Task(forward_worker.TASK, context), items)) as outcomes:
            for outcome in outcomes:
                if outcome is not None:
                    self._take(outcome, strict=strict)
                    done += 1
                if progress is not None:
                    progress(done, len(items))
        return Measured(
            terms=request.terms,
            sample=Sample(self._when, self._values, self._fates, self._universe_beside()),
            coverage=Coverage.of(self._spans[symbol] for symbol in sorted(self._spans)),
            failed=tuple(sorted(self._failed.items())),
            universe=len(universe),
            cancelled=self._cancelled,
        )

    def _times_of(self, symbol: str) -> TimeArray | None:
        rows = self._rows.get(symbol)
        return None if rows is None else self._when[rows]

    def _take(self, outcome: Outcome, *, strict: bool) -> None:
        if outcome.status is not Status.OK:
            reason = reason_of(outcome, self._loan.timeout)
            self._cancelled |= outcome.status is Status.CANCELLED
            self._failed[outcome.key] = reason
            if strict and outcome.status is not Status.CANCELLED:
                raise stopped_at(outcome.key, reason)
            return
        report: ForwardReport = outcome.value
        self._loan.take(report.finds)
        self._sums.add(report.part)
        if report.span is not None:
            self._spans[outcome.key] = report.span
        if (rows := self._rows.get(outcome.key)) is not None:
            self._values[rows] = report.values
            self._fates[rows] = report.fates
            self._periods[rows] = report.periods

    def _universe_beside(self) -> FloatArray:
        """Return the universe mean of each signal that was evaluated, NaN for the others."""
        means = self._sums.means(self._periods)
        return np.where(self._fates == Fate.EVALUATED, means, np.nan)


def rows_by_symbol(symbol: pa.ChunkedArray) -> dict[str, NDArray[np.intp]]:
    """Return which rows belong to each symbol."""
    names, codes = codes_of(symbol)
    order = np.argsort(codes, kind="stable")
    edges = np.searchsorted(codes[order], np.arange(len(names) + 1))
    return {name: order[edges[code] : edges[code + 1]] for code, name in enumerate(names)}


def stopped_at(symbol: str, reason: str | None) -> ProcessingEngineError:
    """Return the error that ends a strict run."""
    sentence = f"{symbol}: {reason} The run is strict and stopped there: mend it, or run without strict."
    return ProcessingEngineError(sentence)
