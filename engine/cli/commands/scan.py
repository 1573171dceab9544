"""``candlewick scan``: a job from flags or a file, matches to a file or stdout, a summary for people or machines."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.atomic import atomic_path
from engine.cli.backend_flags import add_backend_flags, chosen_backend
from engine.cli.command import DONE, FAILED, Command, commands
from engine.cli.detector_flags import add_detector_flag, chosen_catalogue, detector_fields
from engine.cli.interrupting import interrupt_calls
from engine.cli.progress import TerminalProgress
from engine.cli.run_flags import add_run_flags, chosen_store, resumed_run, tell_how_to_go_on
from engine.cli.timeframe_flag import add_timeframe_flag
from engine.data.opening import open_repository
from engine.data.symbol_list import read_symbols
from engine.errors import JobError, OutputError
from engine.scan.events import ScanFinished, ScanProgress
from engine.scan.exporters import check_target, endings, export
from engine.scan.exporters.csv import csv_bytes
from engine.scan.job import DateRange, ProcessingJob, parse_moment
from engine.scan.processing import ProcessingEngine
from engine.scan.report import failures, summary_document, summary_line
from engine.scan.results import ScanResult
from engine.scan.saved import load_scan
from engine.settings import Settings, load_settings

# More failed symbols than this are counted on stderr, not listed; the summary JSON has the counts.
LISTED_FAILURES = 5
# A name, a colon and a space: no formula begins like that.
_NAMED = re.compile(r"\s*([A-Za-z_]\w*):\s+(.*)", re.DOTALL)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument(
        "--data", metavar="PATH", help="folder of bars (symbol=AAA/*.parquet); needed unless a run is resumed"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--formula",
        action="append",
        metavar="TEXT",
        help='such as "close > sma(close, 200)"; repeatable, then written "name: text" or named f1, f2 …',
    )
    what.add_argument("--job", type=Path, metavar="FILE.yaml", help="a saved scan")
    add_detector_flag(
        parser, "look for a detector's events, where the formula is true if there is one; repeatable"
    )
    parser.add_argument("--symbols", metavar="A,B|@FILE", help="scan only these, or those listed in a file")
    parser.add_argument(
        "--from",
        dest="start",
        metavar="DATE",
        help="first day, or bar, that may match (2026-01-31, '2026-01-31 09:35')",
    )
    parser.add_argument("--to", dest="end", metavar="DATE", help="last day, or bar, that may match")
    parser.add_argument("--last", type=int, metavar="N", help="only each symbol's last N bars may match")
    add_timeframe_flag(parser, None)
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="NAME=EXPR",
        help="an extra result column; repeatable",
    )
    parser.add_argument("--workers", metavar="N|auto", help="worker processes (default from the settings)")
    add_backend_flags(parser)
    parser.add_argument(
        "--no-snapshot",
        action="store_true",
        help="read the files of the data folder themselves, not their fast copy in the cache folder",
    )
    add_run_flags(parser)
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help=f"{endings()}; without it CSV goes to stdout"
    )
    parser.add_argument("--summary-json", metavar="FILE|-", help="write counts, times and checksums as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Scan; all bad input is found before any work starts."""
    settings = load_settings(overrides={"workers": arguments.workers})
    store = chosen_store(arguments, settings)
    resumed = resumed_run(arguments, store)
    job = job_from(arguments, resumed.processing_job() if resumed is not None else None)
    _check_targets(arguments)
    repository = open_repository(arguments.data or (resumed.data_address if resumed is not None else ""))
    with ProcessingEngine(
        repository,
        max_workers=settings.worker_count(),
        backend=chosen_backend(arguments, settings),
        timeout_seconds=settings.timeout_seconds,
        worker_memory_mb=settings.worker_memory_mb,
        chunk=_chunk(settings),
        use_snapshot=not arguments.no_snapshot,
        snapshot_limit_gb=settings.snapshot_limit_gb,
        runs=store,
        detectors=chosen_catalogue(settings),
    ) as engine:
        finished = _scan(engine, job, resumed.id if resumed is not None else None)
    result = finished.result
    _deliver(result, arguments)
    if not result.summary.complete:
        tell_how_to_go_on(store, finished.run_id)
    return DONE if result.summary.complete else FAILED


def job_from(arguments: argparse.Namespace, resumed: ProcessingJob | None = None) -> ProcessingJob:
    """Build the job: the saved scan or the resumed run's, if any, with the flags laid over it.

    Raises JobError with all problems.
    """
    problems: list[tuple[str, str]] = []
    changes: dict[str, Any] = {}
    attempts: dict[str, Callable[[], Any]] = {
        "symbols": lambda: read_symbols(arguments.symbols) if arguments.symbols is not None else None,
        "date_range": lambda: _date_range(arguments),
        "columns": lambda: _columns(arguments.column) or None,
        "timeframe": lambda: arguments.timeframe,
        "last_bars": lambda: arguments.last,
    }
    base = load_scan(arguments.job).job if arguments.job is not None else None
    if arguments.formula is None and arguments.detector is None:
        base = base or resumed
    for name, attempt in attempts.items():
        try:
            value = attempt()
        except JobError as error:
            problems.extend(error.problems)
            continue
        if value is not None:
            changes[name] = value
    try:
        changes |= detector_fields(arguments.detector)
        changes |= _formulas(arguments.formula) if base is None and arguments.formula is not None else {}
        job = replace(base, **changes) if base is not None else ProcessingJob(**changes)
    except JobError as error:
        raise JobError((*problems, *error.problems)) from None
    if problems:
        raise JobError(tuple(problems))
    return job


def _formulas(texts: list[str]) -> dict[str, Any]:
    """Return one plain text as the job's formula, several or named ones as its formulas."""
    named = [_NAMED.fullmatch(text) for text in texts]
    if len(texts) == 1 and named[0] is None:
        return {"formula": texts[0]}
    formulas: dict[str, str] = {}
    for number, (text, found) in enumerate(zip(texts, named, strict=True), 1):
        name, formula = found.groups() if found else (f"f{number}", text)
        if name in formulas:
            sentence = f"Two formulas are named '{name}': give each --formula a name of its own."
            raise JobError((("formulas", sentence),))
        formulas[name] = formula
    return {"formulas": formulas}


def _date_range(arguments: argparse.Namespace) -> DateRange | None:
    start = parse_moment(arguments.start, "date_range") if arguments.start else None
    end = parse_moment(arguments.end, "date_range") if arguments.end else None
    return DateRange(start, end) if start or end else None


def _columns(texts: list[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for text in texts:
        name, equals, formula = text.partition("=")
        if not equals or not name.strip() or not formula.strip():
            raise JobError(
                (("columns", f"--column '{text}' must read NAME=FORMULA, such as rsi=rsi(close, 14)."),)
            )
        columns[name.strip()] = formula.strip()
    return columns


def _chunk(settings: Settings) -> int | None:
    return settings.chunk if isinstance(settings.chunk, int) else None


def _check_targets(arguments: argparse.Namespace) -> None:
    if arguments.out is not None:
        check_target(arguments.out)
    if arguments.summary_json not in (None, "-"):
        path = Path(arguments.summary_json)
        if path.is_dir() or not path.resolve().parent.is_dir():
            raise OutputError(str(path), "it is a folder or its folder does not exist")


def _scan(engine: ProcessingEngine, job: ProcessingJob, resume: str | None) -> ScanFinished:
    progress = TerminalProgress("symbols")
    with interrupt_calls(engine.cancel):
        for event in engine.stream(job, resume):
            if isinstance(event, ScanProgress):
                rate = event.completed / event.seconds if event.seconds > 0 else 0.0
                progress.show(event.completed, event.total, f" · {event.matches:,} matches · {rate:,.0f}/s")
            elif isinstance(event, ScanFinished):
                progress.clear()
                return event
    message = "a stream ends in ScanFinished"
    raise AssertionError(message)


def _deliver(result: ScanResult, arguments: argparse.Namespace) -> None:
    """Write what was asked for, then say on stderr what happened."""
    if arguments.out is not None:
        written = export(result.matches, result.timeframe, arguments.out, complete=result.summary.complete)
        if not result.summary.complete:
            print(f"The result is partial: it was written to {written}.", file=sys.stderr)
    elif arguments.summary_json != "-":
        sys.stdout.buffer.write(csv_bytes(result.matches, result.timeframe))
        sys.stdout.flush()
    if arguments.summary_json is not None:
        document = json.dumps(summary_document(result), indent=2)
        if arguments.summary_json == "-":
            print(document)
        else:
            _write_text(Path(arguments.summary_json), document + "\n")
    _tell(result)


def _write_text(path: Path, text: str) -> None:
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _tell(result: ScanResult) -> None:
    for warning in result.summary.warnings:
        print(f"Note: {warning}", file=sys.stderr)
    missing = [each for each in failures(result) if each.status != "cancelled"]
    for each in missing[:LISTED_FAILURES]:
        print(f"{each.symbol}: {each.error}", file=sys.stderr)
    if len(missing) > LISTED_FAILURES:
        print(f"… and {len(missing) - LISTED_FAILURES:,} more symbols without a result.", file=sys.stderr)
    print(summary_line(result), file=sys.stderr)


commands.add("scan", Command("scan", "Find the bars on which a formula is true.", configure, run))
