"""From outcomes, in whatever order they arrive, to one result in a fixed order.

Here: the translation of a backend's outcome into a symbol's result with its sentence, the batches for the
stream, and the final table and summary, which do not depend on completion order or worker count.
"""

from __future__ import annotations

import functools
import platform
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from engine.execution.backend import Outcome, Status
from engine.execution.outcome_words import reason_of
from engine.scan import results as shapes
from engine.scan.chunk_worker import SymbolReport
from engine.scan.failures import Failure
from engine.scan.plan import ScanPlan
from engine.scan.results import Column, ProcessingResult, ScanResult, ScanSummary, SymbolStatus

_PARTIAL = (SymbolStatus.ERROR, SymbolStatus.TIMEOUT, SymbolStatus.CRASH, SymbolStatus.CANCELLED)


class ResultAssembly:
    """Collects one run's outcomes; ``plugin_failure`` says how a plug-in has failed on a symbol, if one has."""

    def __init__(
        self,
        plan: ScanPlan,
        timeout: float | None,
        plugin_failure: Callable[[str], Failure | None] = lambda _symbol: None,
    ) -> None:
        self._plan = plan
        self._columns, self._formulas = plan.columns, plan.formulas
        self._plugin_failure = plugin_failure
        self._timeout = timeout
        self._results: dict[str, ProcessingResult] = {}
        self._unsent: list[ProcessingResult] = []
        self.matches = 0

    @property
    def completed(self) -> int:
        """How many symbols have an outcome."""
        return len(self._results)

    def add(self, outcome: Outcome) -> ProcessingResult:
        """Take one symbol's outcome and return its result; one of an earlier session comes as it was."""
        result = outcome.value if isinstance(outcome.value, ProcessingResult) else self._result(outcome)
        self._results[outcome.key] = result
        if found := result.match_count:
            self.matches += found
            self._unsent.append(result)
        return result

    def take_batch(self) -> pa.Table | None:
        """Return the matches that no batch has held yet, or None."""
        if not self._unsent:
            return None
        batch, self._unsent = self._unsent, []
        return self._table(batch)

    def finish(self, seconds: dict[str, float], notes: Sequence[str] = ()) -> ScanResult:
        """Sort, join and count everything; ``notes`` are warnings about this run."""
        return joined_result(
            tuple(self._results[symbol] for symbol in self._plan.symbols),
            self._columns,
            self._formulas,
            self._plan.job.timeframe,
            seconds=seconds,
            job_hash=self._plan.job_hash,
            data_version=self._plan.data_version,
            versions=versions(),
            warnings=(*self._plan.warnings, *notes),
        )

    def _table(self, batch: list[ProcessingResult]) -> pa.Table:
        return _joined_matches(batch, self._columns, self._formulas)

    def _result(self, outcome: Outcome) -> ProcessingResult:
        failure = self._plugin_failure(outcome.key)
        if outcome.status is Status.OK:
            result = self._from_report(outcome, outcome.value)
            # What the other detectors have found stays.
            return result if failure is None else _failed(result, failure)
        if failure is not None and outcome.status is Status.ERROR:
            return ProcessingResult.from_error(outcome.key, failure.sentence, failure.status, failure.details)
        return ProcessingResult(
            symbol=outcome.key,
            status=SymbolStatus(outcome.status.value),
            processing_time_ms=outcome.seconds * 1000.0,
            error=reason_of(outcome, self._timeout),
            details=outcome.error.traceback if outcome.error is not None else "",
        )

    def _from_report(self, outcome: Outcome, report: SymbolReport) -> ProcessingResult:
        return ProcessingResult(
            symbol=outcome.key,
            status=SymbolStatus.OK if report.reason is None else SymbolStatus.NOT_EVALUABLE,
            processing_time_ms=outcome.seconds * 1000.0,
            error=report.reason,
            bars=report.bars,
            masked_bars=report.masked,
            found=report.found,
            columns=self._columns,
            formulas=self._formulas,
        )


def _failed(result: ProcessingResult, failure: Failure) -> ProcessingResult:
    return replace(result, status=failure.status, error=failure.sentence, details=failure.details)


def joined_result(
    ordered: tuple[ProcessingResult, ...],
    columns: Sequence[Column],
    formulas: Sequence[str],
    timeframe: str,
    *,
    seconds: Mapping[str, float],
    job_hash: str,
    data_version: str,
    versions: Mapping[str, str],
    warnings: tuple[str, ...],
) -> ScanResult:
    """Return the result of a scan whose symbols ended so, sorted; everything is counted here."""
    table = _joined_matches(ordered, columns, formulas)
    # Thousands of symbols are as they should be, in every scan: only the others are looked at.
    with_masked = [result.masked_bars for result in ordered if result.masked_bars]
    masked: Counter[str] = Counter()
    for counted in with_masked:
        masked.update(counted)
    counts: Counter[SymbolStatus] = Counter(
        result.status for result in ordered if result.status is not SymbolStatus.OK
    )
    counts[SymbolStatus.OK] = len(ordered) - counts.total()
    summary = ScanSummary(
        matches=table.num_rows,
        symbols={status.value: counts.get(status, 0) for status in SymbolStatus},
        complete=not any(counts.get(status, 0) for status in _PARTIAL),
        seconds=seconds,
        job_hash=job_hash,
        data_version=data_version,
        versions=versions,
        masked_bars=dict(sorted(masked.items())),
        masked_symbols=sum(1 for counted in with_masked if sum(counted.values())),
        warnings=warnings,
    )
    return ScanResult(table, ordered, summary, timeframe)


def _joined_matches(
    results: Sequence[ProcessingResult], columns: Sequence[Column], formulas: Sequence[str]
) -> pa.Table:
    pieces = [(result.symbol, result.found) for result in results if result.found is not None]
    return shapes.matches_table(pieces, columns, formulas)


@functools.cache
def versions() -> Mapping[str, str]:
    """Return the versions that a result depends on."""
    from importlib.metadata import version  # noqa: PLC0415  loads half of ``email``: once, after the work

    parts = {name: version(package) for name, package in _PACKAGES.items()}
    return {"python": platform.python_version(), **parts}


_PACKAGES = {"candlewick": "candlewick", "numpy": "numpy", "pyarrow": "pyarrow", "talib": "TA-Lib"}
