"""``make bench``: the standard work on Candlewick and on its peers, in turn, with every target that needs no window.

    python -m benchmarks.bench [--rounds 5] [--symbols 2500] [--only WORD …] [--quick]

A complete run (all systems, all symbols) writes docs/performance.md and its picture; any other only prints. The exit
code is 1 when matches disagree that should not, or when Candlewick fails. Speeds never change it: people judge them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import table
from benchmarks.agreement import agreement
from benchmarks.environments import ROOT
from benchmarks.machine import load, this_machine
from benchmarks.page import Report, agreement_lines, busy_lines, missing_lines, write_page
from benchmarks.rounds import Rounds
from benchmarks.standard_work import QUICK_SYMBOLS, SYMBOLS, bars_folder
from benchmarks.system import System, all_systems
from benchmarks.targets import verdicts


def main(given: Sequence[str] | None = None) -> int:
    arguments = parsed(given)
    symbols = QUICK_SYMBOLS if arguments.quick else arguments.symbols
    systems = chosen(arguments.only)
    if not systems:
        print(
            f"No system's name holds {' or '.join(arguments.only)}: {names(all_systems())}.", file=sys.stderr
        )
        return 2
    bars = bars_folder(arguments.cache, symbols)
    machine = this_machine()
    print("\n".join([*machine.lines(), *busy_lines(machine)]))
    measured = Rounds(systems, bars, arguments.cache).run(arguments.rounds)
    report = Report(measured, agreement(measured), verdicts(measured), machine, symbols, arguments.rounds)
    tell(report)
    if arguments.write or (symbols == SYMBOLS and not arguments.only):
        write_page(report, ROOT / "docs")
        print("\ndocs/performance.md and docs/pictures/performance.svg are written.")
    failed = [each for each in measured if each.system.is_ours and each.failed]
    return 1 if report.agreement.wrong or failed else 0


def tell(report: Report) -> None:
    """Print everything."""
    scans = table.scans(report.measured, report.agreement.common)
    for rows in (scans, table.others(report.measured), table.targets(report.verdicts)):
        print(f"\n{table.in_columns(rows)}")
    print()
    print("\n".join(agreement_lines(report.agreement)))
    print("\n".join(missing_lines(report.measured)))
    print(f"load average now: {load():.2f}")


def chosen(words: Sequence[str]) -> tuple[System, ...]:
    """Return the systems whose name holds one of the words; all of them without words."""
    systems = all_systems()
    if not words:
        return systems
    return tuple(each for each in systems if any(word.lower() in each.name.lower() for word in words))


def names(systems: Sequence[System]) -> str:
    return "; ".join(each.name for each in systems)


def parsed(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--symbols", type=int, default=SYMBOLS)
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="WORD", help="systems whose name holds a WORD"
    )
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SYMBOLS} symbols: does it work at all?")
    parser.add_argument("--write", action="store_true", help="write the page whatever was left out")
    parser.add_argument("--cache", type=Path, default=ROOT / "bench", help="where bars and stores are kept")
    return parser.parse_args(given)


if __name__ == "__main__":
    raise SystemExit(main())
