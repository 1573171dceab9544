"""``candlewick contracts``: option contracts for the rows of a file, one to one."""

from __future__ import annotations

import argparse
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from engine.atomic import atomic_path
from engine.cli.chain_flags import add_chain_flags, open_provider
from engine.cli.command import DONE, FAILED, Command, commands
from engine.cli.interrupting import interrupt_calls
from engine.cli.progress import TerminalProgress
from engine.errors import JobError
from engine.options.enrichment import Enrichment, enrich
from engine.options.executor import ThrottledExecutor
from engine.options.rulebook import ContractRules, make_rules, read_rules
from engine.options.signals import read_forward_returns, read_signals
from engine.options.strategies import STRATEGIES
from engine.scan.exporters import check_target, export
from engine.scan.exporters.csv import csv_bytes

RULE_FLAGS = ("strategy", "min_days", "max_days", "target_days", "min_open_interest", "max_spread_percent")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument(
        "--signals",
        type=Path,
        required=True,
        metavar="FILE",
        help="rows with a column Ticker or symbol",
    )
    add_chain_flags(parser)
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help=".csv, .parquet or .xlsx; without it CSV goes to stdout"
    )
    parser.add_argument("--rules", type=Path, metavar="FILE.yaml", help="contract rules; flags count more")
    parser.add_argument(
        "--strategy", metavar="NAME", help=f"structure to open: {', '.join(STRATEGIES.names())}"
    )
    for name in RULE_FLAGS[1:]:
        parser.add_argument(
            f"--{name.replace('_', '-')}", metavar="N", help=ContractRules.model_fields[name].description
        )
    parser.add_argument(
        "--as-of", metavar="TIME", help="use no quotes later than this (2026-02-13 or 2026-02-13T15:50, UTC)"
    )
    parser.add_argument(
        "--forward",
        type=Path,
        metavar="FILE",
        help="past returns of the signal (forward_returns.parquet of evaluate)",
    )
    parser.add_argument(
        "--rejected", type=Path, metavar="FILE.csv", help="write here what was refused and why"
    )
    parser.add_argument(
        "--workers", type=int, default=8, metavar="N", help="tickers side by side (default 8)"
    )
    parser.add_argument(
        "--depth",
        choices=("full", "sample"),
        default="full",
        help="sample: look at one expiration of each ticker only; rows that would need more say Deferred",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="longest wait for one ticker (default 60)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Find contracts; all bad input is found before any work starts."""
    rules = rules_from(arguments)
    moment = _moment(arguments.as_of)
    for target in filter(None, (arguments.out, arguments.rejected)):
        check_target(target)
    signals = read_signals(arguments.signals)
    forward = None if arguments.forward is None else read_forward_returns(arguments.forward)
    bar, cancel = TerminalProgress("rows"), threading.Event()
    with closing(open_provider(arguments, moment)) as provider, interrupt_calls(cancel.set):
        result = enrich(
            signals,
            provider,
            rules,
            executor=ThrottledExecutor(workers=arguments.workers),
            timeout=arguments.timeout,
            depth=arguments.depth,
            forward=forward,
            progress=bar.show,
            cancel=cancel,
            # Files give the same bytes whenever they are read.
            now=None if provider.is_local else datetime.now(UTC),
        )
    bar.clear()
    _deliver(result, arguments.out, arguments.rejected)
    for note in provider.notes:
        print(note, file=sys.stderr)
    return DONE if result.is_complete else FAILED


def rules_from(arguments: argparse.Namespace) -> ContractRules:
    """Return the rules of the file with the flags put over them. Raises ContractRulesError."""
    rules = make_rules({}) if arguments.rules is None else read_rules(arguments.rules)
    given = {name: getattr(arguments, name) for name in RULE_FLAGS if getattr(arguments, name) is not None}
    return make_rules({**rules.model_dump(), **given}) if given else rules


def summary_line(result: Enrichment) -> str:
    """Return the one line that sums up: rows in, rows out, and how many have each status."""
    rows = result.table.num_rows
    counts = [f"{count:,} {status}" for status, count in result.counts.items()]
    return " · ".join([f"{rows:,} rows in, {rows:,} rows out", *counts])


def _deliver(result: Enrichment, out: Path | None, rejected: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(csv_bytes(result.table, "1d"))
        sys.stdout.flush()
    else:
        written = export(result.table, "1d", out, complete=result.is_complete)
        if not result.is_complete:
            print(f"The result is partial: it was written to {written}.", file=sys.stderr)
    if rejected is not None:
        with atomic_path(rejected) as temporary:
            temporary.write_bytes(csv_bytes(rejected_table(result), "1d"))
    print(summary_line(result), file=sys.stderr)


def rejected_table(result: Enrichment) -> pa.Table:
    """Return what was refused: the row's number in the output (from 1), the contract, the reason."""
    rows: list[dict[str, Any]] = [
        {"row": index + 1, "contract": each.what, "reason": each.reason}
        for index, refused in result.rejected.items()
        for each in refused
    ]
    schema = pa.schema([("row", pa.int64()), ("contract", pa.string()), ("reason", pa.string())])
    return pa.Table.from_pylist(rows, schema)


def _moment(text: str | None) -> datetime | None:
    """Return a moment in UTC; a day alone means its end."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        sentence = f"--as-of '{text}' is no moment: write 2026-02-13 or 2026-02-13T15:50."
        raise JobError((("as_of", sentence),)) from None
    if len(text) <= len("2026-02-13"):
        moment = moment.replace(hour=23, minute=59, second=59)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


commands.add("contracts", Command("contracts", "Find option contracts for signals.", configure, run))
