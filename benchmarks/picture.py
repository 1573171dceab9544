"""The picture of the page: a point per system on a logarithmic scale, as SVG text that reads on light and on dark.

Points, not bars: on a logarithmic scale the length of a bar means nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from benchmarks.rounds import Measured

WIDTH, LEFT, RIGHT = 860, 240, 100
TOP, STEP, FOOT = 46, 26, 30
# Each has a contrast of 3.5 or more on white and on GitHub's dark grey.
INK, OURS, THEIRS = "#7d8590", "#2f81f7", "#8b949e"
FAINT = f"stroke='{INK}' stroke-opacity='0.3'"
FONT = "font-family='system-ui,-apple-system,Segoe UI,Helvetica,Arial,sans-serif' font-size='13'"


def picture(measured: Sequence[Measured]) -> str:
    """Return S1's medians, the quickest at the top, with a line from the quickest round to the slowest."""
    done = sorted(
        (each for each in measured if each.rounds and each.matches is not None), key=lambda each: each.seconds
    )
    scale = Scale(min(min(each.rounds) for each in done), max(max(each.rounds) for each in done))
    height = TOP + STEP * len(done) + FOOT
    title = "Seconds for the standard scan, further left is better"
    frame = f"viewBox='0 0 {WIDTH} {height}' {FONT} role='img' aria-label='{title}'"
    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' {frame}>",
        f"<text x='{LEFT}' y='18' fill='{INK}'>{title}</text>",
        *scale.grid(height),
    ]
    for number, each in enumerate(done):
        lines += _row(each, TOP + STEP * number, scale)
    return "\n".join([*lines, "</svg>", ""])


class Scale:
    """Places on the logarithmic axis, from the power of ten below the quickest to a little above the slowest."""

    def __init__(self, least: float, most: float) -> None:
        self._first = math.floor(math.log10(least))
        self._last = math.log10(most) + 0.05

    def x(self, seconds: float) -> float:
        """Return where so many seconds are."""
        share = (math.log10(seconds) - self._first) / (self._last - self._first)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def grid(self, height: int) -> Iterator[str]:
        """Yield a line and a number for each power of ten."""
        for power in range(self._first, math.floor(self._last) + 1):
            x = self.x(10.0**power)
            yield (
                f"<line x1='{x:.1f}' x2='{x:.1f}' y1='{TOP - 14}' y2='{height - FOOT}' {FAINT}/>"
                f"<text x='{x:.1f}' y='{height - 10}' fill='{INK}' text-anchor='middle'>{10.0**power:g} s</text>"
            )


def _row(each: Measured, y: int, scale: Scale) -> Iterator[str]:
    colour = OURS if each.system.is_ours else THEIRS
    weight = " font-weight='600'" if each.system.is_ours else ""
    quick, median, slow = (scale.x(value) for value in (min(each.rounds), each.seconds, max(each.rounds)))
    told = f"{each.seconds:.3f} s" if each.seconds < 10 else f"{each.seconds:.1f} s"
    name = f"fill='{INK}' text-anchor='end'{weight}>{escape(each.system.name)}"
    yield f"<text x='{LEFT - 12}' y='{y + 4.5}' {name}</text>"
    yield f"<line x1='{LEFT}' x2='{median:.1f}' y1='{y}' y2='{y}' {FAINT}/>"
    yield f"<line x1='{quick:.1f}' x2='{slow:.1f}' y1='{y}' y2='{y}' stroke='{colour}' stroke-width='3'/>"
    yield f"<circle cx='{median:.1f}' cy='{y}' r='6' fill='{colour}'/>"
    yield f"<text x='{max(median, slow) + 12:.1f}' y='{y + 4.5}' fill='{INK}'{weight}>{told}</text>"
