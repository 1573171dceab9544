"""Columns that the user adds by formula: checked as typed, kept with the scan, computed for the matches at once.

1. What is typed is checked beside the job whose matches the table shows (before the first run: the form's).
2. A column goes into the form, so that the next run and a saved scan have it, and into the table as soon as the scan's
   workers have computed it for the matches that are there. A rank over the universe comes with the next run only.
3. The small pictures of closes are read for the rows in sight.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial

import pyarrow as pa
from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import CandlewickError, FormulaError, JobError
from engine.formula.explain import compile_explanation, parts_of
from engine.scan.evaluation.column_pass import ColumnValues, ExtraColumn, compile_column, compute_column
from engine.scan.job import ProcessingJob
from engine.scan.processing import ProcessingEngine
from engine.scan.results import ScanResult
from gui.bridge.lent_work import LentWork, Progress
from gui.bridge.scan_bridge import ScanRequest
from gui.bridge.sparkline_loader import SparklineLoader
from gui.flows.handlers import Handlers
from gui.flows.scan_flow import ScanFlow
from gui.progress.task_row import TaskRow
from gui.results.panel import ResultsPanel
from gui.results.typed_column import ColumnCheck, TypedColumn, read_column
from gui.scan_form.panel import ScanForm

# What is done sooner than this needs no progress.
PATIENCE_SECONDS = 0.3

log = logging.getLogger(__name__)


class ColumnsFlow(QObject):
    """Joins the line for new columns with form, scan and table.

    ``told`` has words for the status bar, ``failed`` why a column has no values, ``broke`` an exception that nobody
    expected. ``show`` brings the table to the front.
    """

    told = Signal(str)
    failed = Signal(str)
    broke = Signal(object)

    def __init__(
        self,
        *,
        results: ResultsPanel,
        form: ScanForm,
        scans: ScanFlow,
        work: LentWork,
        row: TaskRow,
        sparklines: SparklineLoader,
        show: Callable[[], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._results = results
        self._form = form
        self._scans = scans
        self._work = work
        self._row = row
        self._show = show
        self._request: ScanRequest | None = None
        self._result: ScanResult | None = None
        self._waiting: list[ExtraColumn] = []
        self._computing: ExtraColumn | None = None
        self._began = 0.0
        results.column_bar.opened.connect(self._offer_expressions)
        results.column_bar.typed.connect(self._on_typed)
        results.column_bar.submitted.connect(self.add)
        results.menu_of_columns.remove_requested.connect(self.remove)
        results.sparklines.wanted.connect(sparklines.request)
        sparklines.loaded.connect(results.sparklines.take)
        scans.job_started.connect(sparklines.open)
        scans.job_started.connect(results.sparklines.ask_again)
        scans.job_started.connect(self._on_started)
        scans.finished.connect(self._on_finished)
        form.changed.connect(self._note_form)
        work.progressed.connect(self._on_progress)
        work.done.connect(self._on_done)
        work.failed.connect(self._on_failed)
        work.ended.connect(self._on_ended)
        row.cancel_requested.connect(work.cancel)

    def handlers(self) -> Handlers:
        """Return what the actions of this flow do."""
        return {"add_column": self.ask, "columns": self.show_columns}

    @Slot()
    def ask(self) -> None:
        """Show the line in which a column is typed."""
        self._show()
        self._results.add_column()

    @Slot()
    def show_columns(self) -> None:
        """Open the menu of the columns."""
        self._show()
        self._results.menu_of_columns.open_for_current()

    @Slot(str)
    def add(self, text: str) -> None:
        """Add a column to the scan, and to the table as soon as it is computed."""
        typed = read_column(text)
        if typed is None:
            return
        try:
            column = compile_column(self._job(), typed.name, typed.formula)
        except CandlewickError as error:
            self._results.column_bar.show_check(_refusal(typed, error))
            return
        self._form.set_columns({**self._form.values().columns, typed.name: typed.formula})
        self._results.column_bar.leave()
        if self._result is None or column.needs_a_run:
            self.told.emit(self.tr("Column {name}: shown from the next run.").format(name=typed.name))
            return
        self._waiting.append(column)
        self._compute_next()

    @Slot(str)
    def remove(self, name: str) -> None:
        """Take a column off the scan and off the table."""
        columns = dict(self._form.values().columns)
        columns.pop(name, None)
        self._form.set_columns(columns)
        self._results.remove_column(name)
        self.told.emit(self.tr("Removed the column {name}").format(name=name))

    # ------------------------------------------------------------------ checking

    def _job(self) -> ProcessingJob:
        """Return the job beside whose columns a new one stands; raises JobError."""
        return self._scans.request().job if self._request is None else self._request.job

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        typed = read_column(text)
        if typed is not None:
            self._results.column_bar.show_check(self._check(typed))

    def _check(self, typed: TypedColumn) -> ColumnCheck:
        if not typed.name:
            return ColumnCheck(self.tr("A name is missing before := (or leave := away)."))
        if not typed.formula:
            return ColumnCheck(self.tr("A formula is missing after :=, such as roc(close, 20)."), typed.start)
        is_own = typed.name in self._form.values().columns
        if not is_own and self._results.model.store.index(typed.name) is not None:
            return ColumnCheck(self.tr("The table has a column {name} already.").format(name=typed.name))
        try:
            column = compile_column(self._job(), typed.name, typed.formula)
        except CandlewickError as error:
            return _refusal(typed, error)
        kind = self.tr("✓ or ✗ for each match") if column.is_truth else self.tr("A number for each match")
        waits = self._result is None or column.needs_a_run
        when = self.tr("shown from the next run") if waits else self.tr("Enter adds it")
        return ColumnCheck(note=" ".join([f"{kind}; {when}.", *(f"⚠ {each}" for each in column.warnings)]))

    # ------------------------------------------------------------------ computing

    def _compute_next(self) -> None:
        if self._computing is not None or not self._waiting or self._request is None:
            return
        self._computing = column = self._waiting.pop(0)
        self._began = time.perf_counter()
        rows = self._results.reader(("symbol", "timestamp"))
        self._work.begin(self._request, partial(_compute, column, rows))

    @Slot(int, int)
    def _on_progress(self, done: int, total: int) -> None:
        seconds = time.perf_counter() - self._began
        if self._computing is not None and seconds >= PATIENCE_SECONDS:
            if self._row.isHidden():
                self._row.begin(self.tr("Computing {name}").format(name=self._computing.name), total)
            self._row.show_progress(done, total, seconds)

    @Slot(object)
    def _on_done(self, found: ColumnValues) -> None:
        self._end()
        if self._result is None:
            return
        self._results.remove_column(found.name)
        self._results.add_columns(found.table)
        if found.failed:
            symbol, reason = found.failed[0]
            sentence = self.tr("Column {name}: {n} symbols have no values, the first is {symbol}: {reason}")
            self._fail(sentence.format(name=found.name, n=len(found.failed), symbol=symbol, reason=reason))
        else:
            self.told.emit(self.tr("Added the column {name}").format(name=found.name))
        self._compute_next()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end()
        self._fail(str(error))
        if not isinstance(error, CandlewickError):
            self.broke.emit(error)
        self._compute_next()

    @Slot()
    def _on_ended(self) -> None:
        if self._computing is not None:
            name = self._computing.name
            self.told.emit(self.tr("Column {name}: shown from the next run.").format(name=name))
        self._waiting.clear()
        self._end()

    def _end(self) -> None:
        self._computing = None
        self._row.finish()

    def _fail(self, sentence: str) -> None:
        log.error("%s", sentence)
        self.failed.emit(sentence)

    # ------------------------------------------------------------------ slots

    @Slot(object)
    def _on_started(self, request: ScanRequest) -> None:
        self._request, self._result = request, None
        self._waiting.clear()
        self._note_form()

    @Slot(object)
    def _on_finished(self, result: ScanResult) -> None:
        self._result = result
        if not self._results.column_bar.isHidden():
            self._offer_expressions()

    @Slot()
    def _offer_expressions(self) -> None:
        if self._request is not None and self._result is not None:
            self._results.column_bar.set_expressions(self._expressions(self._request.job))

    @Slot()
    def _note_form(self) -> None:
        self._results.set_own_columns(self._form.values().columns)

    def _expressions(self, job: ProcessingJob) -> list[str]:
        """Return what the formulas are made of and no column shows yet."""
        texts = job.formulas.values() if job.formulas else filter(None, (job.formula,))
        shown = {column.name for column in self._results.model.store.columns}
        found: dict[str, None] = {}
        for text in texts:
            for part in parts_of(compile_explanation(text, job.parameters).root):
                if part.text not in shown and any(letter.isalpha() for letter in part.text):
                    found[part.text] = None
        return list(found)


def _compute(
    column: ExtraColumn, rows: Callable[[], pa.Table], engine: ProcessingEngine, show: Progress
) -> ColumnValues | None:
    matches = rows()
    return compute_column(engine, column, matches["symbol"], matches["timestamp"], show)


def _refusal(typed: TypedColumn, error: CandlewickError) -> ColumnCheck:
    """Return a column's problem with its place in what was typed, where it has one."""
    if isinstance(error, FormulaError):
        problem = error.problems[0]
        message = problem.message.removeprefix(f"Column '{typed.name}': ")
        if error.text == typed.formula:
            return ColumnCheck(message, typed.start + problem.start, typed.start + problem.end)
        return ColumnCheck(message)
    return ColumnCheck(error.problems[0][1] if isinstance(error, JobError) else str(error))
