"""``candlewick audit``: the bias certificate of a formula or a detector, printed; exit code 1 when it does not pass."""

from __future__ import annotations

import argparse

from engine.cli.command import DONE, FAILED, Command, commands
from engine.cli.detector_flags import chosen_catalogue, detector_fields
from engine.cli.progress import TerminalProgress
from engine.cli.table import print_rows
from engine.cli.timeframe_flag import add_timeframe_flag
from engine.data.opening import open_repository
from engine.errors import JobError
from engine.scan.audit import AuditReport, Half, audit
from engine.scan.detector_audit import audit_detector
from engine.settings import load_settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("--data", required=True, metavar="PATH", help="folder of bars (symbol=AAA/*.parquet)")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--formula", metavar="TEXT", help="the formula to check")
    what.add_argument("--detector", metavar="NAME[:KEY=N,…]", help="the detector to check")
    parser.add_argument(
        "--samples", type=int, default=20, metavar="N", help="matches to check (default %(default)s)"
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="chooses the matches (default %(default)s)"
    )
    add_timeframe_flag(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check and print."""
    for name, least in (("samples", 1), ("seed", 0)):
        if getattr(arguments, name) < least:
            raise JobError(((name, f"--{name} is too small: write {least} or more."),))
    if arguments.detector is not None:
        return _audit_detector(arguments)
    progress = TerminalProgress("matches")
    report = audit(
        open_repository(arguments.data),
        arguments.formula,
        samples=arguments.samples,
        seed=arguments.seed,
        timeframe=arguments.timeframe,
        progress=progress.show,
    )
    progress.clear()
    print_rows(list(_rows(report)))
    return DONE if report.passed else FAILED


def _audit_detector(arguments: argparse.Namespace) -> int:
    fields = detector_fields([arguments.detector])
    (name,) = fields["detectors"]
    progress = TerminalProgress("bars")
    report = audit_detector(
        open_repository(arguments.data),
        name,
        catalogue=chosen_catalogue(load_settings()),
        parameters=fields.get("detector_parameters", {}).get(name, {}),
        samples=arguments.samples,
        seed=arguments.seed,
        timeframe=arguments.timeframe,
        progress=progress.show,
    )
    progress.clear()
    rows = [("detector", report.formula)]
    rows.append(("checked", f"{report.matches:,} bars of {report.symbols:,} symbols"))
    rows += _half("no look-ahead", report.look_ahead, "the same events with the data cut off after the bar")
    if report.exempt:
        rows.append(("not checked", f"{name} says that it never forgets where the data begin"))
    else:
        bars = f"{report.warm_up:,} bar{'' if report.warm_up == 1 else 's'}"
        late = f"the same events with only {bars} before"
        rows += _half("start date", report.late_start, late)
    rows.append(("result", "passed" if report.passed else "FAILED"))
    print_rows(rows)
    return DONE if report.passed else FAILED


def _rows(report: AuditReport) -> list[tuple[str, str]]:
    rows = [("formula", line) for line in report.formula.splitlines()]
    rows.append(("checked", f"{report.matches:,} matches of {report.symbols:,} symbols"))
    rows += _half("no look-ahead", report.look_ahead, "the same with the data cut off after the match")
    late = f"the same to a millionth with a history of only {report.warm_up:,} bars"
    rows += _half("start date", report.late_start, late)
    if (short := report.matches - report.late_start.checked) > 0:
        rows.append(("", f"{short:,} matches have less history than that and were not checked"))
    rows += [
        ("not checked", f"{name} remembers where the data begin: its level means nothing by itself")
        for name in report.exempt
    ]
    rows.append(("result", "passed" if report.passed else "FAILED"))
    return rows


def _half(name: str, half: Half, meaning: str) -> list[tuple[str, str]]:
    if not half.passed:
        return [(name, f"FAILED: {half.counter_example}.")]
    return [(name, f"passed: {half.checked:,} of {half.checked:,} {meaning}")]


commands.add(
    "audit",
    Command(
        "audit",
        "Check that matches, or a detector's events, could have been seen on their day.",
        configure,
        run,
    ),
)
