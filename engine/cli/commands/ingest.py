"""``candlewick ingest``: files of bars into a folder or database, with an account of every file and row."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.command import DONE, FAILED, Command, commands
from engine.cli.progress import TerminalProgress
from engine.cli.table import print_rows
from engine.data.ingest import ingest


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument(
        "source", type=Path, metavar="SOURCE", help="a folder of text files, or a long CSV or Parquet"
    )
    parser.add_argument(
        "--into",
        required=True,
        metavar="PATH|ADDRESS",
        help="the folder of bars to write, or a database such as sqlite:///bars.db",
    )


def run(arguments: argparse.Namespace) -> int:
    """Import and print the report; anything refused makes the exit code 1."""
    progress = TerminalProgress("symbols")
    report = ingest(arguments.source, arguments.into, progress.show)
    progress.clear()
    print_rows(report.summary_rows())
    return FAILED if report.files_refused or report.rows_refused else DONE


commands.add(
    "ingest",
    Command(
        "ingest", "Import bars from files into a folder or database that can be scanned.", configure, run
    ),
)
