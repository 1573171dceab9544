"""``candlewick check-data``: what a folder of bars holds and what is wrong with it."""

from __future__ import annotations

import argparse

from engine.cli.command import DONE, FAILED, Command, commands
from engine.cli.progress import TerminalProgress
from engine.cli.table import print_rows
from engine.data.inspection import check_data
from engine.data.opening import open_repository


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("path", metavar="PATH", help="the folder of bars")


def run(arguments: argparse.Namespace) -> int:
    """Read every symbol once and print the report; exit code 1 when something cannot be read or is left out."""
    progress = TerminalProgress("symbols")
    report = check_data(open_repository(arguments.path), progress.show)
    progress.clear()
    print_rows(report.summary_rows())
    return DONE if report.sound else FAILED


commands.add(
    "check-data",
    Command("check-data", "Report what is in a folder of bars, and what is wrong.", configure, run),
)
