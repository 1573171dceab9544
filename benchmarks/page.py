"""docs/performance.md: the tables of one run, what they were measured on, and how to read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import table
from benchmarks.agreement import Agreement
from benchmarks.machine import Machine
from benchmarks.picture import picture
from benchmarks.rounds import Measured
from benchmarks.standard_work import DAYS, S1, SEED
from benchmarks.targets import Verdict

# Systems that have no peer, and why.
LEFT_OUT = {
    "hikyuu": "its wheels for Linux need newer C and C++ libraries than Debian 12 has (glibc 2.38 in place of 2.36)",
}

PAGE = """# Performance

`make bench` measures Candlewick and its peers in turn and writes this page.

![Seconds for the standard scan](pictures/performance.svg)

## The standard scan

{symbols:,} symbols × {days:,} daily bars, Hive Parquet (zstd), made from seed {seed}, and this scan over all of
history, with the values of its three indicators beside every match:

```text
{formula}
```

{scans}

{agreement}

## Targets

{targets}

## Other work

{others}

The 100 formulas are the standard scan with ten lengths of its average times ten levels of its RSI, as one job; *five
kinds* are 100 formulas that share less: averages, highs, MACD, Bollinger bands, ADX, and far more matches.

## How to read it

- Absolute seconds belong to the machine; the ratios are what carries over. *÷ Candlewick* is how many times as long a
  system takes as Candlewick with two workers and its snapshot built, *÷ Candlewick cold* as Candlewick with two workers
  and no snapshot: compare cold with cold.
- Every system is run once per round, in a fresh process; rounds go forth and back, so that what slows the machine
  down meets all. In a process the first scan is not clocked (unless it takes over 10 s), then one to five are, and
  their median is the round's figure. The table gives median, minimum and maximum of {rounds} rounds.
- Cold means that bars are read from Parquet by the scan. The files are in the system's page cache for everyone.
- *CPU s* are processor seconds of the program and all its processes. *MB* is their peak unique memory in a run
  without a clock: anonymous and shared pages, each counted once; pages of mapped files are not counted (Linux).
- Matches are compared as sets of symbol and day.

## What it ran on

{machine}

{ready}

{missing}

Run it with `make bench` (options: `make bench BENCH="--rounds 5 --only polars"`; `--quick` takes 200 symbols and writes
no page). The bars are made once and kept in `bench/`, the peers get environments of their own in `.venv-bench/`.
"""


@dataclass(frozen=True)
class Report:
    """One run, complete."""

    measured: Sequence[Measured]
    agreement: Agreement
    verdicts: Sequence[Verdict]
    machine: Machine
    symbols: int
    rounds: int


def write_page(report: Report, docs: Path) -> None:
    """Write the page and its picture."""
    (docs / "pictures").mkdir(exist_ok=True)
    (docs / "pictures" / "performance.svg").write_text(picture(report.measured), encoding="utf-8")
    (docs / "performance.md").write_text(page(report), encoding="utf-8")


def page(report: Report) -> str:
    """Return the page's text."""
    measured = report.measured
    return PAGE.format(
        symbols=report.symbols,
        days=DAYS,
        seed=SEED,
        formula=S1,
        rounds=report.rounds,
        scans=table.in_markdown(table.scans(measured, report.agreement.common)),
        agreement="\n".join(agreement_lines(report.agreement)),
        targets=table.in_markdown(table.targets(report.verdicts)),
        others=table.in_markdown(table.others(measured)),
        machine=_listed([*report.machine.lines(), *busy_lines(report.machine)]),
        ready=table.in_markdown(table.ready(measured), numbers=False),
        missing=_listed(missing_lines(measured)),
    )


def agreement_lines(found: Agreement) -> list[str]:
    """Say who found the same matches and who did not."""
    if not found.common:
        return ["Nothing was compared."]
    who = "All others" if found.by_design or found.wrong else "All"
    return [
        *(f"**Not explained**: {sentence}." for sentence in found.wrong),
        *(f"{sentence}." for sentence in found.by_design),
        f"{who} found the same {len(found.common):,} matches.",
    ]


def missing_lines(measured: Sequence[Measured]) -> list[str]:
    """Say which systems are missing, and why."""
    lines = [f"missing: {each.system.name}: {each.missing}" for each in measured if each.missing]
    return [*lines, *(f"missing: {name}: {reason}" for name, reason in LEFT_OUT.items())]


def busy_lines(machine: Machine) -> list[str]:
    """Warn of figures from a machine that had other things to do."""
    if not machine.is_busy:
        return []
    return [
        "**provisional: the machine was busy with other programs**, so that seconds mean nothing and ratios little"
    ]


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
