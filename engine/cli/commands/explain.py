"""``candlewick explain``: a formula on one symbol's bar, part by part; and what keeps the universe from matching."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date

from engine.cli.command import DONE, Command, commands
from engine.cli.progress import TerminalProgress
from engine.cli.table import print_rows
from engine.cli.timeframe_flag import add_timeframe_flag
from engine.data.opening import open_repository
from engine.data.repository import CandleRepository
from engine.execution.backend import Backend
from engine.execution.inline import InlineBackend
from engine.formula.explain import Reading
from engine.scan.explain import WhyNot, explain, why_not
from engine.scan.job import parse_moment
from engine.scan.placement import open_backend
from engine.settings import load_settings

_TRUTHS = {True: "true", False: "false", None: "unknown"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("--data", required=True, metavar="PATH", help="folder of bars (symbol=AAA/*.parquet)")
    parser.add_argument("--formula", required=True, metavar="TEXT", help="the formula to explain")
    parser.add_argument("--symbol", required=True, metavar="NAME", help="the symbol to explain it on")
    parser.add_argument(
        "--date", metavar="DATE", help="the bar's day or time (default: the symbol's last bar)"
    )
    add_timeframe_flag(parser)
    parser.add_argument(
        "--why-not",
        action="store_true",
        help="count which conditions keep the other symbols from matching on that day",
    )
    parser.add_argument("--workers", metavar="N|auto", help="worker processes (default from the settings)")
    parser.add_argument(
        "--backend", choices=("local", "inline"), default="local", help="where the work is done"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the tree, and the counts if they are asked for."""
    settings = load_settings(overrides={"workers": arguments.workers})
    repository = open_repository(arguments.data)
    day = parse_moment(arguments.date, "date") if arguments.date else None
    backend: Backend = InlineBackend()
    if arguments.why_not:
        backend = open_backend(arguments.backend, settings.worker_count(), settings.worker_memory_mb)
    try:
        _tell(arguments, repository, day, backend)
    finally:
        backend.close()
    return DONE


def _tell(
    arguments: argparse.Namespace, repository: CandleRepository, day: date | None, backend: Backend
) -> None:
    explained = explain(
        repository,
        arguments.formula,
        arguments.symbol,
        day,
        timeframe=arguments.timeframe,
        backend=backend,
    )
    print(f"{explained.symbol} on {explained.day}: {_verdict(explained.reading)}")
    lines = list(_lines(explained.reading))
    width = max(len(number) for _, _, number in lines)
    print_rows([(truth, f"{number:>{width}}  {text}") for truth, text, number in lines], repeat=True)
    if not arguments.why_not:
        return
    progress = TerminalProgress("symbols")
    counted = why_not(
        repository,
        arguments.formula,
        explained.day,
        backend,
        timeframe=arguments.timeframe,
        progress=progress.show,
    )
    progress.clear()
    _print_counts(counted)


def _verdict(reading: Reading) -> str:
    return {True: "a match", False: "no match", None: "unknown, so no match"}[reading.truth]


def _lines(reading: Reading, depth: int = 0) -> Iterator[tuple[str, str, str]]:
    """Yield truth, indented text and number of a reading and of its parts."""
    indent = "  " * depth
    text = " ".join(reading.text.split())
    if reading.kind == "number":
        yield "", indent + text, "unknown" if reading.value is None else f"{reading.value:,.6g}"
    else:
        yield _TRUTHS[reading.truth], indent + text, _distance(reading)
    for part in reading.parts:
        yield from _lines(part, depth + 1)


def _distance(reading: Reading) -> str:
    if reading.distance is None:
        return ""
    percent = f" ({reading.percent:+.2f} %)" if reading.percent is not None else ""
    return f"{reading.distance:+,.6g}{percent}"


def _print_counts(counted: WhyNot) -> None:
    print(f"\n{counted.symbols:,} symbols on {counted.day}:")
    rows = [
        ("match", counted.matches),
        ("fail one condition", counted.fail_one),
        ("fail more", counted.fail_more),
        ("unknown", counted.unknown),
        ("no bar", counted.without_bar),
        ("unreadable", counted.unreadable),
    ]
    print_rows(
        [(f"{number:>7,}", words) for words, number in rows if number or words == "match"], repeat=True
    )
    print("\nfails    only this one fails")
    print_rows(
        [(f"{each.failing:>5,}", f"{each.only_failing:>5,}  {each.text}") for each in counted.conditions],
        repeat=True,
    )


commands.add(
    "explain", Command("explain", "Say why a formula is true or false on a symbol's bar.", configure, run)
)
