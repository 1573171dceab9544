"""Which bars are in view, which one is looked at, and where the keys go from there. Plain Python, no Qt.

x is the number of the bar; bar ``i`` covers ``i - 0.5`` to ``i + 0.5``, so there are no gaps at weekends.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gui.chart.data import IndexArray

DEFAULT_WIDTH = 160.0
ZOOM_STEP = 0.85
SMALLEST_WIDTH = 12.0
FOCUS_SHARE = 2 / 3
RIGHT_MARGIN = 0.05
COMFORTABLE = (0.08, 0.92)
LABEL_ROOM = 0.12
MOST_FUTURE = 1 - FOCUS_SHARE


@dataclass(slots=True)
class ChartState:
    """The view on ``count`` bars: ``start`` and ``width`` in bars, and the bars that matter.

    ``focus`` is the bar of the row that is shown, ``pointed`` the one under the pointer. ``price_range`` is
    the vertical range that the user chose, in the unit of the scale; None fits the range to the visible bars.
    ``reach`` is the last bar that something over the chart needs, which may not have come yet.
    """

    count: int = 0
    start: float = 0.0
    width: float = DEFAULT_WIDTH
    focus: int | None = None
    pointed: int | None = None
    log_scale: bool = False
    reach: int = -1
    price_range: tuple[float, float] | None = None
    signals: IndexArray = field(default_factory=lambda: np.empty(0, dtype=np.intp))

    @property
    def auto_scale(self) -> bool:
        """Whether the vertical range follows the visible bars."""
        return self.price_range is None

    @property
    def end(self) -> float:
        """The right edge of the view."""
        return self.start + self.width

    @property
    def current(self) -> int | None:
        """The bar whose values are shown: under the pointer, else the focused one, else the last."""
        if self.pointed is not None:
            return self.pointed
        if self.focus is not None:
            return self.focus
        return self.count - 1 if self.count else None

    @property
    def visible(self) -> tuple[int, int]:
        """The bars in view as a half-open range, one more on each side when it is cut by the edge."""
        first = max(0, int(np.floor(self.start + 0.5)))
        last = min(self.count, int(np.ceil(self.end + 0.5)))
        return min(first, self.count), max(last, min(first, self.count))

    @property
    def widest(self) -> float:
        """The width at which all bars are in view."""
        return max(DEFAULT_WIDTH, (self.count + 1.5) / (1 - RIGHT_MARGIN))

    def replace_bars(self, count: int, signals: IndexArray, focus: int | None, reach: int = -1) -> None:
        """Go to another symbol with the same zoom: focus at two thirds, or the last bar at the right."""
        self.count = count
        self.reach = reach
        self.signals = signals
        self.pointed = None
        self.price_range = None
        self.focus = None if focus is None or count == 0 else self.nearest(focus)
        if self.focus is None:
            self.go_end()
        else:
            self._bring_to_two_thirds(self.focus)

    def nearest(self, x: float) -> int:
        """Return the bar closest to ``x``."""
        return int(min(max(round(x), 0), max(self.count - 1, 0)))

    def focus_on(self, bar: int) -> None:
        """Make ``bar`` the focused one; scroll only when it is not well inside the view."""
        self.focus = self.nearest(bar)
        self.pointed = None
        left, right = COMFORTABLE
        if not self.start + left * self.width <= self.focus <= self.start + right * self.width:
            self._bring_to_two_thirds(self.focus)

    def reach_to(self, bar: int) -> None:
        """Leave room at the right for what reaches to that bar; -1 for none."""
        self.reach = bar
        if self.focus is not None and self.start <= self.focus <= self.end < bar:
            self._bring_to_two_thirds(self.focus)
        self._clamp()

    def point_at(self, x: float | None) -> bool:
        """Move the crosshair to the bar at ``x``, or away; return whether the current bar changed."""
        before = self.current
        self.pointed = None if x is None or self.count == 0 else self.nearest(x)
        return self.current != before

    def step(self, bars: int) -> None:
        """Move the crosshair by some bars and keep it in view."""
        if self.current is None:
            return
        self.pointed = self.nearest(self.current + bars)
        self.start = min(self.start, self.pointed - 0.5)
        self.start = max(self.start, self.pointed + 0.5 - self.width)
        self._clamp()

    def pan(self, bars: float) -> None:
        """Move the view to the right by some bars (to the left by a negative number)."""
        self.start += bars
        self._clamp()

    def zoom(self, factor: float, about: float | None = None) -> None:
        """Make the view ``factor`` times as wide; ``about`` (else the current bar) stays where it is."""
        if about is None:
            about = float(self.current) if self.current is not None else self.end
            about = min(max(about, self.start), self.end)
        width = min(max(self.width * factor, SMALLEST_WIDTH), self.widest)
        self.start = about - (about - self.start) * width / self.width
        self.width = width
        self._clamp()

    def scale_price(self, factor: float, shown: tuple[float, float]) -> None:
        """Make the shown vertical range ``factor`` times as high around its middle, and keep it."""
        middle, half = (shown[0] + shown[1]) / 2, (shown[1] - shown[0]) / 2 * factor
        self.price_range = (middle - half, middle + half)

    def shift_price(self, share: float) -> None:
        """Move a vertical range that the user chose by a share of itself."""
        if self.price_range is not None:
            low, high = self.price_range
            self.price_range = (low + (high - low) * share, high + (high - low) * share)

    def toggle_log(self) -> None:
        """Change between prices and their logarithms; a chosen range means nothing on the other scale."""
        self.log_scale = not self.log_scale
        self.price_range = None

    def go_home(self) -> None:
        """Show the first bars."""
        self.start = -float(self.count) - self.width
        self._clamp()

    def go_end(self) -> None:
        """Show the last bars."""
        self.start = float(self.count)
        self._clamp()

    def next_signal(self) -> int | None:
        """Return the first signal after the focused bar (without one, after the left edge of the view)."""
        after = self.focus if self.focus is not None else self.start - 1
        position = int(np.searchsorted(self.signals, after, side="right"))
        return int(self.signals[position]) if position < len(self.signals) else None

    def previous_signal(self) -> int | None:
        """Return the last signal before the focused bar (without one, before the right edge of the view)."""
        before = self.focus if self.focus is not None else self.end
        position = int(np.searchsorted(self.signals, before, side="left"))
        return int(self.signals[position - 1]) if position else None

    def _bring_to_two_thirds(self, bar: int) -> None:
        self.start = bar + 0.5 - self.width * FOCUS_SHARE
        self._clamp()

    def _clamp(self) -> None:
        self.width = min(max(self.width, SMALLEST_WIDTH), self.widest)
        after = self.reach + LABEL_ROOM * self.width - self.count if self.reach >= self.count else 0.0
        # What reaches into the future may not push the present out of the view.
        after = min(after, MOST_FUTURE * self.width)
        rightmost = self.count - 0.5 + max(1.0, RIGHT_MARGIN * self.width, after) - self.width
        # A history shorter than the view stands at the right, where the next one will continue it.
        leftmost = min(-1.5, rightmost)
        self.start = min(max(self.start, leftmost), rightmost)
