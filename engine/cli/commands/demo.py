"""``candlewick demo``: write the synthetic demo universe."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.command import DONE, Command, commands
from engine.cli.progress import TerminalProgress
from engine.scan.demo import write_demo_universe


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("path", type=Path, metavar="PATH", help="a new or empty folder, or an older demo")
    parser.add_argument(
        "--symbols", type=int, default=500, metavar="N", help="how many symbols (default 500)"
    )
    parser.add_argument("--years", type=int, default=10, metavar="N", help="how many years (default 10)")


def run(arguments: argparse.Namespace) -> int:
    """Write the universe and say what was written."""
    progress = TerminalProgress("symbols")
    report = write_demo_universe(
        arguments.path, symbols=arguments.symbols, years=arguments.years, progress=progress.show
    )
    progress.clear()
    print(f"{report.symbols:,} synthetic symbols, {report.rows:,} bars in {arguments.path}")
    return DONE


commands.add(
    "demo", Command("demo", "Write a universe of synthetic symbols to try things on.", configure, run)
)
