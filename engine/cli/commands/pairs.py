"""``candlewick pairs``: one measure over all pairs of the symbols, to a file or stdout."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.cli.command import DONE, FAILED, Command, commands
from engine.cli.interrupting import interrupt_calls
from engine.cli.progress import TerminalProgress
from engine.data.opening import open_repository
from engine.data.symbol_list import read_symbols
from engine.errors import JobError
from engine.execution.backend import CancelFlag, Status
from engine.execution.pool import SupervisedPool
from engine.pairs.job import PairJob
from engine.pairs.measures import measures
from engine.pairs.results import PairResult
from engine.pairs.scanning import WORKER_IMPORTS, scan_pairs
from engine.scan.exporters import check_target, export
from engine.scan.exporters.csv import csv_bytes
from engine.scan.job import parse_day
from engine.settings import load_settings

# More left-out symbols or failed molecules than this are counted on stderr, not listed.
LISTED = 5


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    kinds = "; ".join(f"{measure.name}: {measure.help}" for measure in measures)
    parser.add_argument("--data", required=True, metavar="PATH", help="folder of bars (symbol=AAA/*.parquet)")
    parser.add_argument("--measure", required=True, metavar="|".join(measures.names()), help=kinds)
    parser.add_argument(
        "--window", type=int, metavar="N", help="common bars that count, the last ones (default 252 or 504)"
    )
    parser.add_argument("--symbols", metavar="A,B|@FILE", help="only pairs of these, or of those in a file")
    parser.add_argument("--from", dest="start", metavar="DATE", help="first day that counts (2026-01-31)")
    parser.add_argument("--to", dest="end", metavar="DATE", help="last day that counts")
    parser.add_argument(
        "--min-overlap", type=int, metavar="N", help="fewest common bars for a value (default 60)"
    )
    parser.add_argument(
        "--top", type=int, metavar="N", help="only the N strongest pairs, the strongest first"
    )
    parser.add_argument("--workers", metavar="N|auto", help="worker processes (default from the settings)")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help=".csv, .parquet or .xlsx; without it CSV goes to stdout"
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure; all bad input is found before any work starts."""
    settings = load_settings(overrides={"workers": arguments.workers})
    job = job_from(arguments)
    if arguments.out is not None:
        check_target(arguments.out)
    repository = open_repository(arguments.data)
    cancel = CancelFlag()
    bars = {what: TerminalProgress(what) for what in ("symbols", "pairs")}

    def show(what: str, completed: int, total: int) -> None:
        bars[what].show(completed, total)

    workers = SupervisedPool(
        settings.worker_count(), initial_imports=WORKER_IMPORTS, memory_mb=settings.worker_memory_mb
    )
    with closing(workers) as pool, interrupt_calls(cancel.set):
        result = scan_pairs(
            repository, job, pool, timeout=settings.timeout_seconds, cancel=cancel, progress=show
        )
    bars["pairs"].clear()
    _deliver(result, job, arguments.out)
    return DONE if result.complete else FAILED


def job_from(arguments: argparse.Namespace) -> PairJob:
    """Build the job from the flags. Raises JobError with all problems."""
    problems: list[tuple[str, str]] = []
    given: dict[str, Any] = {}
    readers: dict[str, Callable[[str], Any]] = {
        "symbols": read_symbols,
        "start": lambda text: parse_day(text, "date_range"),
        "end": lambda text: parse_day(text, "date_range"),
    }
    for name in ("measure", "window", "symbols", "start", "end", "min_overlap", "top"):
        value = getattr(arguments, name)
        if value is None:
            continue
        try:
            given[name] = readers[name](value) if name in readers else value
        except JobError as error:
            problems.extend(error.problems)
    try:
        job = PairJob(**given)
    except JobError as error:
        raise JobError((*problems, *error.problems)) from None
    if problems:
        raise JobError(tuple(problems))
    return job


def _deliver(result: PairResult, job: PairJob, out: Path | None) -> None:
    """Write the table, then say on stderr what happened."""
    if out is None:
        sys.stdout.buffer.write(csv_bytes(result.table, job.timeframe))
        sys.stdout.flush()
    else:
        written = export(result.table, job.timeframe, out, complete=result.complete)
        if not result.complete:
            print(f"The result is partial: it was written to {written}.", file=sys.stderr)
    _tell("symbols left out", [f"{each.symbol}: {each.reason}" for each in result.left_out])
    # Those that a cancel cut short are counted in the summary.
    failed = [each for each in result.outcomes if each.error and each.status is not Status.CANCELLED]
    _tell(
        "groups of pairs without a result", [f"{_rows(result, each.rows)}: {each.error}" for each in failed]
    )
    print(summary_line(result), file=sys.stderr)


def summary_line(result: PairResult) -> str:
    """Return the one line that sums up a pair scan."""
    parts = [f"{result.pairs:,} pairs of {len(result.symbols):,} symbols"]
    if result.table.num_rows < result.pairs - result.missing:
        parts.append(f"the strongest {result.table.num_rows:,} kept")
    if result.unknown:
        parts.append(f"{result.unknown:,} unknown")
    if result.missing:
        parts.append(f"{result.missing:,} missing")
    if result.left_out:
        symbols = "symbol" if len(result.left_out) == 1 else "symbols"
        parts.append(f"{len(result.left_out):,} {symbols} left out")
    parts.append(f"{result.seconds['total']:.2f} s")
    return " · ".join(parts)


def _rows(result: PairResult, rows: range) -> str:
    first, last = result.symbols[rows.start], result.symbols[rows.stop - 1]
    return f"Pairs of {first}" if first == last else f"Pairs from {first} to {last}"


def _tell(what: str, lines: list[str]) -> None:
    for line in lines[:LISTED]:
        print(line, file=sys.stderr)
    if len(lines) > LISTED:
        print(f"… and {len(lines) - LISTED:,} more {what}.", file=sys.stderr)


commands.add("pairs", Command("pairs", "Measure all pairs of symbols.", configure, run))
