"""The comparison as a picture: an SVG text with a row per detector and event and a column per window.

Each cell is the histogram of the returns on the window's common range, with the median and the same-date universe mean
as lines. It is drawn for light paper, and a style sheet inside follows a reader's dark scheme; every number stands as
text too. The same comparison gives the same bytes.

Not here: computing anything (``comparison``, ``histogram``) or writing the file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from engine.outcomes.comparison import ComparisonRow
from engine.outcomes.forward_returns import OutcomeTerms
from engine.outcomes.histogram import Histogram
from engine.outcomes.statistics import WindowStatistics

# More rows than this nobody compares by eye; the table has them all.
MOST_ROWS = 40
_LABEL, _CELL, _ROW, _TOP, _PAD = 210, 190, 96, 92, 18
_CHART = 46
_LONGEST_NAME = 28

# What each kind of mark looks like on light paper, as attributes: a viewer that knows no style sheets shows that.
_MARKS = {
    "ground": 'fill="#ffffff"',
    "plain": 'fill="#1d232c"',
    "title": 'fill="#1d232c" font-size="17" font-weight="600"',
    "name": 'fill="#1d232c" font-weight="600"',
    "muted": 'fill="#5b6574"',
    "bar": 'fill="#9dc0de"',
    "zero": 'stroke="#d3d8df"',
    "median": 'stroke="#0a5ca8" stroke-width="2"',
    "universe": 'stroke="#b8500f" stroke-width="2" stroke-dasharray="4 3"',
}
_STYLE = """
  @media (prefers-color-scheme: dark) {
    .ground { fill: #14181f; }
    .plain, .title, .name { fill: #e2e6ed; }
    .muted { fill: #9aa4b2; }
    .bar { fill: #33597c; }
    .zero { stroke: #333b47; }
    .median { stroke: #6cb6f0; }
    .universe { stroke: #f0a35e; }
  }
"""
_FONT = 'font-family="system-ui, Segoe UI, DejaVu Sans, sans-serif" font-size="12"'


def comparison_svg(
    rows: Sequence[ComparisonRow],
    histograms: Mapping[tuple[str, str], Sequence[Histogram]],
    terms: OutcomeTerms,
) -> str:
    """Return the picture; ``histograms`` has one per window for each row's (detector, event)."""
    shown = rows[:MOST_ROWS]
    width = _LABEL + _CELL * len(terms.windows) + 2 * _PAD
    height = _TOP + _ROW * max(1, len(shown)) + 2 * _PAD
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {_FONT} role="img" aria-label="Forward returns compared">',
        f"<style>{_STYLE}</style>",
        f'<rect {_mark("ground")} width="{width}" height="{height}"/>',
        *_head(terms, len(rows) - len(shown)),
    ]
    if not shown:
        lines.append(_text(_PAD, _TOP + _PAD, "No detector and no formula was compared.", "muted"))
    for place, row in enumerate(shown):
        lines += _row(row, histograms.get((row.detector, row.event), ()), _TOP + place * _ROW)
    return "\n".join([*lines, "</svg>", ""])


def percent(value: float, digits: int = 2, *, signed: bool = True) -> str:
    """Return a share as percent, a dash where it is unknown."""
    if math.isnan(value):
        return "–"
    text = f"{100 * value:{'+' if signed else ''}.{digits}f} %"
    return text.replace("-", "\N{MINUS SIGN}")


def _head(terms: OutcomeTerms, left_out: int) -> Iterator[str]:
    yield _text(_PAD, 30, "What came after", "title")
    more = f" · {left_out:,} more rows are in the table" if left_out else ""
    yield _text(_PAD, 50, f"{terms.words[:1].upper()}{terms.words[1:]}{more}.", "muted")
    x = _PAD
    for style, words in (("median", "median"), ("universe", "same-date universe mean")):
        yield f'<line {_mark(style)} x1="{x}" x2="{x + 22}" y1="66" y2="66"/>'
        yield _text(x + 28, 70, words, "muted")
        x += 100
    for place, window in enumerate(terms.windows):
        yield _text(_PAD + _LABEL + place * _CELL, 84, f"{window} bars", "name")


def _row(row: ComparisonRow, histograms: Sequence[Histogram], top: int) -> Iterator[str]:
    yield f'<line {_mark("zero")} x1="{_PAD}" x2="{_PAD + _LABEL - 20}" y1="{top + 8}" y2="{top + 8}"/>'
    yield _text(_PAD, top + 28, _shortened(row.detector), "name")
    role = "baseline" if row.is_baseline else "variant"
    yield _text(_PAD, top + 45, " · ".join(filter(None, (_shortened(row.event), role))), "muted")
    density = "–" if math.isnan(row.density) else f"{row.density:.3g}"
    yield _text(_PAD, top + 62, f"{row.count:,} events", "muted")
    yield _text(_PAD, top + 79, f"{density} a symbol-year", "muted")
    for place, (window, histogram) in enumerate(zip(row.windows, histograms, strict=False)):
        yield from _cell(window, histogram, _PAD + _LABEL + place * _CELL, top + 8)


def _cell(window: WindowStatistics, histogram: Histogram, left: int, top: int) -> Iterator[str]:
    width = _CELL - 24
    bar = width / len(histogram.counts)
    highest = max(histogram.counts) or 1
    foot = top + _CHART
    yield f"<g {_mark('bar')}>"
    for place, count in enumerate(histogram.counts):
        tall = _CHART * count / highest
        if count:
            yield (
                f'<rect x="{left + place * bar:.2f}" y="{foot - tall:.2f}" width="{bar - 0.6:.2f}" '
                f'height="{tall:.2f}"/>'
            )
    yield "</g>"
    yield f'<line {_mark("zero")} x1="{left}" x2="{left + width}" y1="{foot}" y2="{foot}"/>'
    for style, value in (("universe", window.universe_mean), ("median", window.median)):
        if not math.isnan(value):
            share = min(1.0, max(0.0, (value / histogram.reach + 1) / 2))
            x = left + share * width
            yield f'<line {_mark(style)} x1="{x:.2f}" x2="{x:.2f}" y1="{top}" y2="{foot}"/>'
    yield _text(
        left, foot + 15, f"{percent(window.median)} · win {percent(window.win_rate, 1, signed=False)}"
    )
    yield _text(left, foot + 30, f"n {window.evaluated:,} · range ±{100 * histogram.reach:.3g} %", "muted")


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _text(x: float, y: float, words: str, style: str = "plain") -> str:
    # Control characters have no place in XML, whatever a formula's name may hold.
    plain = "".join(sign if sign.isprintable() else " " for sign in words)
    return f'<text x="{x:g}" y="{y:g}" {_mark(style)}>{escape(plain, quote=False)}</text>'


def _mark(style: str) -> str:
    return f'class="{style}" {_MARKS[style]}'
