"""``candlewick check-data``: what a folder of bars holds and what is wrong with it."""

from __future__ import annotations

import argparse

from engine.cli.command import DONE, FAILED, Command, commands
from engine.cli.progress import TerminalProgress
from engine.cli.table import print_rows
from engine.data.inspection import data_report
from engine.data.opening import open_repository


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("path", metavar="PATH", help="the folder of bars")
    parser.add_argument(
        "--symbols", action="store_true", help="name every symbol that something is wrong with, and what"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read every symbol once and print the report; exit code 1 when something cannot be read or is left out."""
    progress = TerminalProgress("symbols")
    report = data_report(open_repository(arguments.path), progress.show)
    progress.clear()
    print_rows(report.summary_rows())
    if arguments.symbols:
        for check in report.symbols:
            for fault in report.faults(check):
                print(f"{check.symbol}\t{check.last or ''}\t{check.quality.bars}\t{fault.sentence}")
    return DONE if report.sound else FAILED


commands.add(
    "check-data",
    Command("check-data", "Report what is in a folder of bars, and what is wrong.", configure, run),
)
