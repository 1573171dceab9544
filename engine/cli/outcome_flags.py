"""The flags of the commands that measure what came after signals, and the engine that they run on."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine.cli.backend_flags import add_backend_flags, chosen_backend
from engine.cli.comparison_text import account_lines, comparison_lines
from engine.cli.detector_flags import chosen_catalogue
from engine.cli.interrupting import interrupt_calls
from engine.cli.progress import TerminalProgress
from engine.cli.timeframe_flag import add_timeframe_flag
from engine.data.opening import open_repository
from engine.data.symbol_list import read_symbols
from engine.errors import JobError
from engine.outcomes.forward_returns import OutcomeTerms
from engine.scan.evaluation.evaluate import Evaluation, evaluate
from engine.scan.evaluation.files import check_folder, write_evaluation
from engine.scan.job import DateRange, ProcessingJob, parse_day
from engine.scan.processing import ProcessingEngine
from engine.settings import Settings

LISTED_FAILURES = 5


def add_outcome_flags(parser: argparse.ArgumentParser) -> None:
    """Add what is measured, over which bars, and where the files go."""
    parser.add_argument(
        "--windows",
        metavar="5,10",
        help="bars after the signal, counted in the symbol's own (from the settings)",
    )
    parser.add_argument(
        "--entry",
        choices=("open", "close"),
        default="open",
        help="bought at the next bar's open (default) or at the signal's own close",
    )
    parser.add_argument(
        "--cost-bps",
        type=float,
        default=0.0,
        metavar="N",
        help="cost of each of the two trades in basis points of its price (default 0)",
    )
    parser.add_argument("--symbols", metavar="A,B|@FILE", help="the universe, or the file that lists it")
    parser.add_argument("--from", dest="start", metavar="DATE", help="first day of signals (2026-01-31)")
    parser.add_argument("--to", dest="end", metavar="DATE", help="last day of signals")
    add_timeframe_flag(parser, default=None)
    parser.add_argument("--workers", metavar="N|auto", help="worker processes (default from the settings)")
    add_backend_flags(parser)
    parser.add_argument(
        "--no-snapshot",
        action="store_true",
        help="read the files of the data folder themselves, not their fast copy in the cache folder",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="stop at the first symbol that fails, at once, and write nothing",
    )
    parser.add_argument("--csv", action="store_true", help="write events and forward returns as CSV too")


def outcome_terms(arguments: argparse.Namespace, settings: Settings) -> OutcomeTerms:
    """Return how outcomes are measured; raises JobError."""
    windows = settings.forward_windows
    if arguments.windows is not None:
        try:
            windows = tuple(int(each) for each in arguments.windows.split(","))
        except ValueError:
            sentence = f"--windows '{arguments.windows}' must be whole numbers with commas, such as 5,10,20."
            raise JobError((("windows", sentence),)) from None
    return OutcomeTerms(windows, arguments.entry, arguments.cost_bps)


def job_fields(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the job's fields that the flags set: universe, dates, timeframe. Raises JobError with all problems."""
    fields: dict[str, Any] = {}
    problems: list[tuple[str, str]] = []
    attempts: dict[str, Callable[[], Any]] = {
        "symbols": lambda: read_symbols(arguments.symbols) if arguments.symbols is not None else None,
        "date_range": lambda: _date_range(arguments),
        "timeframe": lambda: arguments.timeframe,
    }
    for name, attempt in attempts.items():
        try:
            value = attempt()
        except JobError as error:
            problems.extend(error.problems)
            continue
        if value is not None:
            fields[name] = value
    if problems:
        raise JobError(tuple(problems))
    return fields


def run_evaluation(
    arguments: argparse.Namespace,
    settings: Settings,
    jobs: Sequence[ProcessingJob],
    terms: OutcomeTerms,
    *,
    baseline: str | None = None,
) -> Evaluation:
    """Evaluate on the backend of the flags, with progress; the first Ctrl-C cancels."""
    if arguments.out is not None:
        check_folder(arguments.out)
    bars = {phase: TerminalProgress(f"symbols {phase}") for phase in ("scanned", "measured")}

    def show(phase: str, completed: int, total: int) -> None:
        bars[phase].show(completed, total)

    with (
        ProcessingEngine(
            open_repository(arguments.data),
            max_workers=settings.worker_count(),
            backend=chosen_backend(arguments, settings),
            timeout_seconds=settings.timeout_seconds,
            worker_memory_mb=settings.worker_memory_mb,
            chunk=settings.chunk if isinstance(settings.chunk, int) else None,
            use_snapshot=not arguments.no_snapshot,
            snapshot_limit_gb=settings.snapshot_limit_gb,
            detectors=chosen_catalogue(settings),
        ) as engine,
        interrupt_calls(engine.cancel),
    ):
        try:
            return evaluate(engine, jobs, terms, baseline=baseline, strict=arguments.strict, progress=show)
        finally:
            bars["measured"].clear()


def deliver(evaluation: Evaluation, out: Path | None, *, csv: bool) -> None:
    """Print the table on stdout, write the files, say on stderr what is missing."""
    for line in (*account_lines(evaluation), "", *comparison_lines(evaluation)):
        print(line)
    sys.stdout.flush()
    for warning in evaluation.warnings:
        print(f"Note: {warning}", file=sys.stderr)
    failed = evaluation.failed
    for symbol, reason in failed[:LISTED_FAILURES]:
        print(f"{symbol}: {reason}", file=sys.stderr)
    if len(failed) > LISTED_FAILURES:
        print(f"… and {len(failed) - LISTED_FAILURES:,} more symbols without a result.", file=sys.stderr)
    if out is not None:
        paths = write_evaluation(evaluation, out, csv=csv)
        said = "written" if evaluation.complete else "written, all marked as partial"
        print(
            f"{len(paths)} files {said}: {', '.join(path.name for path in paths)} in {out}.", file=sys.stderr
        )


def _date_range(arguments: argparse.Namespace) -> DateRange | None:
    start = parse_day(arguments.start, "date_range") if arguments.start else None
    end = parse_day(arguments.end, "date_range") if arguments.end else None
    return DateRange(start, end) if start or end else None
