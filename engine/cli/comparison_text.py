"""A comparison as lines of text: the account of every signal, then one aligned table per window."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from engine.outcomes.comparison import ComparisonRow
from engine.outcomes.picture import percent
from engine.outcomes.statistics import WindowStatistics
from engine.scan.evaluation.evaluate import Evaluation

_COLUMNS: tuple[tuple[str, Callable[[WindowStatistics], str]], ...] = (
    ("n", lambda window: f"{window.evaluated:,}"),
    ("days", lambda window: f"{window.days:,}"),
    ("median", lambda window: percent(window.median)),
    ("win", lambda window: percent(window.win_rate, 1, signed=False)),
    ("5th pct", lambda window: percent(window.low)),
    ("stability", lambda window: percent(window.stability)),
    ("mean", lambda window: percent(window.mean)),
    ("universe", lambda window: percent(window.universe_mean)),
    ("excess", lambda window: percent(window.excess)),
)
_DIFFERENCES = (("Δ median", "median"), ("Δ excess", "excess"))


def account_lines(evaluation: Evaluation) -> list[str]:
    """Return where the signals went, window by window."""
    measured = evaluation.measured
    coverage = measured.coverage
    head = f"Forward returns of {evaluation.events.num_rows:,} signals, {measured.terms.words}."
    dates = "no dates" if coverage.first is None else f"{coverage.first:.10} to {coverage.last:.10}"
    years = f"{coverage.years:,.1f} symbol-years"
    lines = [head, f"Universe: {coverage.symbols:,} of {measured.universe:,} symbols, {dates}, {years}."]
    width = len(str(max(measured.terms.windows)))
    lines += [f"{account.window:>{width}} bars: {account.words}" for account in measured.accounts]
    return lines


def comparison_lines(evaluation: Evaluation) -> list[str]:
    """Return a table for each window, the baseline first."""
    lines: list[str] = []
    compared = any(row.differences for row in evaluation.rows)
    for place, window in enumerate(evaluation.measured.terms.windows):
        head = ["detector", "event", "count", "density", *(title for title, _ in _COLUMNS)]
        head += [title for title, _ in _DIFFERENCES] if compared else []
        table = [_cells(row, place, compared=compared) for row in evaluation.rows]
        lines += [f"{window} bars", *aligned([head, *table]), ""]
    return lines[:-1]


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows with columns of one width, the first two to the left and the others to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(
            f"{cell:<{width}}" if place < 2 else f"{cell:>{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _cells(row: ComparisonRow, place: int, *, compared: bool) -> list[str]:
    density = "–" if math.isnan(row.density) else f"{row.density:.3g}"
    cells = [row.detector, row.event or "–", f"{row.count:,}", density]
    cells += [write(row.windows[place]) for _, write in _COLUMNS]
    if compared:
        cells += [
            percent(row.differences[name][place]) if row.differences else "baseline"
            for _, name in _DIFFERENCES
        ]
    return cells
