"""``candlewick ingest``: files of bars into a folder or database, with an account of every file and row."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.command import DONE, FAILED, Command, commands
from engine.cli.progress import TerminalProgress
from engine.cli.table import print_rows
from engine.data.ingest import ingest
from engine.data.preview import Preview, preview, propose
from engine.data.reading_rules import DATE_ORDERS, SEPARATORS, ReadingRules, parse_mapping
from engine.errors import JobError


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument(
        "source", type=Path, metavar="SOURCE", help="a folder of text files, or a long CSV or Parquet"
    )
    parser.add_argument(
        "--into",
        metavar="PATH|ADDRESS",
        help="the folder of bars to write, or a database such as sqlite:///bars.db",
    )
    parser.add_argument(
        "--preview",
        action="store_true",
        help="show the first rows as they would be read, and the flags that suit them, and write nothing",
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="the source's column for symbol, date, time, open, high, low, close or volume, such as close=Last; "
        "nothing after the sign leaves the field out; may be repeated",
    )
    parser.add_argument(
        "--separator", choices=list(SEPARATORS), help="what stands between fields; else the header's own"
    )
    parser.add_argument("--decimal-comma", action="store_true", help="read 1,5 as one and a half")
    parser.add_argument(
        "--dates", choices=DATE_ORDERS, help="which of 03/04/2020 is the day: the first (dmy) or not (mdy)"
    )
    parser.add_argument("--no-header", action="store_true", help="columns are 'column 1', 'column 2' …")
    parser.add_argument(
        "--encoding", choices=("utf-8", "cp1252"), default="utf-8", help="cp1252 is Windows' own"
    )


def run(arguments: argparse.Namespace) -> int:
    """Import and print the report; anything refused makes the exit code 1."""
    rules = _rules(arguments)
    if arguments.preview:
        return _show(arguments.source.expanduser(), rules)
    if arguments.into is None:
        raise JobError((("into", "Say where the bars go: add --into FOLDER, or look first with --preview."),))
    progress = TerminalProgress("symbols")
    report = ingest(arguments.source, arguments.into, progress.show, rules)
    progress.clear()
    print_rows(report.summary_rows())
    return FAILED if report.files_refused or report.rows_refused else DONE


def _rules(arguments: argparse.Namespace) -> ReadingRules:
    return ReadingRules(
        columns=parse_mapping(arguments.map),
        separator=SEPARATORS.get(arguments.separator),
        decimal_comma=arguments.decimal_comma,
        date_order=arguments.dates,
        has_header=not arguments.no_header,
        encoding=arguments.encoding,
    )


def _show(source: Path, given: ReadingRules) -> int:
    """Print a preview by the flags that were given, or by those that suit the source."""
    rules = propose(source) if given == ReadingRules() else given
    found = preview(source, rules)
    rows = [("source", f"{found.label}; {found.files:,} to read, this is {found.file}")]
    rows += [
        (field, f"{name}, such as {found.examples.get(name) or 'nothing'}")
        for field, name in found.columns.items()
    ]
    print_rows(tuple(rows))
    for row in found.rows:
        refused = f"  refused: {row.refused}" if row.refused else ""
        print("  ".join(cell or "–" for cell in row.cells) + refused)
    for sentence in _advice(found, rules):
        print(sentence)
    return FAILED if found.problem or found.refused else DONE


def _advice(found: Preview, rules: ReadingRules) -> list[str]:
    said = []
    if found.problem:
        said.append(f"{found.problem} The columns are {', '.join(found.names)}: use --map.")
    if found.refused:
        said.append(f"{found.refused:,} of the first {found.looked_at:,} rows would be refused.")
    if found.has_ambiguous_dates and rules.date_order is None:
        said.append("Which of the dates' numbers is the day? Add --dates dmy or --dates mdy.")
    if flags := _flags(rules):
        said.append(f"Read with: {flags}")
    return said


def _flags(rules: ReadingRules) -> str:
    """Return the rules as flags to copy."""
    flags = [f'--map "{field}={name}"' for field, name in rules.columns.items()]
    names = {character: name for name, character in SEPARATORS.items()}
    if rules.separator is not None:
        flags.append(f"--separator {names[rules.separator]}")
    if rules.decimal_comma:
        flags.append("--decimal-comma")
    if rules.date_order is not None:
        flags.append(f"--dates {rules.date_order}")
    if not rules.has_header:
        flags.append("--no-header")
    if rules.encoding != "utf-8":
        flags.append(f"--encoding {rules.encoding}")
    return " ".join(flags)


commands.add(
    "ingest",
    Command(
        "ingest", "Import bars from files into a folder or database that can be scanned.", configure, run
    ),
)
