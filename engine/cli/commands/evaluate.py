"""``candlewick evaluate``: what came after the matches of a formula, detector or saved scan: tables, files."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from engine.cli.command import DONE, FAILED, Command, commands
from engine.cli.detector_flags import add_detector_flag, detector_fields
from engine.cli.outcome_flags import add_outcome_flags, deliver, job_fields, outcome_terms, run_evaluation
from engine.scan.job import ProcessingJob
from engine.scan.saved import load_scan
from engine.settings import load_settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("--data", required=True, metavar="PATH", help="folder of bars (symbol=AAA/*.parquet)")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--formula", metavar="TEXT", help='such as "close > hhv(high, 20)[1]"')
    add_detector_flag(what, "what came after its events; repeatable")
    what.add_argument("--job", type=Path, metavar="FILE.yaml", help="a saved scan")
    add_outcome_flags(parser)
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="write events, forward returns and the table there"
    )


def run(arguments: argparse.Namespace) -> int:
    """Scan, measure and print; all bad input is found before any work starts."""
    settings = load_settings(overrides={"workers": arguments.workers})
    terms = outcome_terms(arguments, settings)
    evaluation = run_evaluation(arguments, settings, [job_from(arguments)], terms)
    deliver(evaluation, arguments.out, csv=arguments.csv)
    return DONE if evaluation.complete else FAILED


def job_from(arguments: argparse.Namespace) -> ProcessingJob:
    """Build the job: the saved scan, if any, with the flags laid over it. Raises JobError with all problems."""
    fields = job_fields(arguments)
    if arguments.job is not None:
        return replace(load_scan(arguments.job).job, **fields)
    if arguments.detector is not None:
        return ProcessingJob(**detector_fields(arguments.detector), **fields)
    return ProcessingJob(formula=arguments.formula, **fields)


commands.add(
    "evaluate",
    Command("evaluate", "Measure what came after the matches of a formula or detector.", configure, run),
)
