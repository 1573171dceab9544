"""The tables as rows of text: for the terminal in columns, for the page in Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from benchmarks.rounds import Measured
from benchmarks.system import Match
from benchmarks.targets import COLD, WARM, Verdict

Table = list[list[str]]
HEAD = ["system", "median s", "min", "max", "CPU s", "MB", "matches", "÷ Candlewick", "÷ Candlewick cold"]


def scans(measured: Sequence[Measured], common: frozenset[Match]) -> Table:
    """Return S1 on every system that did it, the quickest first, with how many times as long it takes."""
    done = sorted(
        (each for each in measured if each.rounds and each.matches is not None), key=lambda each: each.seconds
    )
    ours = {each.system.name: each.seconds for each in done}
    rows = [HEAD]
    for each in done:
        ratios = [_ratio(each.seconds, ours.get(name)) for name in (WARM, COLD)]
        count = f"{len(each.matches or ()):,}" + (" (others)" if each.matches != common else "")
        rows.append([_named(each), *_times(each), _whole(each.megabytes), count, *ratios])
    return rows


def others(measured: Sequence[Measured]) -> Table:
    """Return what is not S1."""
    rows = [["work", "median s", "min", "max", "CPU s"]]
    for each in measured:
        if each.rounds and each.matches is None:
            rows.append([each.system.name, *_times(each)])
    return rows


def targets(verdicts: Sequence[Verdict]) -> Table:
    """Return every target with its limit, what was found, and whether that is enough."""
    rows = [["target", "limit", "found", ""]]
    return rows + [[each.target.text, each.target.told(), each.number, each.word] for each in verdicts]


def ready(measured: Sequence[Measured]) -> Table:
    """Return what happens before the clock starts, and in which versions."""
    rows = [["system", "before the clock starts", "versions"]]
    for each in measured:
        if each.rounds:
            versions = ", ".join(f"{name} {version}" for name, version in each.versions.items())
            rows.append([each.system.name, each.system.ready, versions])
    return rows


def in_columns(table: Table) -> str:
    """Return the table for the terminal: the first column to the left, the others to the right."""
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    lines = []
    for row in table:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines).replace("**", "")


def in_markdown(table: Table, *, numbers: bool = True) -> str:
    """Return the table for a page; ``numbers`` puts all columns but the first to the right."""
    side = "---:" if numbers else "---"
    rule = ["---", *[side] * (len(table[0]) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [table[0], rule, *table[1:]])


def _named(each: Measured) -> str:
    return f"**{each.system.name}**" if each.system.is_ours else each.system.name


def _times(each: Measured) -> list[str]:
    middle = sorted(each.processors)[len(each.processors) // 2]
    return [
        *(_seconds(value) for value in (each.seconds, min(each.rounds), max(each.rounds))),
        f"{middle:.2f}",
    ]


def _seconds(value: float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def _whole(value: float) -> str:
    return "" if math.isnan(value) else f"{value:,.0f}"


def _ratio(seconds: float, ours: float | None) -> str:
    if ours is None:
        return ""
    ratio = seconds / ours
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"
