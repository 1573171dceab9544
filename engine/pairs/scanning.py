"""The pair scan: a job, a repository and a backend go in, one sorted table comes out.

1. The universe's clean closes are read, one item per symbol; a symbol that fails is left out with its reason.
2. The closes become one panel in a temporary file (:mod:`engine.pairs.panel`), which every worker maps: no bars
   travel with the work, and the file goes when the scan ends.
3. The triangle of pairs is cut by ``nested_parts`` into molecules of about equal work; how many depends on the
   universe and the measure alone, so that every number of workers does the very same sums.
4. One outcome comes back for each molecule (:mod:`engine.pairs.molecule`), whatever happens to a worker; the
   table is put together in the order of the rows (:mod:`engine.pairs.results`).

A measure looks at a pair's last common bar and those before it, never at one after the end of the dates.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path
from typing import TypeAlias

import numpy as np

from engine.data.repository import CandleRepository
from engine.execution.backend import Backend, CancelSwitch, Item, Outcome, Status, Task
from engine.execution.outcome_words import reason_of
from engine.execution.partition import lin_parts, molecules, nested_parts
from engine.market.bars import TimeArray
from engine.market.universe import choose_symbols
from engine.pairs import molecule, reading
from engine.pairs.job import PairJob
from engine.pairs.molecule import MoleculeContext, PairValues
from engine.pairs.panel import Closes, write_panel
from engine.pairs.reading import ReadingContext
from engine.pairs.results import LeftOut, MoleculeOutcome, PairResult, joined, pair_table

# What workers of a pair scan import before they count as ready.
WORKER_IMPORTS = (reading.__name__, molecule.__name__)

# Called with what is counted ("symbols" or "pairs"), how many are done and how many there are.
Progress: TypeAlias = Callable[[str, int, int], object]

_CHUNKS_PER_WORKER = 8


def scan_pairs(
    repository: CandleRepository,
    job: PairJob,
    backend: Backend,
    *,
    timeout: float | None = None,
    cancel: CancelSwitch | None = None,
    progress: Progress | None = None,
) -> PairResult:
    """Measure all pairs of the job's symbols and return the table.

    ``timeout`` is in seconds, for one symbol's reading and for one molecule. Once ``cancel`` is set, what is not
    finished is given up; the result holds the rest and is not complete. Raises JobError for symbols that are not
    there or make no pair, DataError when the repository cannot be listed, BackendError without workers.
    """
    scan = _Scan(repository, job, backend, timeout=timeout, cancel=cancel, progress=progress or _unheard)
    return scan.run()


def triangle(symbols: int, pairs_each: int) -> list[range]:
    """Return the rows of each molecule: all pairs of so many symbols, about ``pairs_each`` to a molecule.

    Row i has a pair with every later row, so that the first rows cost most and the last has none.
    """
    rows = symbols - 1
    count = max(1, ceil(rows * (rows + 1) / 2 / pairs_each))
    return molecules(nested_parts(rows, count, upper_triangle=True))


def pairs_of(rows: range, symbols: int) -> int:
    """Return how many pairs these rows have with later ones."""
    return sum(symbols - 1 - row for row in rows)


class _Scan:
    def __init__(
        self,
        repository: CandleRepository,
        job: PairJob,
        backend: Backend,
        *,
        timeout: float | None,
        cancel: CancelSwitch | None,
        progress: Progress,
    ) -> None:
        self._repository = repository
        self._job = job
        self._backend = backend
        self._timeout = timeout
        self._cancel = cancel
        self._progress = progress
        self._left_out: list[LeftOut] = []
        self._cut_short = False

    def run(self) -> PairResult:
        began = time.perf_counter()
        universe = tuple(sorted(choose_symbols(self._job.symbols, self._repository.symbols())))
        closes = self._read(universe)
        if not self._cut_short:
            self._job.refuse_size(len(closes))
        read = time.perf_counter()
        symbols = tuple(closes)
        with tempfile.TemporaryDirectory(prefix="candlewick-", ignore_cleanup_errors=True) as folder:
            path = Path(folder) / "closes.npy"
            when = write_panel(closes, path) if closes else np.empty(0, dtype="datetime64[us]")
            closes.clear()
            found, outcomes = self._measure(symbols, path)
        finished = time.perf_counter()
        seconds = {"read": read - began, "measure": finished - read, "total": finished - began}
        return self._result(symbols, when, found, outcomes, seconds)

    def _read(self, universe: tuple[str, ...]) -> dict[str, Closes]:
        """Return the closes of the symbols that can be used, in order; note why the others cannot."""
        job = self._job
        context = ReadingContext(self._repository.address, job.timeframe, job.start, job.end)
        items = [Item(symbol, symbol) for symbol in universe]
        found: dict[str, Closes] = {}
        parts = molecules(lin_parts(len(items), self._backend.workers * _CHUNKS_PER_WORKER))
        chunk = len(parts[0]) if parts else 1
        for done, outcome in enumerate(self._outcomes(Task(reading.TASK, context), items, chunk), 1):
            if outcome.status is not Status.OK:
                self._left_out.append(LeftOut(outcome.key, reason_of(outcome, self._timeout), failed=True))
            elif (bars := len(outcome.value.close)) < job.least_overlap:
                reason = f"It has {bars:,} bars in the dates, and a pair needs {job.least_overlap}."
                self._left_out.append(LeftOut(outcome.key, reason, failed=False))
            else:
                found[outcome.key] = outcome.value
            self._progress("symbols", done, len(items))
        return {symbol: found[symbol] for symbol in universe if symbol in found}

    def _measure(
        self, symbols: tuple[str, ...], panel: Path
    ) -> tuple[list[PairValues], tuple[MoleculeOutcome, ...]]:
        job = self._job
        parts = [] if self._cut_short else triangle(len(symbols), job.chosen.molecule_pairs)
        pairs = [pairs_of(rows, len(symbols)) for rows in parts]
        context = MoleculeContext(str(panel), job.measure, job.bars, job.least_overlap, job.top)
        items = [Item(f"rows {rows.start} to {rows.stop - 1}", rows) for rows in parts]
        values: dict[int, PairValues] = {}
        ended: dict[int, MoleculeOutcome] = {}
        done = 0
        for outcome in self._outcomes(Task(molecule.TASK, context), items):
            index = outcome.index
            details = outcome.error.traceback if outcome.error is not None else ""
            ended[index] = MoleculeOutcome(
                parts[index],
                pairs[index],
                outcome.status,
                outcome.seconds,
                reason_of(outcome, self._timeout),
                details,
            )
            if outcome.status is Status.OK:
                values[index] = outcome.value
            done += pairs[index]
            self._progress("pairs", done, sum(pairs))
        return [values[index] for index in sorted(values)], tuple(ended[index] for index in sorted(ended))

    def _outcomes(self, task: Task, items: list[Item], chunk: int = 1) -> Iterator[Outcome]:
        run = self._backend.run(task, items, chunk=chunk, timeout=self._timeout, cancel=self._cancel)
        for outcome in run:
            if outcome is not None:
                self._cut_short |= outcome.status is Status.CANCELLED
                yield outcome

    def _result(
        self,
        symbols: tuple[str, ...],
        when: TimeArray,
        found: list[PairValues],
        outcomes: tuple[MoleculeOutcome, ...],
        seconds: dict[str, float],
    ) -> PairResult:
        measure = self._job.chosen
        whole = joined(found, measure, self._job.top)
        failed = self._cut_short or any(each.failed for each in self._left_out)
        failed |= any(each.status is not Status.OK for each in outcomes)
        return PairResult(
            table=pair_table(whole, measure, symbols, when),
            measure=measure.name,
            symbols=symbols,
            left_out=tuple(sorted(self._left_out, key=lambda each: each.symbol)),
            outcomes=outcomes,
            pairs=sum(each.pairs for each in outcomes),
            unknown=whole.unknown,
            missing=sum(each.pairs for each in outcomes if each.status is not Status.OK),
            complete=not failed,
            seconds=seconds,
        )


def _unheard(what: str, completed: int, total: int) -> None:
    """Take progress that nobody asked for."""
