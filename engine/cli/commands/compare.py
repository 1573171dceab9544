"""``candlewick compare``: formulas and detectors on the same bars, one of them the baseline, as tables and files."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from engine.cli.command import DONE, FAILED, Command, commands
from engine.cli.detector_flags import add_detector_flag, detector_fields
from engine.cli.outcome_flags import add_outcome_flags, deliver, job_fields, outcome_terms, run_evaluation
from engine.errors import JobError, UnknownNameError
from engine.scan.evaluation.evaluate import names_of
from engine.scan.job import ProcessingJob
from engine.settings import load_settings

# A name and one equals sign; two would compare.
_NAMED = re.compile(r"\s*([A-Za-z_][\w .-]*?)\s*=(?!=)\s*(.+)", re.DOTALL)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("--data", required=True, metavar="PATH", help="folder of bars (symbol=AAA/*.parquet)")
    parser.add_argument(
        "--formula",
        action="append",
        default=[],
        metavar="NAME=TEXT",
        help='such as "pullback=rsi(close, 2) < 10"; repeatable',
    )
    add_detector_flag(parser, "compare its events; repeatable")
    parser.add_argument("--baseline", metavar="NAME", help="what the others differ from (default the first)")
    add_outcome_flags(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the files go")


def run(arguments: argparse.Namespace) -> int:
    """Scan, measure, compare and print; all bad input is found before any work starts."""
    settings = load_settings(overrides={"workers": arguments.workers})
    terms = outcome_terms(arguments, settings)
    jobs = jobs_from(arguments)
    names = [name for job in jobs for name in names_of(job)]
    if arguments.baseline is not None and arguments.baseline not in names:
        sentence = str(UnknownNameError("detector or formula", arguments.baseline, tuple(names)))
        raise JobError((("baseline", sentence),))
    evaluation = run_evaluation(arguments, settings, jobs, terms, baseline=arguments.baseline)
    deliver(evaluation, arguments.out, csv=arguments.csv)
    return DONE if evaluation.complete else FAILED


def jobs_from(arguments: argparse.Namespace) -> list[ProcessingJob]:
    """Return a job of the formulas and one of the detectors: their matches are of different kinds."""
    formulas, chosen = named_formulas(arguments.formula), detector_fields(arguments.detector)
    if not formulas and not chosen:
        sentence = "There is nothing to compare: name two or more with --formula and --detector."
        raise JobError((("formulas", sentence),))
    taken = [name for name in chosen.get("detectors", ()) if name in formulas]
    if taken:
        sentence = f"A detector is named '{taken[0]}' already: give the formula another name."
        raise JobError((("formulas", sentence),))
    fields = job_fields(arguments)
    jobs = [ProcessingJob(formulas=formulas, **fields)] if formulas else []
    return jobs + ([ProcessingJob(**chosen, **fields)] if chosen else [])


def named_formulas(texts: list[str]) -> dict[str, str]:
    """Return formulas by name; raises JobError with every text that has none, or one that is taken."""
    problems: list[tuple[str, str]] = []
    formulas: dict[str, str] = {}
    for text in texts:
        found = _NAMED.fullmatch(text)
        if found is None:
            sentence = f"--formula '{text}' must read NAME=TEXT, such as pullback=rsi(close, 2) < 10."
            problems.append(("formulas", sentence))
        elif found[1] in formulas:
            sentence = f"Two formulas are named '{found[1]}': give each a name of its own."
            problems.append(("formulas", sentence))
        else:
            formulas[found[1]] = found[2]
    if problems:
        raise JobError(tuple(problems))
    return formulas


commands.add(
    "compare", Command("compare", "Compare formulas and detectors by what came after them.", configure, run)
)
