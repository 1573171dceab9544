"""One more column for matches that have been found: checked, and computed for them without another scan.

1. :func:`compile_column` checks the column as the job's next run would.
2. :func:`compute_column` lends the engine's workers and warm bars for the symbols that have matches, evaluates the
   expression (:mod:`engine.scan.evaluation.column_worker`) and reads it off at the matches: what the next run's own
   column holds.

A column that ranks the universe needs the rounds of a scan: it ``needs_a_run``. Not here: the table that it goes into.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from engine.errors import FormulaError, JobError
from engine.execution.backend import Item, Status, Task
from engine.execution.outcome_words import reason_of
from engine.formula.compiled import CompiledScan
from engine.formula.compiler import compile_scan, compile_scans
from engine.formula.frames import why_not_within
from engine.market.timeframe import Timeframe
from engine.scan.evaluation import column_worker
from engine.scan.evaluation.column_worker import ColumnContext, ColumnReport
from engine.scan.evaluation.forward_pass import Progress, rows_by_symbol
from engine.scan.evaluation.forward_worker import SymbolSignals
from engine.scan.evaluation.signals import times_of
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine


@dataclass(frozen=True, slots=True)
class ExtraColumn:
    """A checked column of a job, which ``job`` has already; ``warnings`` are sentences."""

    name: str
    job: ProcessingJob
    compiled: CompiledScan
    warnings: tuple[str, ...]

    @property
    def is_truth(self) -> bool:
        """Whether it holds true and false instead of numbers."""
        return self.name in self.compiled.truth_names

    @property
    def needs_a_run(self) -> bool:
        """Whether only a scan can compute it."""
        return self.compiled.needs_ranks


@dataclass(frozen=True, slots=True, eq=False)
class ColumnValues:
    """A column's values, row by row as the matches were given; ``failed`` are symbols without, each with its reason."""

    name: str
    values: pa.Array
    failed: tuple[tuple[str, str], ...]

    @property
    def table(self) -> pa.Table:
        """The column as a table."""
        return pa.table({self.name: self.values})


def compile_column(job: ProcessingJob, name: str, text: str) -> ExtraColumn:
    """Check a column beside the job's own; one of the same name is replaced.

    Raises FormulaError, whose problems have their places in ``text``, and JobError for what the job cannot have.
    """
    others = {each: formula for each, formula in job.columns.items() if each != name}
    wider = replace(job, columns={**others, name: text})
    texts = dict(job.formulas) or {"": job.formula or "true"}
    whole = compile_scans(texts, wider.columns, job.parameters)
    timeframe = Timeframe.parse(job.timeframe)
    if (sentence := why_not_within(whole.timeframes, timeframe)) is not None:
        raise JobError((("timeframe", sentence),))
    try:
        alone = compile_scan("true", {name: text}, job.parameters)
    except FormulaError:  # it uses a named line of the formula
        alone = whole
    start = f"Column '{name}': "
    said = (problem.message for problem in whole.warnings if problem.message.startswith(start))
    warnings = tuple(message.removeprefix(start) for message in said)
    return ExtraColumn(name, wider, alone, warnings)


def compute_column(
    engine: ProcessingEngine,
    column: ExtraColumn,
    symbol: pa.ChunkedArray,
    when: pa.ChunkedArray,
    progress: Progress | None = None,
) -> ColumnValues | None:
    """Compute a column for matches: ``symbol`` names whose they are, ``when`` their bars' times.

    None after ``ProcessingEngine.cancel``. Raises ProcessingEngineError without workers.
    """
    rows, times = rows_by_symbol(symbol), times_of(when)
    values = np.full(len(times), np.nan)
    failed: dict[str, str] = {}
    items = [Item(name, SymbolSignals(name, times[rows[name]])) for name in sorted(rows)]
    with engine.lend([*rows, *column.compiled.symbols]) as loan:
        timeframe = Timeframe.parse(column.job.timeframe)
        context = ColumnContext(loan.repository.address, column.compiled, column.name, timeframe)
        done = 0
        with contextlib.closing(loan.outcomes(Task(column_worker.TASK, context), items)) as outcomes:
            for outcome in outcomes:
                if outcome is not None:
                    done += 1
                    if outcome.status is Status.CANCELLED:
                        return None
                    if outcome.status is Status.OK:
                        report: ColumnReport = outcome.value
                        loan.take(report.finds)
                        values[rows[outcome.key]] = report.values
                    else:
                        failed[outcome.key] = reason_of(outcome, loan.timeout)
                if progress is not None:
                    progress(done, len(items))
    if column.is_truth:
        array = pa.array(values == 1.0, pa.bool_(), mask=np.isnan(values))
    else:
        array = pa.array(values, pa.float64(), from_pandas=True)
    return ColumnValues(column.name, array, tuple(sorted(failed.items())))
